import { getRouteApi } from '@tanstack/react-router'
import { PageHeader } from '../../components/page-header.tsx'

const shell = getRouteApi('/shell')

/** Where people without administrator rights arrive: an honest word about what this version has for them. */
export function Home() {
  const { user } = shell.useRouteContext()
  return (
    <>
      <PageHeader title={`Hello ${user.name || user.email}`} />
      <div style={{ padding: '0 24px', maxWidth: 560 }}>
        <p>
          You are signed in as {user.role === 'manager' ? 'a manager' : 'an employee'}. This version of Muster
          connects accounts for the whole organisation, which administrators do; there is nothing you need to
          do here yet.
        </p>
        <p className="soft">
          {user.role === 'manager' ? 'My Work, Timesheet and Reports' : 'My Work and Timesheet'} are not part
          of this version. If you expected to manage staff or apps, ask an administrator for the administrator
          role.
        </p>
      </div>
    </>
  )
}
