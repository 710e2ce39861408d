import { evidenceKinds } from '../contract/words.ts'
import { comparableAddress, isFreeMail } from './address.ts'
import { isUsable, type KeyKind, type MatchAccount, type MatchInput, type MatchKey } from './input.ts'
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
  /** By person, strongest kind first. */
  links: ReadonlyMap<number, readonly Link[]>
  /** The people whom an address of their own leads to this usable account. */
  claimants(account: number): readonly number[]
  /** By usable account: the comparable addresses that it shows. */
  addresses: ReadonlyMap<number, readonly string[]>
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

/** Joins roster and directory on comparable addresses. Time and memory are linear in both. */
export function indexEvidence(
  input: Pick<MatchInput, 'staff' | 'accounts' | 'keys' | 'options'>,
): EvidenceIndex {
  const owners = addressOwners(input)
  const accountAt = new Map(input.accounts.map((account, at) => [account.externalId, at]))
  const links = new Map<number, Link[]>()
  const claims = new OneOrMany<number>()
  const addresses = new Map<number, string[]>()
  const domains = new Set(input.options.organizationDomains)
  let vouches = false

  for (const { account, at, kind, address } of comparableKeys(input.keys, input.accounts, accountAt)) {
    const usable = isUsable(account)
    if (usable) {
      push(addresses, at, address.value)
      if (vouched.has(kind)) {
        vouches = true
        if (!input.options.organizationDomains && !isFreeMail(address.domain)) domains.add(address.domain)
      }
    }
    const people = owners.get(address.value)
    const shared = people.length > 1
    for (const person of people) {
      push(links, person, { account: at, kind, address: address.value, shared })
      if (usable && !shared) claims.add(at, person)
    }
  }
  for (const found of links.values()) if (found.length > 1) found.sort(byStrength(input.accounts))
  return { links, claimants: (account) => claims.get(account), addresses, domains, vouches }
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

function* comparableKeys(
  keys: readonly MatchKey[],
  accounts: readonly MatchAccount[],
  accountAt: ReadonlyMap<string, number>,
) {
  for (const key of keys) {
    const at = accountAt.get(key.externalId)
    const account = at === undefined ? undefined : accounts[at]
    const address = comparableAddress(key.value)
    if (at !== undefined && account && address) yield { account, at, kind: key.kind, address }
  }
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

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const found = map.get(key)
  if (found) found.push(value)
  else map.set(key, [value])
}
