import type { Failure, FailureCode } from '../../contract/failure.ts'
import type { App, ConnectionStatus } from '../../contract/words.ts'

/** A connection with an external account, and whether a complete directory still lists that account. */
export interface HeldAccount {
  status: ConnectionStatus
  failure: Failure | null
  login: string | null
  /** The account is in the directory. */
  present: boolean
  /** Another account has its login now: somebody was re-created, or the name was taken over. */
  replaced: boolean
}

/** What a connection fails with whose account a complete directory does not list. */
export const goneCodes = ['account_not_found', 'account_changed'] as const satisfies FailureCode[]

/**
 * What a complete directory means for a connection. That an account is gone is a fact about it and no failed
 * attempt, so it does end a working connection; when the account comes back, so does the connection.
 */
export function afterDirectory(
  held: Pick<HeldAccount, 'status' | 'failure' | 'present'>,
): 'leave' | 'lose' | 'restore' {
  const working = held.status === 'connected' || held.status === 'waiting'
  if (working && !held.present) return 'lose'
  const lost = held.status === 'failed' && goneCodes.some((code) => code === held.failure?.code)
  if (lost && held.present) return 'restore'
  return 'leave'
}

export interface LostAccount {
  app: App
  person: string
  login: string | null
  replaced: boolean
  organization: string | undefined
}

/** The failure of a person whose account the directory no longer lists. */
export function accountGone(lost: LostAccount, at: Date): Failure {
  const { app, person, login, replaced, organization } = lost
  return {
    code: replaced ? 'account_changed' : 'account_not_found',
    step: 'directory',
    at: at.toISOString(),
    details: { app, person, other: login ?? undefined, organization },
    evidence: {},
  }
}
