import { ActionIcon, Drawer } from '@mantine/core'
import { getRouteApi, Link, Outlet, useRouterState } from '@tanstack/react-router'
import { Menu } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useLiveUpdates } from '../../live.ts'
import classes from './shell.module.css'
import { Sidebar } from './sidebar.tsx'

const route = getRouteApi('/shell')

/** The frame of every page: navigation on the left, or behind a button on a phone. */
export function Shell() {
  const { user } = route.useRouteContext()
  const [opened, setOpened] = useState(false)
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: going anywhere closes the drawer
  useEffect(() => setOpened(false), [pathname])

  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      {user.role === 'administrator' && <LiveUpdates />}
      <div className={classes.bar}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={44}
          onClick={() => setOpened(true)}
          aria-label="Open the navigation"
        >
          <Menu size={20} />
        </ActionIcon>
        <Link to="/" className={classes.brand}>
          Muster
        </Link>
      </div>
      <aside className={classes.sidebar}>
        <Sidebar user={user} />
      </aside>
      <Drawer
        opened={opened}
        onClose={() => setOpened(false)}
        size={260}
        title="Muster"
        classNames={{ body: classes.drawer }}
      >
        <Sidebar user={user} />
      </Drawer>
      <main className={classes.main} id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  )
}

function LiveUpdates() {
  useLiveUpdates()
  return null
}
