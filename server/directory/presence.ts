import type { Failure, FailureCode } from '../../contract/failure.ts'
import type { App, ConnectionStatus } from '../../contract/words.ts'

/** A connection with an external account, and whether a complete directory still lists that account. */
export interface HeldAccount {
  status: ConnectionStatus
  failure: Failure | null
  login: string | null
  /** The account is in the directory. */
  present: boolean
  /** It is a person's there, and not suspended. */
  usable: boolean
  /** The person is. */
  active: boolean
  /** Another account has its login now: somebody was re-created, or the name was taken over. */
  replaced: boolean
}

/** What a connection fails with whose account a complete directory does not list. */
export const goneCodes = ['account_not_found', 'account_changed'] as const satisfies FailureCode[]

/**
 * What a complete directory means for a connection. That an account is gone is a fact about it and no failed
 * attempt, so it does end a working connection; when the account comes back, so does the connection, if its
 * account can be used and its person is active: it rests until they are.
 */
export function afterDirectory(
  held: Pick<HeldAccount, 'status' | 'failure' | 'present' | 'usable' | 'active'>,
): 'leave' | 'lose' | 'restore' | 'rest' | 'suspend' {
  const working = held.status === 'connected' || held.status === 'waiting'
  if (working && !held.present) return 'lose'
  const lost = held.status === 'failed' && goneCodes.some((code) => code === held.failure?.code)
  if (!lost || !held.present) return 'leave'
  if (!held.usable) return 'suspend'
  return held.active ? 'restore' : 'rest'
}

/** What a connection becomes. */
export interface AfterDirectory {
  status: ConnectionStatus
  failure: Failure | null
}

export interface PresenceNews extends Pick<HeldAccount, 'login' | 'replaced'> {
  app: App
  person: string
  organization: string | undefined
}

/** The same as it is written on the connection; undefined when it is left as it is. */
export function settledPresence(
  decision: ReturnType<typeof afterDirectory>,
  news: PresenceNews,
  at: Date,
): AfterDirectory | undefined {
  switch (decision) {
    case 'leave':
      return undefined
    case 'lose':
      return {
        status: 'failed',
        failure: failed(news.replaced ? 'account_changed' : 'account_not_found', news, at),
      }
    case 'suspend':
      return { status: 'failed', failure: failed('account_suspended', news, at) }
    case 'rest':
      return { status: 'paused', failure: failed('person_inactive', news, at) }
    case 'restore':
      return { status: 'connected', failure: null }
  }
}

function failed(code: FailureCode, { app, person, login, organization }: PresenceNews, at: Date): Failure {
  return {
    code,
    step: 'directory',
    at: at.toISOString(),
    details: { app, person, other: login ?? undefined, organization },
    evidence: {},
  }
}
