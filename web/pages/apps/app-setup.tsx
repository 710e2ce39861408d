import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { InstalledApp } from '../../api.ts'
import { NoSuch, ProblemNotice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { appsQuery } from '../../queries.ts'
import classes from './app-setup.module.css'
import { InstalledPanel } from './installed-panel.tsx'
import { SetupForm } from './setup-form.tsx'
import { SetupSteps } from './setup-steps.tsx'

const route = getRouteApi('/shell/settings/settings/apps/$app')

/** One app: how it is and what it may do once it is installed; the guide and the form to install it. */
export function AppSetup() {
  const { app: wanted } = route.useParams()
  const { data: apps, error, refetch } = useQuery(appsQuery)
  const app = apps?.find((one) => one.app === wanted)
  if (!app) {
    if (error) return <ProblemNotice error={error} onRetry={() => refetch()} />
    if (apps) return <NoSuch what="app" back="/settings/apps" />
    return <Skeleton height={400} m={24} />
  }
  return <AppPage key={app.app} app={app} />
}

function AppPage({ app }: { app: InstalledApp }) {
  const installed = app.health !== 'not_installed' && app.health !== 'unavailable'
  const [changing, setChanging] = useState(false)
  const [organization, setOrganization] = useState(String(app.settings.organization ?? ''))
  return (
    <>
      <PageHeader title={app.name} />
      <p className={classes.back}>
        <Link to="/settings/apps" className="link">
          All apps
        </Link>
      </p>
      {app.health === 'unavailable' && <p className={classes.reason}>{app.disabledReason}</p>}
      {installed && (
        <InstalledPanel
          app={app}
          changing={changing}
          onChangeConfiguration={() => setChanging((now) => !now)}
        />
      )}
      {app.health !== 'unavailable' && (!installed || changing) && (
        <div className={classes.setup}>
          <SetupSteps steps={app.steps} organization={organization} />
          <SetupForm app={app} onOrganization={setOrganization} onInstalled={() => setChanging(false)} />
        </div>
      )}
    </>
  )
}
