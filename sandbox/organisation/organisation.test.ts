import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GitHubAccount, Organisation, Person, TruthClass } from './model.ts'
import { DEFAULT_SHARES, makeOrganisation } from './organisation.ts'
import { rosterCsv } from './roster.ts'

const organisation = makeOrganisation({ staff: 2000, seed: 3 })
const accounts = new Map(organisation.githubAccounts.map((account) => [String(account.id), account]))

function pairs(made: Organisation, truth: TruthClass): { person: Person; account: GitHubAccount }[] {
  return made.people.flatMap((person) => {
    const account = person.github === null ? undefined : accounts.get(person.github.id)
    return person.truth === truth && account !== undefined ? [{ person, account }] : []
  })
}

const addresses = (person: Person): (string | null)[] => [person.email, ...person.aliases]
const fold = (name: string | null): string =>
  (name ?? '').normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()

function identityAddresses({ saml }: GitHubAccount): string[] {
  if (saml === null) return []
  const { nameId, username, emails, scim } = saml
  const values = [nameId, username, scim?.username ?? '', ...emails.map(({ value }) => value)]
  return values.map((value) => value.toLowerCase())
}

test('the same seed makes the same organisation, another seed another', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 1, max: 60 }), (seed, staff) => {
      const first = makeOrganisation({ seed, staff })
      expect(makeOrganisation({ seed, staff })).toEqual(first)
      expect(makeOrganisation({ seed: seed + 1, staff }).people).not.toEqual(first.people)
    }),
    { numRuns: 20 },
  )
})

test('no account id, login, person, address or identity is handed out twice', () => {
  const once = (values: unknown[]): void => expect(new Set(values).size).toBe(values.length)
  once(organisation.githubAccounts.map(({ id }) => id))
  once(organisation.githubAccounts.map(({ login }) => login.toLowerCase()))
  once(organisation.people.map(({ accountId }) => accountId))
  once(organisation.people.flatMap(addresses).filter((address) => address !== null))
  once(organisation.people.flatMap(({ github }) => (github === null ? [] : [github.id])))
})

test('logins are ones GitHub allows', () => {
  for (const { login } of organisation.githubAccounts) {
    expect(login).toMatch(/^[a-z\d](?:-?[a-z\d])*$/i)
    expect(login.length).toBeLessThanOrEqual(39)
  }
})

test('every share is met to the person, also when it is changed', () => {
  const count = (made: Organisation, truth: string): number =>
    made.people.filter((person) => person.truth === truth).length
  for (const [truth, share] of Object.entries(DEFAULT_SHARES)) {
    expect(Math.abs(count(organisation, truth) - share * 2000)).toBeLessThanOrEqual(1)
  }
  const noSaml = makeOrganisation({ staff: 300, shares: { saml: 0 } })
  expect(count(noSaml, 'saml')).toBe(0)
  expect(noSaml.people).toHaveLength(300)
  expect(noSaml.githubAccounts.every(({ saml }) => saml === null)).toBe(true)
})

test('shares that mean nothing are refused', () => {
  expect(() => makeOrganisation({ staff: 10, shares: { saml: -1 } })).toThrow('Shares must be')
  expect(() => makeOrganisation({ staff: 10, shares: { saml: Number.NaN } })).toThrow('Shares must be')
})

test('where the truth is an address, the account shows one of the person’s and nobody else shows it', () => {
  const shown = new Map<string, number>()
  for (const account of organisation.githubAccounts) {
    const all = new Set([
      ...identityAddresses(account),
      ...account.verifiedDomainEmails,
      account.publicEmail ?? '',
    ])
    for (const address of all) shown.set(address, (shown.get(address) ?? 0) + 1)
  }
  const evidence: Partial<Record<TruthClass, (account: GitHubAccount) => string[]>> = {
    saml: identityAddresses,
    'verified-email': ({ verifiedDomainEmails }) => verifiedDomainEmails,
    'public-email': ({ publicEmail }) => [publicEmail ?? ''],
  }
  for (const [truth, addressesOf] of Object.entries(evidence)) {
    const found = pairs(organisation, truth as TruthClass)
    expect(found.length).toBeGreaterThan(100)
    for (const { person, account } of found) {
      const common = addressesOf(account).filter((address) => addresses(person).includes(address))
      expect(common.length).toBeGreaterThan(0)
      for (const address of common) expect(shown.get(address)).toBe(1)
    }
  }
})

