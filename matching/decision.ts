import type { Candidate, FailureCode, FailureDetails } from '../contract/failure.ts'
import type { Evidence } from '../contract/words.ts'

/** A likely account that a human has to accept. The list is ordered, likeliest first. */
export interface Proposal {
  externalId: string
  login: string
  name: string | null
  /** In words, for the administrator. */
  reasons: string[]
}

/**
 * Why a person is not connected:
 *
 * - `account_suspended`: their address leads to an account that is suspended at the vendor
 * - `match_taken`: their address or name leads to an account that somebody else has
 * - `match_conflict`: two kinds of evidence lead to different accounts
 * - `match_ambiguous`: one kind leads to several accounts, or several people have the same claim to one
 * - `match_not_human`: their address leads to nothing but a bot, service or guest account
 * - `match_weak`: nothing but an equal, unique full name leads to an account; it is proposed
 * - `person_email_missing`: nothing leads anywhere, and the roster has no address that could
 * - `person_email_foreign`: nothing leads anywhere, and the vendor can vouch for none of the person's domains
 * - `match_no_evidence`: nothing leads anywhere, and the vendor vouches for nobody's address in this directory,
 *   so that the account may well be there
 * - `match_none`: nothing leads anywhere, although the vendor vouches for addresses here: most likely the
 *   person has no account
 */
export type MatchCode = Extract<
  FailureCode,
  | 'account_suspended'
  | 'match_taken'
  | 'match_conflict'
  | 'match_ambiguous'
  | 'match_not_human'
  | 'match_weak'
  | 'person_email_missing'
  | 'person_email_foreign'
  | 'match_no_evidence'
  | 'match_none'
>

export interface MatchFailure {
  code: MatchCode
  details: Pick<FailureDetails, 'other' | 'email' | 'fact'>
  candidates: Candidate[]
}

/** What is to become of one person. */
export type Decision =
  | { accountId: string; outcome: 'connect'; externalId: string; login: string; evidence: Evidence[] }
  | { accountId: string; outcome: 'ask'; failure: MatchFailure; proposals: Proposal[] }
