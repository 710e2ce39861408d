import { authenticateApp, authenticateInstallation, grantedPermissions, mintToken } from './credentials.ts'
import { type Answer, type Caller, type Exchange, refusal } from './exchange.ts'
import { mostPerPage } from './faults.ts'
import { type Allowances, primaryLimit, rateLimitHeaders } from './rate-limit.ts'
import { installation, integration, organization, publicUser, simpleUser } from './rest-shapes.ts'
import type { App, Permission } from './world.ts'

interface AppRoute {
  as: 'app'
  answer: (exchange: Exchange, app: App) => Answer
}

interface InstallationRoute {
  as: 'installation'
  /** The installation permission without which GitHub refuses. */
  permission?: string
  answer: (exchange: Exchange, caller: Caller, allowances: Allowances) => Answer
}

const notFound = (documentation?: string): Answer => refusal(404, 'Not Found', documentation)
const ok = (body: unknown, headers: Record<string, string> = {}): Answer => ({ status: 200, body, headers })

function getInstallation(exchange: Exchange, app: App): Answer {
  const { world, faults } = exchange
  if (world.installation.appId !== app.id || faults.has('installation_removed')) {
    return notFound('rest/apps/apps#get-an-installation-for-the-authenticated-app')
  }
  return ok(installation(exchange, grantedPermissions(exchange)))
}

/** The permissions a token is asked to be narrowed to, null where the body asks for nothing of the kind. */
function narrowed(body: string): Record<string, Permission> | null | 'unreadable' {
  if (body.trim() === '') return null
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed !== 'object' || parsed === null || !('permissions' in parsed)) return null
    return parsed.permissions as Record<string, Permission>
  } catch {
    return 'unreadable'
  }
}

function createToken(exchange: Exchange, app: App): Answer {
  const { world, faults, params, body, now } = exchange
  const documentation = 'rest/apps/apps#create-an-installation-access-token-for-an-app'
  const installed = world.installation.appId === app.id && Number(params[0]) === world.installation.id
  if (!installed || faults.has('installation_removed')) return notFound(documentation)
  if (faults.has('installation_suspended')) {
    return refusal(403, 'This installation has been suspended', documentation)
  }
  const asked = narrowed(body)
  if (asked === 'unreadable') return refusal(400, 'Problems parsing JSON', documentation)
  const granted = grantedPermissions(exchange)
  const beyond = Object.keys(asked ?? {}).some((name) => !(name in granted))
  if (beyond) {
    return refusal(422, 'The permissions requested are not granted to this installation.', documentation)
  }
  // Without a wish the token holds whatever the installation holds, also what it is granted later.
  const [token, { expiresAt }] = mintToken(world, asked ?? world.installation.permissions, now)
  const expires_at = new Date(expiresAt).toISOString().replace('.000Z', 'Z')
  return {
    status: 201,
    body: { token, expires_at, permissions: asked ?? granted, repository_selection: 'all' },
  }
}