test('a unique name is equal on both sides and nobody else has it', () => {
  const staffNames = organisation.people.map(({ displayName }) => fold(displayName))
  const accountNames = organisation.githubAccounts.map(({ name }) => fold(name))
  const found = pairs(organisation, 'unique-name')
  expect(found.length).toBe(200)
  for (const { person, account } of found) {
    expect(fold(account.name)).toBe(fold(person.displayName))
    expect(staffNames.filter((name) => name === fold(person.displayName))).toHaveLength(1)
    expect(accountNames.filter((name) => name === fold(account.name))).toHaveLength(1)
    expect([account.publicEmail, account.saml, account.verifiedDomainEmails]).toEqual([null, null, []])
  }
})

test('namesakes come in pairs who share a name and show nothing else', () => {
  const found = pairs(organisation, 'name-of-namesake')
  expect(found.length).toBeGreaterThanOrEqual(40)
  for (const { person, account } of found) {
    expect(found.filter((other) => other.person.displayName === person.displayName)).toHaveLength(2)
    expect([account.publicEmail, account.saml, account.verifiedDomainEmails]).toEqual([null, null, []])
  }
})

test('accounts of the class "nothing" and of contractors show neither name nor work address', () => {
  for (const truth of ['nothing', 'contractor'] as const) {
    for (const { person, account } of pairs(organisation, truth)) {
      expect(addresses(person).filter((address) => address !== null)).not.toContain(account.publicEmail)
      expect([account.saml, account.verifiedDomainEmails]).toEqual([null, []])
      expect(fold(account.name)).not.toBe(fold(person.displayName))
    }
  }
})

test('there are leavers, people without an account, bots, outsiders and people without an email', () => {
  const { people, githubAccounts } = organisation
  expect(people.filter(({ active }) => !active).length).toBe(80)
  expect(people.filter(({ truth, github }) => truth === 'no-account' && github === null).length).toBe(80)
  expect(githubAccounts.filter(({ kind }) => kind === 'bot').length).toBe(20)
  expect(githubAccounts.filter(({ kind }) => kind === 'outsider').length).toBe(40)
  expect(people.some(({ email }) => email === null)).toBe(true)
  expect(organisation.unclaimedIdentities.length).toBeGreaterThan(0)
})

test('names come from many scripts', () => {
  for (const script of ['Han', 'Hangul', 'Cyrillic', 'Arabic', 'Greek']) {
    const pattern = new RegExp(`\\p{Script=${script}}`, 'u')
    expect(organisation.people.some(({ displayName }) => pattern.test(displayName))).toBe(true)
  }
  expect(
    organisation.people.some(({ displayName }) => !/[ \p{Script=Han}\p{Script=Hangul}]/u.test(displayName)),
  ).toBe(true)
})

test('the roster reads back as the people it was written from', () => {
  const rows = parse(rosterCsv(organisation.people), { columns: true }) as Record<string, string>[]
  expect(Object.keys(rows[0] ?? {})).toEqual([
    'account_id',
    'display_name',
    'email',
    'aliases',
    'groups',
    'teams',
    'active',
  ])
  const list = (cell: string | undefined): string[] => (cell ?? '').split(';').filter((entry) => entry !== '')
  const read = rows.map((row) => ({
    accountId: row.account_id,
    displayName: row.display_name,
    email: row.email === '' ? null : row.email,
    aliases: list(row.aliases),
    groups: list(row.groups),
    teams: list(row.teams),
    active: row.active === 'true',
  }))
  expect(read).toEqual(organisation.people.map(({ truth, github, ...entry }) => entry))
})
