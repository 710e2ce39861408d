import { z } from 'zod'

/** Every fault that can be switched on while the sandbox runs, with what it does. */
export const FAULTS = {
  primary_rate_limit:
    'the hourly allowance is used up until `resetAfterSeconds` (60) have passed: REST 403 (or `status` 429) with remaining 0, GraphQL 200 with `errors[].type` RATE_LIMITED (or `type` RATE_LIMIT, its newer spelling)',
  secondary_rate_limit:
    'refused until `retryAfterSeconds` (60) have passed: 403 (or `status` 429; 200 for GraphQL) with Retry-After and GitHub’s text; `withoutHeader` leaves the header out',
  server_error:
    '502 (or `status` 500, 503, 504) as GitHub’s edge answers: JSON for GraphQL, an HTML page for REST',
  slow: 'answers after `delayMs` (5000); with `part` body the headers and half the body come at once',
  cut_body: 'announces the whole body, sends half of it and closes the connection',
  truncated_json: 'a complete answer whose JSON stops half way',
  html: 'status 200 with an HTML page, as a proxy or a captive portal does',
  connection_reset: 'the connection is reset before any answer',
  bad_credentials: '401 `Bad credentials` though the token is good',
  ip_allow_list: '403: the organisation’s IP allow list refuses this address',
  clock_skew: 'GitHub’s clock is `seconds` ahead of ours (negative: behind)',
  key_deleted: 'the App’s private key was deleted: its JWTs can no longer be decoded',
  installation_suspended: 'the organisation suspended the installation',
  installation_removed: 'the organisation uninstalled the App',
  permission_missing: 'the installation lacks `permission` (members)',
  tokens_revoked: 'installation tokens minted before now are no longer good',
  saml_off:
    'no identity provider (`samlIdentityProvider` is null), as when SAML is set up for the enterprise',
  verified_domains_off: 'the organisation has no verified domain',
  profiles_private: 'nobody shows a name or an address on the profile',
  page_shrink: 'pages hold at most `pageSize` (37) entries, whatever was asked for',
  page_loop: 'a page’s end cursor leads to the same page again',
  short_directory: 'an empty last page although totalCount says more',
  null_nodes: 'every tenth node of a page is null',
} as const

export type FaultName = keyof typeof FAULTS

const names = Object.keys(FAULTS) as FaultName[]
const seconds = z.number().min(0).max(86_400)

export const faultSchema = z.strictObject({
  fault: z.enum(names),
  /** `graphql`, `rest`, or one endpoint as the call counts name it; without it every call. */
  endpoint: z.string().optional(),
  /** In effect for that many calls, then gone by itself. */
  times: z.number().int().min(1).optional(),
  /** Takes effect after that many calls to the endpoint. */
  afterCalls: z.number().int().min(0).optional(),
  status: z.number().int().optional(),
  type: z.enum(['RATE_LIMITED', 'RATE_LIMIT']).optional(),
  retryAfterSeconds: seconds.optional(),
  withoutHeader: z.boolean().optional(),
  resetAfterSeconds: seconds.optional(),
  delayMs: z.number().min(0).max(600_000).optional(),
  part: z.enum(['headers', 'body']).optional(),
  seconds: z.number().min(-86_400).max(86_400).optional(),
  permission: z.string().optional(),
  pageSize: z.number().int().min(1).max(100).optional(),
})

export type FaultSpec = z.infer<typeof faultSchema>

export interface Fault extends FaultSpec {
  /** When it was switched on (ms since 1970, with fractions). */
  setAt: number
  /** Rate limits only: when the limit ends (ms since 1970), known from the first refused call on. */
  until?: number
  /** Calls it could have met, and calls it did meet. */
  seen: number
  used: number
}

/** The most entries a page may hold: GitHub's 100, or fewer where a fault says so. */
export function mostPerPage(faults: FaultsInEffect): number {
  const shrunk = faults.get('page_shrink')
  return shrunk === undefined ? 100 : (shrunk.pageSize ?? 37)
}

/** The faults that meet one call. */
export type FaultsInEffect = ReadonlyMap<FaultName, Fault>

const RATE_LIMITS: Partial<Record<FaultName, (fault: Fault) => number>> = {
  primary_rate_limit: (fault) => fault.resetAfterSeconds ?? 60,
  secondary_rate_limit: (fault) => fault.retryAfterSeconds ?? 60,
}

/** Fine enough to tell a token from a fault of the same millisecond. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now()
}

function concerns(fault: Fault, endpoint: string): boolean {
  if (fault.endpoint === undefined || fault.endpoint === endpoint) return true
  if (fault.endpoint === 'graphql') return endpoint === 'POST /graphql'
  return fault.endpoint === 'rest' && endpoint !== 'POST /graphql'
}

/** A rate limit lasts until its stated time and is then over; everything else until cleared or used up. */
function isOver(fault: Fault, now: number): boolean {
  if (fault.until !== undefined) return now >= fault.until
  return fault.times !== undefined && fault.used >= fault.times
}

export interface FaultSwitches {
  set(spec: FaultSpec): void
  clear(): void
  list(): readonly Fault[]
  /** Counts a call to the endpoint and says which faults it meets. */
  meet(endpoint: string, now: number): FaultsInEffect
}

export function faultSwitches(): FaultSwitches {
  let faults: Fault[] = []
  return {
    set: (spec) => {
      faults.push({ ...spec, setAt: preciseNow(), seen: 0, used: 0 })
    },
    clear: () => {
      faults = []
    },
    list: () => faults,
    meet: (endpoint, now) => {
      const met = new Map<FaultName, Fault>()
      for (const fault of faults) {
        if (!concerns(fault, endpoint)) continue
        fault.seen += 1
        if (met.has(fault.fault) || fault.seen <= (fault.afterCalls ?? 0) || isOver(fault, now)) continue
        fault.used += 1
        const limit = RATE_LIMITS[fault.fault]
        if (limit !== undefined) fault.until ??= now + limit(fault) * 1000
        met.set(fault.fault, fault)
      }
      return met
    },
  }
}
