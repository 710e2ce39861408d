import type { App } from '../../contract/words.ts'
import { appNames } from '../../contract/words.ts'
import { ProblemError } from '../http/problem-error.ts'
import { type NextConnection, noConnection, type Standing } from './connections.ts'
import { matchFailure } from './settle.ts'

/** An account of the directory that an administrator chose for somebody, and who has it. */
export interface ChosenAccount {
  externalId: string
  login: string
  usable: boolean
  takenBy: { accountId: string; displayName: string } | null
}

/**
 * Whether an administrator may connect this person with the account by hand. True: go on; false: nothing is
 * left to do.
 *
 * @throws ProblemError `conflict` with what stands in the way
 */
export function mayConnect(standing: Standing, account: ChosenAccount, app: App): boolean {
  const { displayName, status, externalId } = standing
  const name = appNames[app]
  const refuse = (detail: string) => new ProblemError('conflict', `${detail} Nothing was changed.`)
  if (status === 'connected' && externalId === account.externalId) return false
  if (account.takenBy && account.takenBy.accountId !== standing.accountId) {
    const other = `${account.takenBy.displayName} (${account.takenBy.accountId})`
    throw refuse(
      `The ${name} account ${account.login} is already connected to ${other}; disconnect it there first, if it is not theirs.`,
    )
  }
  if (status === 'connected')
    throw refuse(
      `${displayName} is connected with the ${name} account ${standing.login ?? externalId}; disconnect it first.`,
    )
  if (status === 'opted_out')
    throw refuse(
      `${displayName} does not want to be connected with ${name}, and only ${displayName} can change that.`,
    )
  if (!standing.active) throw refuse(`${displayName} is inactive on the roster.`)
  if (!account.usable)
    throw refuse(`The ${name} account ${account.login} is suspended, or not a person’s account.`)
  return true
}

/**
 * What is left of a connection when its account was rejected: nothing when it was that account, and no
 * invitation to accept the only proposal when that was it. Undefined: it stays as it is.
 */
export function afterRejection(
  standing: Standing,
  rejected: { externalId: string; login: string },
  circumstances: { app: App; organization: string | undefined; at: string; proposalsLeft: number },
): NextConnection | undefined {
  if (standing.externalId === rejected.externalId)
    return { ...noConnection, status: 'not_connected', failure: null }
  if (standing.failure?.code !== 'match_weak' || circumstances.proposalsLeft > 0) return undefined
  const fact = `${rejected.login} aside, who was marked as not this person`
  const failure = matchFailure(standing, 'match_none', circumstances, { fact })
  return { ...noConnection, status: 'needs_mapping', failure }
}