/** A page of members with GitHub's `Link` header; numbered pages, no names, no addresses. */
function listMembers(exchange: Exchange): Answer {
  const { world, query, apiUrl, params, faults } = exchange
  if (params[0]?.toLowerCase() !== world.organization.login)
    return notFound('rest/orgs/members#list-organization-members')
  const number = (name: string, fallback: number, most: number): number => {
    const value = Number.parseInt(query.get(name) ?? '', 10)
    return Number.isNaN(value) || value < 1 ? fallback : Math.min(value, most)
  }
  const size = Math.min(number('per_page', 30, 100), mostPerPage(faults))
  const page = number('page', 1, Number.MAX_SAFE_INTEGER)
  const pages = Math.max(1, Math.ceil(world.accounts.length / size))
  const to = (target: number, rel: string): string => {
    const asked = new URLSearchParams(query)
    asked.set('page', String(target))
    return `<${apiUrl}/organizations/${world.organization.id}/members?${asked}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev')] : []),
    ...(page < pages ? [to(page + 1, 'next'), to(pages, 'last')] : []),
    ...(page > 1 ? [to(1, 'first')] : []),
  ]
  const members = world.accounts.slice((page - 1) * size, page * size)
  return ok(
    members.map((account) => simpleUser(apiUrl, account)),
    links.length > 0 ? { link: links.join(', ') } : {},
  )
}

function rateLimit(exchange: Exchange, caller: Caller, allowances: Allowances): Answer {
  if (exchange.host === 'enterprise-server')
    return refusal(404, 'Rate limiting is not enabled.', 'rest/rate-limit/rate-limit')
  const of = (resource: 'core' | 'graphql'): object => {
    const { limit, used, remaining, reset } = allowances.state(exchange, caller.kind, resource)
    return { limit, used, remaining, reset }
  }
  const core = of('core')
  const search = { limit: 30, used: 0, remaining: 30, reset: Math.ceil(exchange.now / 1000) + 60 }
  return ok({ resources: { core, graphql: of('graphql'), search }, rate: core })
}

/** What the sandbox serves, by `METHOD path` as the call counts name it. */
const ROUTES: Record<string, AppRoute | InstallationRoute> = {
  'GET /app': { as: 'app', answer: (exchange, app) => ok(integration(exchange, app)) },
  'GET /app/installations': {
    as: 'app',
    answer: (exchange, app) => {
      const found = getInstallation(exchange, app)
      return ok(found.status === 200 ? [found.body] : [])
    },
  },
  'GET /app/installations/{id}': {
    as: 'app',
    answer: (exchange, app) =>
      Number(exchange.params[0]) === exchange.world.installation.id
        ? getInstallation(exchange, app)
        : notFound('rest/apps/apps#get-an-installation-for-the-authenticated-app'),
  },
  'POST /app/installations/{id}/access_tokens': { as: 'app', answer: createToken },
  'GET /orgs/{org}/installation': {
    as: 'app',
    answer: (exchange, app) =>
      exchange.params[0]?.toLowerCase() === exchange.world.organization.login
        ? getInstallation(exchange, app)
        : notFound('rest/apps/apps#get-an-organization-installation-for-the-authenticated-app'),
  },
  'GET /orgs/{org}': {
    as: 'installation',
    answer: (exchange) =>
      exchange.params[0]?.toLowerCase() === exchange.world.organization.login
        ? ok(organization(exchange))
        : notFound('rest/orgs/orgs#get-an-organization'),
  },
  'GET /orgs/{org}/members': { as: 'installation', permission: 'members', answer: listMembers },
  'GET /organizations/{id}/members': {
    as: 'installation',
    permission: 'members',
    answer: (exchange) => {
      const { id, login } = exchange.world.organization
      return listMembers({ ...exchange, params: [exchange.params[0] === String(id) ? login : ''] })
    },
  },
  'GET /users/{login}': {
    as: 'installation',
    answer: (exchange) => {
      const account = exchange.world.byLogin.get(exchange.params[0]?.toLowerCase() ?? '')
      return account === undefined
        ? notFound('rest/users/users#get-a-user')
        : ok(publicUser(exchange, account))
    },
  },
  'GET /user/{id}': {
    as: 'installation',
    answer: (exchange) => {
      const account = exchange.world.byId.get(Number(exchange.params[0]))
      return account === undefined
        ? notFound('rest/users/users#get-a-user-using-their-id')
        : ok(publicUser(exchange, account))
    },
  },
  'GET /rate_limit': { as: 'installation', answer: rateLimit },
}

const PATTERNS = Object.keys(ROUTES).map((endpoint) => {
  const [method = '', path = ''] = endpoint.split(' ')
  return { endpoint, method, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`) }
})

/** The endpoint a request is for, and its path parameters; null where the sandbox has none. */
export function findEndpoint(method: string, path: string): { endpoint: string; params: string[] } | null {
  for (const { endpoint, method: wanted, pattern } of PATTERNS) {
    const match = method === wanted ? pattern.exec(path) : null
    if (match !== null) return { endpoint, params: match.slice(1).map(decodeURIComponent) }
  }
  return null
}

/** Answers one REST request. */
export async function answerRest(exchange: Exchange, allowances: Allowances): Promise<Answer> {
  const route = ROUTES[exchange.endpoint]
  if (route === undefined) return notFound()
  if (route.as === 'app') {
    const app = await authenticateApp(exchange)
    if ('status' in app) return app
    return counted(exchange, allowances, `app ${app.id}`, () => route.answer(exchange, app))
  }
  const caller = authenticateInstallation(exchange)
  if ('status' in caller) return caller
  return counted(exchange, allowances, caller.kind, () => permitted(route, exchange, caller, allowances))
}

/** Spends one request of the caller's hourly allowance; asking what is left is free. */
function counted(exchange: Exchange, allowances: Allowances, caller: string, answer: () => Answer): Answer {
  if (exchange.host === 'enterprise-server' && !exchange.faults.has('primary_rate_limit')) return answer()
  const spent = allowances.spend(exchange, caller, 'core', exchange.endpoint === 'GET /rate_limit' ? 0 : 1)
  const { headers, ...rest } = spent.granted ? answer() : primaryLimit(exchange, 'core')
  return { ...rest, headers: { ...headers, ...rateLimitHeaders(spent) } }
}

/** Refuses what the installation may not see, and names the permission in GitHub's header either way. */
function permitted(
  { permission, answer }: InstallationRoute,
  exchange: Exchange,
  caller: Caller,
  allowances: Allowances,
): Answer {
  if (permission === undefined) return answer(exchange, caller, allowances)
  const accepted = { 'x-accepted-github-permissions': `${permission}=read` }
  if (caller.kind !== 'installation') return refusal(401, 'Requires authentication', 'rest', accepted)
  if (!(permission in caller.permissions)) {
    const documentation = 'rest/orgs/members#list-organization-members'
    return refusal(403, 'Resource not accessible by integration', documentation, accepted)
  }
  const { headers, ...rest } = answer(exchange, caller, allowances)
  return { ...rest, headers: { ...headers, ...accepted } }
}
