import type { Answer, Exchange } from './exchange.ts'
import { refusal } from './exchange.ts'
import type { World } from './world.ts'

const HOUR = 3_600_000
export const LIMIT_DOCUMENTATION = 'rest/using-the-rest-api/rate-limits-for-the-rest-api'

export type Resource = 'core' | 'graphql'

/** The allowance of one caller for one resource, as GitHub states it. */
export interface Allowance {
  resource: Resource
  limit: number
  used: number
  remaining: number
  /** Seconds since 1970. */
  reset: number
}

interface Bucket {
  used: number
  startedAt: number
}

/** Counts what callers use up, in windows of an hour that start with the first use. */
export interface Allowances {
  /** Spends points where enough are left, and says whether they were. */
  spend(
    exchange: Exchange,
    caller: string,
    resource: Resource,
    points: number,
  ): Allowance & { granted: boolean }
  state(exchange: Exchange, caller: string, resource: Resource): Allowance
  reset(): void
}

function limitOf(world: World, resource: Resource): number {
  return resource === 'graphql' ? world.settings.graphqlLimit : world.settings.restLimit
}

export function allowances(): Allowances {
  const buckets = new Map<string, Bucket>()
  const bucketOf = (key: string, now: number): Bucket => {
    const known = buckets.get(key)
    if (known !== undefined && now - known.startedAt < HOUR) return known
    const fresh = { used: 0, startedAt: now }
    buckets.set(key, fresh)
    return fresh
  }
  const state = (exchange: Exchange, caller: string, resource: Resource): Allowance => {
    const { world, faults, now } = exchange
    const limit = limitOf(world, resource)
    const exhausted = faults.get('primary_rate_limit')
    if (exhausted?.until !== undefined) {
      return { resource, limit, used: limit, remaining: 0, reset: Math.ceil(exhausted.until / 1000) }
    }
    const { used, startedAt } = bucketOf(`${caller} ${resource}`, now)
    const reset = Math.ceil((startedAt + HOUR) / 1000)
    return { resource, limit, used: Math.min(used, limit), remaining: Math.max(0, limit - used), reset }
  }
  return {
    state,
    spend: (exchange, caller, resource, points) => {
      const before = state(exchange, caller, resource)
      if (before.remaining < points) return { ...before, granted: false }
      bucketOf(`${caller} ${resource}`, exchange.now).used += points
      return { ...state(exchange, caller, resource), granted: true }
    },
    reset: () => buckets.clear(),
  }
}

export function rateLimitHeaders(allowance: Allowance): Record<string, string> {
  return {
    'x-ratelimit-limit': String(allowance.limit),
    'x-ratelimit-remaining': String(allowance.remaining),
    'x-ratelimit-used': String(allowance.used),
    'x-ratelimit-reset': String(allowance.reset),
    'x-ratelimit-resource': allowance.resource,
  }
}

/** The hourly allowance is used up. GraphQL says so with status 200. */
export function primaryLimit(exchange: Exchange, resource: Resource): Answer {
  const fault = exchange.faults.get('primary_rate_limit')
  const { id } = exchange.world.installation
  if (resource === 'core') {
    return refusal(
      fault?.status ?? 403,
      `API rate limit exceeded for installation ID ${id}.`,
      LIMIT_DOCUMENTATION,
    )
  }
  const error =
    fault?.type === 'RATE_LIMIT'
      ? {
          type: 'RATE_LIMIT',
          code: 'graphql_rate_limit',
          message: `API rate limit already exceeded for installation ID ${id}.`,
        }
      : { type: 'RATE_LIMITED', message: `API rate limit exceeded for installation ID ${id}.` }
  return { status: 200, body: { errors: [error] } }
}

/** Too much at once. The text is all that tells it from a missing permission. */
export function secondaryLimit(exchange: Exchange): Answer | null {
  const fault = exchange.faults.get('secondary_rate_limit')
  if (fault?.until === undefined) return null
  const wait = Math.max(1, Math.ceil((fault.until - Date.now()) / 1000))
  const message = `You have exceeded a secondary rate limit. Please wait a few minutes before you try again. For more on scraping GitHub and how it may affect your rights, please review our Terms of Service (https://docs.github.com/en/site-policy/github-terms/github-terms-of-service) If you reach out to GitHub Support for help, please include the request ID ${exchange.requestId}.`
  const documentation =
    'free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits'
  const answer = refusal(fault.status ?? 403, message, documentation)
  if (fault.withoutHeader !== true) answer.headers = { 'retry-after': String(wait) }
  if (fault.status === 200) answer.body = { errors: [{ message }] }
  return answer
}
