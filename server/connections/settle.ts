import type { Candidate, Failure, FailureCode, FailureDetails } from '../../contract/failure.ts'
import type { Evidence } from '../../contract/words.ts'
import type { Decision } from '../../matching/decision.ts'
import {
  type Circumstances,
  type LeftAlone,
  type NextConnection,
  noConnection,
  type Settlement,
  type Standing,
} from './connections.ts'

/** Somebody left alone. A connection of an inactive person rests until they are back. */
export function settleLeftAlone(
  standing: Standing,
  { outcome, code }: LeftAlone,
  circumstances: Circumstances,
): Settlement {
  const failure = code && matchFailure(standing, code, circumstances)
  const settlement = { ...itemOf(standing), outcome, failure }
  const rests = code === 'person_inactive' && standing.status === 'connected'
  return rests ? { ...settlement, next: { ...held(standing), status: 'paused', failure } } : settlement
}

/**
 * What a decision of the matching makes of a connection that is not left alone. `isThere` tells whether the
 * directory has a usable account of that id.
 */
export function settleDecision(
  standing: Standing,
  decision: Decision,
  circumstances: Circumstances,
  isThere: (externalId: string) => boolean,
): Settlement {
  const { accountId, externalId } = standing
  if (standing.status === 'paused' && externalId !== null && isThere(externalId)) {
    const next: NextConnection = { ...held(standing), status: 'connected', failure: null }
    return { ...itemOf(standing), outcome: 'connected', failure: null, next, proposals: [] }
  }
  if (decision.outcome === 'connect') return connected(accountId, decision, circumstances)

  const { proposals } = decision
  if (externalId !== null) return { ...settleLost(standing, circumstances), proposals }
  const { code, details, candidates } = decision.failure
  const failure = matchFailure(standing, code, circumstances, details, candidates)
  const outcome = code === 'account_suspended' ? 'failed' : 'needs_mapping'
  const next: NextConnection = { ...noConnection, status: outcome, failure }
  return { ...itemOf(standing), outcome, failure, next, proposals }
}

/**
 * Somebody whose account is gone, and nothing else was found. They keep it on the row, because it may come
 * back, and the reason that is known already.
 */
function settleLost(standing: Standing, circumstances: Circumstances): Settlement {
  const known = standing.status === 'failed' ? standing.failure : null
  const failure =
    known ??
    matchFailure(standing, 'account_not_found', circumstances, { other: standing.login ?? undefined })
  const settlement: Settlement = { ...itemOf(standing), outcome: 'failed', failure }
  return known ? settlement : { ...settlement, next: { ...held(standing), status: 'failed', failure } }
}

/** A proposal as it stands when it is to be accepted. */
export interface OpenProposal {
  externalId: string
  /** The account as the directory has it now; null when it is gone. */
  account: { login: string; name: string | null; usable: boolean } | null
  /** It is proposed to somebody else, too. */
  contested: boolean
  takenBy: { accountId: string; displayName: string } | null
}

/** Takes the proposal of somebody who has exactly one; several are never chosen from. */
export function settleAcceptance(
  standing: Standing,
  proposals: OpenProposal[],
  circumstances: Circumstances,
): Settlement {
  const [only, ...others] = proposals
  const { accountId, externalId: held } = standing
  if (!only) return { ...itemOf(standing), outcome: 'skipped', failure: standing.failure }
  const { externalId, account, takenBy } = only
  const candidate = { externalId, login: account?.login ?? externalId, name: account?.name }
  const refuse = (code: FailureCode, details: FailureDetails): Settlement => {
    const candidates = [takenBy ? { ...candidate, takenBy } : candidate]
    const failure = matchFailure(standing, code, circumstances, details, candidates)
    const outcome = code.startsWith('account_') ? 'failed' : 'needs_mapping'
    const settlement = { ...itemOf(standing), outcome, failure } as const
    return held === null ? { ...settlement, next: { ...noConnection, status: outcome, failure } } : settlement
  }
  if (others.length > 0) return { ...itemOf(standing), outcome: 'needs_mapping', failure: standing.failure }
  if (!account) return refuse('account_not_found', { other: externalId })
  if (!account.usable) return refuse('account_suspended', { other: account.login })
  if (takenBy) return refuse('match_taken', { other: takenBy.displayName })
  if (only.contested)
    return refuse('match_ambiguous', { fact: `${account.login} is proposed to somebody else, too` })
  const evidence: Evidence[] = [{ kind: 'decided', value: circumstances.by }]
  return connected(accountId, { externalId, login: account.login, evidence }, circumstances)
}

/** Lets go of the account. */
export function settleDisconnection(standing: Standing): Settlement {
  const next: NextConnection = { ...noConnection, status: 'not_connected', failure: null }
  return { ...itemOf(standing), outcome: 'connected', failure: null, next }
}

/** The account turned out to be somebody else's while this was being written. */
export function settleTaken(
  standing: Standing,
  account: { externalId: string; login: string },
  takenBy: { accountId: string; displayName: string },
  circumstances: Circumstances,
): Settlement {
  const { externalId, login } = account
  const details = { other: takenBy.displayName }
  const failure = matchFailure(standing, 'match_taken', circumstances, details, [
    { externalId, login, takenBy },
  ])
  const settlement: Settlement = { ...itemOf(standing), outcome: 'needs_mapping', failure, proposals: [] }
  if (standing.externalId !== null) return settlement
  return { ...settlement, next: { ...noConnection, status: 'needs_mapping', failure } }
}

export function matchFailure(
  { displayName }: Pick<Standing, 'displayName'>,
  code: FailureCode,
  { app, organization, at }: Pick<Circumstances, 'app' | 'organization' | 'at'>,
  details: FailureDetails = {},
  candidates: Candidate[] = [],
): Failure {
  return {
    code,
    step: 'match',
    at,
    details: { app, person: displayName, organization, ...details },
    evidence: candidates.length > 0 ? { candidates } : {},
  }
}

function connected(
  accountId: string,
  { externalId, login, evidence }: { externalId: string; login: string; evidence: Evidence[] },
  { by, at }: Circumstances,
): Settlement {
  const account = { externalId, login, evidence }
  return {
    accountId,
    outcome: 'connected',
    ...account,
    failure: null,
    next: {
      status: 'connected',
      origin: 'admin',
      ...account,
      failure: null,
      connectedBy: by,
      connectedAt: at,
    },
    proposals: [],
  }
}

/** The connection as it is, with the account it has. */
function held({ accountId, displayName, active, stored, ...connection }: Standing): NextConnection {
  return connection
}

function itemOf({ accountId, externalId, login, evidence }: Standing) {
  return { accountId, externalId, login, evidence }
}
