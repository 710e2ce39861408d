/** An address on GitHub's side of an external identity (`UserEmailMetadata`). */
export interface IdentityEmail {
  value: string
  primary: boolean
}

/** What the identity provider said of a member (GraphQL `ExternalIdentity`). */
export interface SamlIdentity {
  guid: string
  nameId: string
  username: string
  emails: IdentityEmail[]
  /** Present where the provider also provisions by SCIM. */
  scim: { username: string; emails: IdentityEmail[] } | null
}

export type AccountKind = 'staff' | 'bot' | 'outsider'

/** A GitHub user account, as the organisation's owner would see it. */
export interface GitHubAccount {
  /** Immutable. */
  id: number
  login: string
  name: string | null
  /** The address on the public profile; null = private. */
  publicEmail: string | null
  /** Addresses GitHub verified inside the organisation's verified domains. */
  verifiedDomainEmails: string[]
  saml: SamlIdentity | null
  createdAt: string
  kind: AccountKind
}

/**
 * The evidence that is truly there for a person, strongest first:
 *
 * - `saml`: the identity provider's address is the person's (or one of the aliases): connects
 * - `verified-email`: an address GitHub verified in the organisation's domain: connects
 * - `public-email`: the work address on the public profile: connects
 * - `unique-name`: nothing but an equal full name that nobody else has: a proposal, never more
 * - `name-of-namesake`: nothing but a full name that another staff member has too: never choose
 * - `nothing`: has an account, but it shows nothing comparable
 * - `no-account`: has no account at all
 * - `contractor`: roster and profile show unrelated addresses at other companies, and no name
 * - `leaver`: inactive on the roster; the account, where it still is, must not be touched
 */
export type TruthClass =
  | 'saml'
  | 'verified-email'
  | 'public-email'
  | 'unique-name'
  | 'name-of-namesake'
  | 'nothing'
  | 'no-account'
  | 'contractor'
  | 'leaver'

/** One row of the roster, with the answer that the product under test must not know. */
export interface Person {
  accountId: string
  displayName: string
  /** Null where the roster's source hides it. */
  email: string | null
  aliases: string[]
  groups: string[]
  teams: string[]
  active: boolean
  truth: TruthClass
  /** The person's own GitHub account; its id is the immutable one, as text. */
  github: { id: string; login: string } | null
}

/** Parts of the staff by evidence; made to add up to one. */
export type Shares = Record<TruthClass, number>

/** A made-up organisation: the roster, the GitHub accounts of its organisation, and who is who. */
export interface Organisation {
  name: string
  /** Of the GitHub organisation. */
  login: string
  domain: string
  people: Person[]
  /** Members of the GitHub organisation, by id: staff, bots and accounts of nobody on the roster. */
  githubAccounts: GitHubAccount[]
  /** Identities that the provider made and nobody has claimed yet (`ExternalIdentity.user` is null). */
  unclaimedIdentities: SamlIdentity[]
}
