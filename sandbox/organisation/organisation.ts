import { githubAccount, strangers, unclaimedIdentity } from './accounts.ts'
import { loginRegister } from './logins.ts'
import type { GitHubAccount, Organisation, Person, SamlIdentity, Shares, TruthClass } from './model.ts'
import { makeName, type PersonName } from './names.ts'
import { type Random, seeded } from './random.ts'
import { rosterEntry } from './roster-entry.ts'

export const DEFAULT_SHARES: Shares = {
  saml: 0.46,
  'verified-email': 0.19,
  'public-email': 0.06,
  'unique-name': 0.1,
  'name-of-namesake': 0.02,
  nothing: 0.07,
  'no-account': 0.04,
  contractor: 0.02,
  leaver: 0.04,
}

export interface OrganisationOptions {
  /** People on the roster. */
  staff?: number
  seed?: number
  /** Shares to change; those not named keep their default, and all are scaled to add up to one. */
  shares?: Partial<Shares>
}

/** Makes the organisation. The same options give the same organisation, to the letter. */
export function makeOrganisation(options: OrganisationOptions = {}): Organisation {
  const { staff = 500, seed = 1, shares = {} } = options
  const random = seeded(seed)
  const classes = classesOf(random, staff, { ...DEFAULT_SHARES, ...shares })
  const names = namesOf(random, classes)
  const register = loginRegister()
  const rosterEntries = rosterEntry(random)
  const identifiers = accountIds(random)

  const people: Person[] = []
  const accounts: GitHubAccount[] = []
  const unclaimed: SamlIdentity[] = []
  for (const [at, truth] of classes.entries()) {
    const name = names[at]
    if (name === undefined) continue
    const entry = rosterEntries(name, truth)
    const account = githubAccount(random, { name, entry, truth, id: identifiers(), register })
    if (account !== null) accounts.push(account)
    if (account === null && entry.email !== null && random.chance(0.3)) {
      unclaimed.push(unclaimedIdentity(random, entry.email))
    }
    people.push({
      ...entry,
      truth,
      github: account === null ? null : { id: String(account.id), login: account.login },
    })
  }
  accounts.push(...strangers(random, staff, { identifiers, register }))
  accounts.sort((left, right) => left.id - right.id)
  return {
    name: 'Acme Instruments',
    login: 'acme',
    domain: 'acme.example',
    people,
    githubAccounts: accounts,
    unclaimedIdentities: unclaimed,
  }
}

/** One class per person, in the exact proportions, in random order; namesakes come in pairs. */
function classesOf(random: Random, staff: number, shares: Shares): TruthClass[] {
  const entries = Object.entries(shares) as [TruthClass, number][]
  const total = entries.reduce((sum, [, share]) => sum + share, 0)
  if (!(total > 0) || entries.some(([, share]) => !(share >= 0))) {
    throw new Error('Shares must be numbers from 0 up, and not all 0.')
  }
  const classes: TruthClass[] = []
  let wanted = 0
  for (const [truth, share] of entries) {
    wanted += (share / total) * staff
    let end = Math.round(wanted)
    if (truth === 'name-of-namesake' && (end - classes.length) % 2 === 1) end += end < staff ? 1 : -1
    while (classes.length < end) classes.push(truth)
  }
  return random.shuffled(classes)
}

/**
 * Names for everyone. Whoever is known by name alone gets a name that nobody else on the roster has even
 * when spelling is forgiven; namesakes share theirs with exactly one other; the rest may meet by chance.
 */
function namesOf(random: Random, classes: readonly TruthClass[]): PersonName[] {
  const reserved = new Set<string>()
  const names = new Array<PersonName>(classes.length)
  const unused = (rarer = 0): PersonName => {
    for (let attempt = 0; ; attempt++) {
      const name = makeName(random, rarer + Math.min(attempt >> 2, 2))
      if (!name.shownKeys.some((key) => reserved.has(key))) return name
    }
  }
  // In a large organisation a name is unique by its second given name; the plain ones are shared.
  const reserve = (): PersonName => {
    const name = unused(reserved.size > 300 ? 1 : 0)
    reserved.add(name.key)
    return name
  }
  let waitingNamesake: PersonName | null = null
  for (const [at, truth] of classes.entries()) {
    if (truth === 'unique-name') names[at] = reserve()
    if (truth !== 'name-of-namesake') continue
    const shared: PersonName = waitingNamesake ?? reserve()
    names[at] = shared
    waitingNamesake = waitingNamesake === null ? shared : null
  }
  for (const at of classes.keys()) names[at] ??= unused()
  return names
}

/** Ids over the whole of GitHub's range, each once, in no order. */
function accountIds(random: Random): () => number {
  const taken = new Set<number>()
  return () => {
    for (;;) {
      const id = 1000 + random.below(220_000_000)
      if (taken.has(id)) continue
      taken.add(id)
      return id
    }
  }
}
