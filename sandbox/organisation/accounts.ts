import { makeLogin, unrelatedLogin } from './logins.ts'
import type { GitHubAccount, SamlIdentity, TruthClass } from './model.ts'
import { type PersonName, profileName } from './names.ts'
import { type Random, uuid } from './random.ts'
import type { RosterEntry } from './roster-entry.ts'

interface AccountOf {
  name: PersonName
  entry: RosterEntry
  truth: TruthClass
  id: number
  register: (wish: string) => string
}

/** The GitHub account of a person on the roster, showing exactly the evidence of the person's class. */
export function githubAccount(random: Random, person: AccountOf): GitHubAccount | null {
  const { name, entry, truth, id, register } = person
  const blank = {
    id,
    name: null,
    publicEmail: null,
    verifiedDomainEmails: [],
    saml: null,
    createdAt: createdAt(random),
    kind: 'staff',
  } satisfies Omit<GitHubAccount, 'login'>
  const login = (): string => register(makeLogin(random, name))
  // Hidden handles: from these accounts nothing at all must lead to the person.
  const handle = (): string => register(unrelatedLogin(random))
  const address = (): string => {
    const [alias] = entry.aliases
    if (entry.email === null) throw new Error(`${truth} needs an email`)
    return alias !== undefined && random.chance(0.3) ? alias : entry.email
  }

  switch (truth) {
    case 'saml': {
      const email = address()
      return {
        ...blank,
        login: login(),
        name: profileName(random, name),
        publicEmail: random.chance(0.15) ? `${unrelatedLogin(random)}@mail.example` : null,
        verifiedDomainEmails: random.chance(0.5) ? [email] : [],
        saml: samlIdentity(random, email),
      }
    }
    case 'verified-email':
      return {
        ...blank,
        login: login(),
        name: profileName(random, name),
        verifiedDomainEmails: [address()],
      }
    case 'public-email':
      return { ...blank, login: login(), name: profileName(random, name), publicEmail: address() }
    case 'unique-name':
    case 'name-of-namesake':
      return { ...blank, login: login(), name: sameName(random, name.display) }
    case 'nothing':
      return { ...blank, login: handle(), name: random.chance(0.3) ? unrelatedLogin(random) : null }
    case 'contractor':
      return { ...blank, login: handle(), publicEmail: `${unrelatedLogin(random)}@freelance.example` }
    case 'leaver':
      if (random.chance(0.5)) return null
      return { ...blank, login: login(), name: name.display, verifiedDomainEmails: [address()] }
    case 'no-account':
      return null
  }
}

/** The equal full name, as often typed: now and then without accents, in small letters, with a spare space. */
function sameName(random: Random, display: string): string {
  const dice = random.next()
  if (dice < 0.7) return display
  if (dice < 0.85)
    return display
      .normalize('NFD')
      .replaceAll(/(?<=\p{Script=Latin})\p{M}+/gu, '')
      .normalize('NFC')
  if (dice < 0.93) return display.toLowerCase()
  return `${display} `
}

/**
 * What the identity provider hands over. Most send the address as NameID (not always in the roster's
 * case), some an opaque id with the address among the emails or only as the SCIM userName.
 */
function samlIdentity(random: Random, email: string): SamlIdentity {
  const guid = uuid(random)
  const emails = [{ value: email, primary: true }]
  const scim = random.chance(0.6) ? { username: email, emails } : null
  const dice = random.next()
  if (dice < 0.75) return { guid, nameId: email, username: email, emails: [], scim }
  if (dice < 0.85) {
    const capitals = email.replaceAll(/(^|\.)[a-z](?=.*@)/g, (letter) => letter.toUpperCase())
    return { guid, nameId: capitals, username: capitals, emails: [], scim }
  }
  const opaque = random.hex(32)
  if (dice < 0.95) return { guid, nameId: opaque, username: opaque, emails, scim }
  return { guid, nameId: opaque, username: opaque, emails: [], scim: { username: email, emails } }
}

export function unclaimedIdentity(random: Random, email: string): SamlIdentity {
  const emails = [{ value: email, primary: true }]
  return { guid: uuid(random), nameId: email, username: email, emails, scim: { username: email, emails } }
}

const BOTS = [
  'acme-ci-bot',
  'acme-release-bot',
  'acme-deploy',
  'acme-renovate',
  'acme-docs-bot',
  'svc-acme-build',
]

/** Members that are nobody on the roster: machine users (about 1 %) and other people (about 2 %). */
export function strangers(
  random: Random,
  staff: number,
  hand: { identifiers: () => number; register: (wish: string) => string },
): GitHubAccount[] {
  const bots = Math.max(2, Math.round(staff * 0.01))
  const outsiders = Math.max(2, Math.round(staff * 0.02))
  return Array.from({ length: bots + outsiders }, (_, at): GitHubAccount => {
    const bot = at < bots
    const login = bot ? (BOTS[at] ?? `acme-bot-${at}`) : unrelatedLogin(random)
    return {
      id: hand.identifiers(),
      login: hand.register(login),
      name: bot && random.chance(0.6) ? 'Acme CI' : null,
      // A role address on a machine user is no key to anybody.
      publicEmail: bot && at === 0 ? 'admin@acme.example' : null,
      verifiedDomainEmails: bot && at === 1 ? ['builds@acme.example'] : [],
      saml: null,
      createdAt: createdAt(random),
      kind: bot ? 'bot' : 'outsider',
    }
  })
}

/** A day between 2009 and 2025. */
function createdAt(random: Random): string {
  return new Date(1_230_768_000_000 + random.below(500_000_000) * 1000).toISOString().replace('.000Z', 'Z')
}
