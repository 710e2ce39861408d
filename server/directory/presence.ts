import type { Failure } from '../../contract/failure.ts'
import type { App, ConnectionStatus } from '../../contract/words.ts'

/** A connection with an external account, and whether a complete directory still lists that account. */
export interface HeldAccount {
  status: ConnectionStatus
  failure: Failure | null
  /** The account is in the directory. */
  present: boolean
}

/**
 * What a complete directory means for a connection. That an account is gone is a fact about it and no failed
 * attempt, so it does end a working connection; when the account comes back, so does the connection.
 */
export function afterDirectory(held: HeldAccount): 'leave' | 'lose' | 'restore' {
  const working = held.status === 'connected' || held.status === 'waiting'
  if (working && !held.present) return 'lose'
  const lost = held.status === 'failed' && held.failure?.code === 'account_not_found'
  if (lost && held.present) return 'restore'
  return 'leave'
}

export interface LostAccount {
  app: App
  person: string
  login: string | null
  organization: string | undefined
}

/** The failure of a person whose account the directory no longer lists. */
export function accountGone({ app, person, login, organization }: LostAccount, at: Date): Failure {
  return {
    code: 'account_not_found',
    step: 'directory',
    at: at.toISOString(),
    details: { app, person, other: login ?? undefined, organization },
    evidence: {},
  }
}
