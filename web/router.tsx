import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { itemOutcomes } from '../contract/words.ts'
import { ProblemNotice } from './components/notices.tsx'
import { Home } from './pages/home/home.tsx'
import { parseStaffSearch } from './pages/manage-staff/filters.ts'
import { ManageStaff } from './pages/manage-staff/manage-staff.tsx'
import { Shell } from './pages/shell/shell.tsx'
import { SignIn } from './pages/sign-in/sign-in.tsx'
import { appsQuery, sessionQuery } from './queries.ts'

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (raw): { to?: string } => {
    // Only an address of this site: what follows the sign-in is never somebody else's page.
    // A bad one is undefined, not left out: the router lays this answer over the raw address.
    return { to: typeof raw.to === 'string' && /^\/(?![/\\])/.test(raw.to) ? raw.to : undefined }
  },
  loader: ({ context }) => context.queryClient.ensureQueryData(sessionQuery),
  component: SignIn,
})

/** Everything that needs somebody signed in. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const { user } = await context.queryClient.ensureQueryData(sessionQuery)
    if (user) return { user }
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } })
  },
  component: Shell,
})

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: ({ context }) => {
    if (context.user.role === 'administrator') throw redirect({ to: '/settings/staff' })
  },
  component: Home,
})

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  id: 'settings',
  beforeLoad: ({ context }) => {
    if (context.user.role !== 'administrator') throw redirect({ to: '/' })
  },
  // Known before the first paint, so that no notice about an app pushes the page down later.
  loader: ({ context }) => context.queryClient.prefetchQuery(appsQuery),
})

const settingsIndexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/staff' })
  },
})

const staffRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/staff',
  validateSearch: parseStaffSearch,
  component: ManageStaff,
})

const appsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/apps',
  component: lazyRouteComponent(() => import('./pages/apps/apps.tsx'), 'Apps'),
})

const appRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/apps/$app',
  component: lazyRouteComponent(() => import('./pages/apps/app-setup.tsx'), 'AppSetup'),
})

const runsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/runs',
  component: lazyRouteComponent(() => import('./pages/runs/runs.tsx'), 'Runs'),
})

const runRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/runs/$id',
  validateSearch: (raw): { outcome?: (typeof itemOutcomes)[number] } => {
    return { outcome: itemOutcomes.find((one) => one === raw.outcome) }
  },
  component: lazyRouteComponent(() => import('./pages/runs/run-detail.tsx'), 'RunDetail'),
})

const auditRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/audit-log',
  validateSearch: (raw): { action?: string; subject?: string } => {
    const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
    return { action: text(raw.action), subject: text(raw.subject) }
  },
  component: lazyRouteComponent(() => import('./pages/audit-log/audit-log.tsx'), 'AuditLog'),
})

const routeTree = rootRoute.addChildren([
  signInRoute,
  shellRoute.addChildren([
    homeRoute,
    settingsRoute.addChildren([
      settingsIndexRoute,
      staffRoute,
      appsRoute,
      appRoute,
      runsRoute,
      runRoute,
      auditRoute,
    ]),
  ]),
])

/** Addresses are plain query strings, as people type and mail them: `?group=Platform&failure=any`. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
      const query = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
      return query.size > 0 ? `?${query}` : ''
    },
    defaultErrorComponent: RouteProblem,
    defaultPreload: 'intent',
  })
}

/** A page that failed while it was drawn, or whose first answer did not come. */
function RouteProblem({ error, reset }: ErrorComponentProps) {
  return (
    <>
      <title>Muster</title>
      <ProblemNotice error={error} onRetry={reset} />
    </>
  )
}

function NotFound() {
  return (
    <main style={{ padding: 24 }}>
      <title>Not found · Muster</title>
      <h1>There is no page at this address</h1>
      <p>
        It may have been mistyped or moved.{' '}
        <Link to="/" className="link">
          Go to the first page
        </Link>
      </p>
    </main>
  )
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
