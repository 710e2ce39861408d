import type { AccountKind, EvidenceKind } from '../contract/words.ts'

/** Evidence that a directory can show as a value; the other two kinds are a human's word and a name. */
export type KeyKind = Exclude<EvidenceKind, 'decided' | 'name'>

/** A person on the roster, reduced to what can be compared. */
export interface MatchPerson {
  accountId: string
  displayName: string
  email: string | null
  aliases: readonly string[]
  active: boolean
}

/** An external account as the directory shows it. */
export interface MatchAccount {
  /** The vendor's immutable id. */
  externalId: string
  login: string
  name: string | null
  kind: AccountKind
  suspended: boolean
}

/** An identity or address of an external account, as the vendor gave it. */
export interface MatchKey {
  externalId: string
  kind: KeyKind
  value: string
}

export interface MatchOptions {
  /** The administrator allows equal, unique full names to connect by themselves. */
  connectUniqueNames: boolean
  /** Domains that the vendor can vouch for; found from the directory's own vouched addresses when absent. */
  organizationDomains?: readonly string[]
}

/**
 * Everything that is known, once. Who is unique is judged over the whole active roster and the whole
 * directory, so both are given entire even when only a few people are selected.
 */
export interface MatchInput {
  staff: readonly MatchPerson[]
  /** Account ids to decide about. Inactive and unknown people among them get no decision. */
  selected: ReadonlySet<string>
  accounts: readonly MatchAccount[]
  keys: readonly MatchKey[]
  /** External accounts that somebody already has: external id → account id. */
  holders: ReadonlyMap<string, string>
  /** "Not this person", said by a human. */
  rejections: readonly { accountId: string; externalId: string }[]
  options: MatchOptions
}

/** Whether an account may be anybody's at all: bots, service and guest accounts and suspended ones never are. */
export function isUsable(account: MatchAccount): boolean {
  return account.kind === 'human' && !account.suspended
}
