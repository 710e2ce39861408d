import { evidenceKinds } from '../contract/words.ts'
import { type Address, comparableAddress, isFreeMail } from './address.ts'
import { isUsable, type KeyKind, type MatchAccount, type MatchInput } from './input.ts'
import { OneOrMany } from './one-or-many.ts'

/** An address that a person's roster row and an external account have in common. */
export interface Link {
  /** Index into `accounts`. */
  account: number
  kind: KeyKind
  /** In its comparable form. */
  address: string
  /** Another active person has the address too, so it tells nobody apart. */
  shared: boolean
}

/** What the addresses and identities of the directory say (evidence 2–5). People and accounts are indices. */
export interface EvidenceIndex {
  /** Strongest kind first. */
  links(person: number): Link[]
  /** The people whom an address of their own leads to this usable account. */
  claimants(account: number): readonly number[]
  /** The comparable addresses that this account shows. */
  addresses(account: number): Address[]
  /** Domains that the vendor can vouch for. Empty: not known. */
  domains: ReadonlySet<string>
  /** The vendor vouches for at least one account; otherwise it shows nothing better than public profiles. */
  vouches: boolean
}

/** Kinds that somebody else than the account's owner has confirmed. */
const vouched: ReadonlySet<KeyKind> = new Set<KeyKind>([
  'saml-name-id',
  'scim-user-name',
  'verified-email',
  'directory-alias',
])

/** Position in the order of strength; 0 is strongest. */
export const strength = new Map(evidenceKinds.map((kind, at) => [kind, at]))

/**
 * Joins roster and directory on comparable addresses. Time and memory are linear in both; what is kept are
 * indices of keys, and the rest is made again for the few who ask.
 */
export function indexEvidence(
  input: Pick<MatchInput, 'staff' | 'accounts' | 'keys' | 'options'>,
): EvidenceIndex {
  const { accounts, keys, options } = input
  const owners = addressOwners(input)
  const accountAt = new Map(accounts.map((account, at) => [account.externalId, at]))
  const keysOfPerson = new OneOrMany<number>()
  const keysOfAccount = new OneOrMany<number>()
  const claims = new OneOrMany<number>()
  const domains = new Set(options.organizationDomains)
  let vouches = false

  keys.forEach((key, at) => {
    const account = accountAt.get(key.externalId)
    const found = account === undefined ? undefined : accounts[account]
    const address = comparableAddress(key.value)
    if (account === undefined || !found || !address) return
    keysOfAccount.add(account, at)
    const people = owners.get(address.value)
    for (const person of people) keysOfPerson.add(person, at)
    if (!isUsable(found)) return
    if (people.length === 1) for (const person of people) claims.add(account, person)
    if (!vouched.has(key.kind)) return
    vouches = true
    if (!options.organizationDomains && !isFreeMail(address.domain)) domains.add(address.domain)
  })

  /** The key once more, for people and accounts to whom it was found to belong. */
  const shown = (at: number) => {
    const key = keys[at]
    const address = key && comparableAddress(key.value)
    const account = key && accountAt.get(key.externalId)
    return address && account !== undefined ? [{ account, kind: key.kind, address }] : []
  }
  return {
    links: (person) =>
      keysOfPerson
        .get(person)
        .flatMap(shown)
        .map(({ address: { value }, ...key }) => {
          return { ...key, address: value, shared: owners.get(value).length > 1 }
        })
        .sort(byStrength(accounts)),
    claimants: (account) => claims.get(account),
    addresses: (account) =>
      keysOfAccount
        .get(account)
        .flatMap(shown)
        .map(({ address }) => address),
    domains,
    vouches,
  }
}

/** Comparable address → the active people who have it. */
function addressOwners({ staff }: Pick<MatchInput, 'staff'>): OneOrMany<string> {
  const owners = new OneOrMany<string>()
  staff.forEach((person, at) => {
    if (!person.active) return
    for (const raw of [person.email, ...person.aliases]) {
      const address = raw ? comparableAddress(raw)?.value : undefined
      if (address !== undefined) owners.add(address, at)
    }
  })
  return owners
}

/** Strongest first; ties by address and id, so that the order of the input never shows. */
function byStrength(accounts: readonly MatchAccount[]) {
  const id = (link: Link) => accounts[link.account]?.externalId ?? ''
  return (a: Link, b: Link) =>
    (strength.get(a.kind) ?? 0) - (strength.get(b.kind) ?? 0) ||
    compare(a.address, b.address) ||
    compare(id(a), id(b))
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
