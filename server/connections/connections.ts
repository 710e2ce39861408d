import type { Failure, FailureCode } from '../../contract/failure.ts'
import type { App, ConnectionStatus, Evidence, ItemOutcome, Origin, RunAction } from '../../contract/words.ts'
import type { Proposal } from '../../matching/decision.ts'

/** One person's connection with one app as it is now. Somebody without a row is `not_connected`. */
export interface Standing {
  accountId: string
  displayName: string
  active: boolean
  status: ConnectionStatus
  origin: Origin | null
  externalId: string | null
  login: string | null
  evidence: Evidence[]
  failure: Failure | null
  connectedBy: string | null
  /** RFC 3339 */
  connectedAt: string | null
  /** There is a row. */
  stored: boolean
}

/** What a connection becomes. */
export type NextConnection = Omit<Standing, 'accountId' | 'displayName' | 'active' | 'stored'>

/** No account. */
export const noConnection = {
  origin: null,
  externalId: null,
  login: null,
  evidence: [],
  connectedBy: null,
  connectedAt: null,
} satisfies Partial<NextConnection>

/** What becomes of one person in one run. */
export interface Settlement {
  accountId: string
  outcome: Exclude<ItemOutcome, 'pending'>
  /** For the run's item: the account concerned, and why it is (not) theirs. */
  externalId: string | null
  login: string | null
  evidence: Evidence[]
  failure: Failure | null
  /** Undefined: the connection stays as it is. */
  next?: NextConnection
  /** Replaces the person's proposals; undefined leaves them. */
  proposals?: Proposal[]
}

/** What all settlements of a run have in common. */
export interface Circumstances {
  app: App
  organization: string | undefined
  /** RFC 3339 */
  at: string
  /** Email of the administrator. */
  by: string
}

export type LeftAlone = { outcome: 'unchanged' | 'skipped'; code: FailureCode | null }

/**
 * Why an action leaves somebody alone whatever the vendor says; undefined when it does not. A working
 * connection is never put at risk, what a person chose is theirs, and a no is a no.
 */
export function leftAlone(
  action: RunAction,
  { active, status, origin, externalId }: Pick<Standing, 'active' | 'status' | 'origin' | 'externalId'>,
): LeftAlone | undefined {
  if (action === 'disconnect') {
    if (externalId === null) return { outcome: 'unchanged', code: null }
    return origin === 'self' ? { outcome: 'skipped', code: 'connected_by_self' } : undefined
  }
  if (!active) return { outcome: 'skipped', code: 'person_inactive' }
  if (status === 'opted_out') return { outcome: 'skipped', code: 'person_opted_out' }
  if (status !== 'connected') return undefined
  return origin === 'self'
    ? { outcome: 'skipped', code: 'connected_by_self' }
    : { outcome: 'unchanged', code: 'already_connected' }
}
