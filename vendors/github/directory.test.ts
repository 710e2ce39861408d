import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { startSandbox } from '../../sandbox/start.ts'
import { contextFor, failureOf, readAll, sandboxForTests } from '../../test/github-on-sandbox.ts'
import { github } from './index.ts'

const sandbox = await sandboxForTests({ staff: 330 })
const { githubAccounts } = sandbox.organisation
const withIdentity = githubAccounts.filter((account) => account.saml !== null)

test('reads every member and every identity in ⌈N/100⌉ calls and one token', async () => {
  const { context } = contextFor(sandbox, { settings: { installationId: sandbox.github.installationId } })
  const { accounts } = await readAll(context)
  expect(accounts.map(({ externalId, login }) => [externalId, login])).toEqual(
    githubAccounts.map(({ id, login }) => [String(id), login]),
  )
  expect(sandbox.github.calls().byEndpoint).toEqual({
    'POST /app/installations/{id}/access_tokens': 1,
    'POST /graphql': Math.ceil(githubAccounts.length / 100),
  })
})

test('passes on every identity and address exactly as GitHub gives it', async () => {
  const { keys } = await readAll(contextFor(sandbox).context)
  const expected = githubAccounts.flatMap(({ id, publicEmail, verifiedDomainEmails, saml }) => {
    const samlValues = saml ? [saml.nameId, saml.username, ...saml.emails.map(({ value }) => value)] : []
    const scimValues = saml?.scim ? [saml.scim.username, ...saml.scim.emails.map(({ value }) => value)] : []
    return [
      ...verifiedDomainEmails.map((value) => `${id} verified-email ${value}`),
      ...(publicEmail ? [`${id} public-email ${publicEmail}`] : []),
      ...samlValues.map((value) => `${id} saml-name-id ${value}`),
      ...scimValues.map((value) => `${id} scim-user-name ${value}`),
    ]
  })
  const read = keys.map(({ externalId, kind, value }) => `${externalId} ${kind} ${value}`)
  expect(withIdentity.length).toBeGreaterThan(100)
  expect(read.toSorted()).toEqual([...new Set(expected)].toSorted())
})

test('takes machine users for bots and nobody else', async () => {
  const { accounts } = await readAll(contextFor(sandbox).context)
  const kindOf = new Map(accounts.map(({ externalId, kind }) => [externalId, kind]))
  const people = githubAccounts.filter(({ kind }) => kind === 'staff')
  expect(people.filter(({ id }) => kindOf.get(String(id)) !== 'human')).toEqual([])
  expect(accounts.find(({ login }) => login === 'acme-ci-bot')?.kind).toBe('bot')
})

test('a restarted worker goes on from the stored cursor with the stored token, without a call more', async () => {
  const { context } = contextFor(sandbox)
  const first = await github.readDirectory(context, null)
  sandbox.github.resetCalls()
  let cursor = first.next
  while (cursor !== null) cursor = (await github.readDirectory(context, cursor)).next
  expect(sandbox.github.calls().byEndpoint).toEqual({
    'POST /graphql': Math.ceil(githubAccounts.length / 100) - 1,
  })
})

test('renews a token five minutes before GitHub’s hour is over', async () => {
  const { context, stored } = contextFor(sandbox)
  await github.readDirectory(context, null)
  const [token] = stored.values()
  expect(((token?.expiresAt.getTime() ?? 0) - Date.now()) / 60_000).toBeCloseTo(55, 0)
})

test('makes a new token once when the stored one was revoked', async () => {
  const { context } = contextFor(sandbox)
  await github.readDirectory(context, null)
  sandbox.github.setFault({ fault: 'tokens_revoked' })
  expect((await github.readDirectory(context, null)).accounts).toHaveLength(100)
  expect((await github.readDirectory(context, null)).accounts).toHaveLength(100)
})

test('halves a page that GitHub cannot carry, and grows again', async () => {
  const { context } = contextFor(sandbox)
  sandbox.github.setFault({ fault: 'server_error', endpoint: 'graphql', times: 2 })
  const page = await github.readDirectory(context, null)
  expect(page.accounts).toHaveLength(25)
  expect((await github.readDirectory(context, page.next)).accounts).toHaveLength(50)
})

test('gives up for now when GitHub stays busy, and leaves open when to try again, as GitHub does', async () => {
  const { context } = contextFor(sandbox)
  sandbox.github.setFault({ fault: 'server_error', endpoint: 'graphql' })
  const { failure, retryAt } = await failureOf(github.readDirectory(context, null))
  expect(failure).toMatchObject({ code: 'vendor_busy', step: 'directory', evidence: { httpStatus: 502 } })
  expect([retryAt, failure.details.until]).toEqual([undefined, undefined])
})

test.each(['page_loop', 'short_directory', 'null_nodes', 'truncated_json', 'html'] as const)(
  'never believes a directory with %s',
  async (fault) => {
    const { context } = contextFor(sandbox)
    sandbox.github.setFault({ fault, endpoint: 'graphql' })
    expect((await failureOf(readAll(context))).failure.code).toBe('data_unexpected')
  },
)

test('reads everybody even when GitHub hands out smaller pages than asked for', async () => {
  sandbox.github.setFault({ fault: 'page_shrink', pageSize: 37 })
  const { accounts, pages } = await readAll(contextFor(sandbox).context)
  expect({ read: accounts.length, pages }).toEqual({
    read: githubAccounts.length,
    pages: Math.ceil(githubAccounts.length / 37),
  })
})

test('asks to start anew from a cursor that it or GitHub does not know', async () => {
  const { context } = contextFor(sandbox)
  const { next } = await github.readDirectory(context, null)
  const foreign = JSON.parse(next ?? '')
  foreign.members.after = 'bm90IGEgY3Vyc29y'
  for (const cursor of ['{"members":1}', 'no JSON', JSON.stringify(foreign)]) {
    const { failure } = await failureOf(github.readDirectory(context, cursor))
    expect(failure.code).toBe('cursor_expired')
  }
  expect(sandbox.github.calls().byEndpoint['POST /app/installations/{id}/access_tokens']).toBe(1)
})

test('reads members and identities of different number whole, in as many calls as the longer list needs', async () => {
  const worlds = await Promise.all(
    [0, 0.4, 1].map((saml) => startSandbox({ staff: 60, shares: { saml, 'verified-email': 1 - saml } })),
  )
  onTestFinished(async () => {
    await Promise.all(worlds.map((world) => world.close()))
  })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...worlds),
      fc.integer({ min: 5, max: 100 }),
      async (world, pageSize) => {
        world.github.clearFaults()
        world.github.setFault({ fault: 'page_shrink', pageSize })
        const { accounts, keys, pages } = await readAll(contextFor(world).context)
        const members = world.organisation.githubAccounts
        const identities = members.filter(({ saml }) => saml !== null)
        expect(pages).toBe(Math.ceil(Math.max(members.length, identities.length) / pageSize))
        expect(accounts).toHaveLength(members.length)
        const found = new Set(
          keys.filter(({ kind }) => kind === 'saml-name-id').map(({ externalId }) => externalId),
        )
        expect(found.size).toBe(identities.length)
      },
    ),
    { numRuns: 25 },
  )
})
