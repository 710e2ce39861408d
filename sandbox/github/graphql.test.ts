import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { at, DIRECTORY, graphql, type Reply, send, tokenOf } from '../bare-client.ts'
import { type Sandbox, startSandbox } from '../start.ts'

let sandbox: Sandbox
let token: string

beforeAll(async () => {
  sandbox = await startSandbox({ staff: 450 })
  token = await tokenOf(sandbox)
})
beforeEach(() => {
  sandbox.github.clearFaults()
  sandbox.github.resetCalls()
})
afterAll(() => sandbox.close())

const ask = (query: string, variables: object = {}): Promise<Reply> =>
  graphql(sandbox, token, query, variables)
const firstError = (reply: Reply): unknown => at(reply.json, 'errors', 0)

interface Page {
  totalCount: number
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  nodes: Record<string, unknown>[]
}

test('the whole directory with every identity is read in one call per hundred members', async () => {
  const members: Record<string, unknown>[] = []
  const identities: Record<string, unknown>[] = []
  let after: { members?: string | null; identities?: string | null } = {}
  for (let more = true; more; ) {
    const reply = await ask(DIRECTORY, { org: 'acme', ...after })
    expect(at(reply.json, 'errors')).toBeUndefined()
    expect(at(reply.json, 'data', 'rateLimit', 'cost')).toBe(1)
    const page = at(reply.json, 'data', 'organization', 'membersWithRole') as Page
    const saml = at(reply.json, 'data', 'organization', 'samlIdentityProvider', 'externalIdentities') as Page
    members.push(...page.nodes)
    identities.push(...saml.nodes)
    after = { members: page.pageInfo.endCursor, identities: saml.pageInfo.endCursor ?? after.identities }
    more = page.pageInfo.hasNextPage
  }
  const accounts = sandbox.organisation.githubAccounts
  expect(members.map(({ databaseId }) => databaseId)).toEqual(accounts.map(({ id }) => id))
  const ofSaml = accounts.filter(({ saml }) => saml !== null).map(({ id }) => id)
  expect(new Set(identities.map(({ user }) => at(user, 'databaseId')))).toEqual(new Set(ofSaml))
  expect(sandbox.github.calls().byEndpoint).toEqual({ 'POST /graphql': Math.ceil(accounts.length / 100) })
  expect(sandbox.github.calls().log[0]?.operation).toBe('Directory')
})

test('a public email is the profile’s, and empty where it is private', async () => {
  const [shown] = sandbox.organisation.githubAccounts.filter(({ publicEmail }) => publicEmail !== null)
  const [hidden] = sandbox.organisation.githubAccounts.filter(({ publicEmail }) => publicEmail === null)
  const query =
    'query($a: String!, $b: String!) { a: user(login: $a) { email } b: user(login: $b) { email } }'
  const reply = await ask(query, { a: shown?.login, b: hidden?.login })
  expect(at(reply.json, 'data')).toEqual({ a: { email: shown?.publicEmail }, b: { email: '' } })
})

test('identities that nobody claimed are shown unless only members are asked for', async () => {
  const count =
    'externalIdentities { totalCount } members: externalIdentities(membersOnly: true) { totalCount }'
  const reply = await ask(`{ organization(login: "acme") { samlIdentityProvider { ${count} } } }`)
  const provider = at(reply.json, 'data', 'organization', 'samlIdentityProvider')
  const unclaimed = sandbox.organisation.unclaimedIdentities.length
  expect(unclaimed).toBeGreaterThan(0)
  expect(at(provider, 'externalIdentities', 'totalCount')).toBe(
    Number(at(provider, 'members', 'totalCount')) + unclaimed,
  )
})

test.each(['enterprise-saml', 'none'] as const)(
  'with single sign-on %s an installation sees no identity provider',
  async (enterprise) => {
    const other = await startSandbox({ staff: 10, enterprise })
    const reply = await graphql(other, await tokenOf(other), DIRECTORY, { org: 'acme' })
    await other.close()
    expect(at(reply.json, 'errors')).toBeUndefined()
    expect(at(reply.json, 'data', 'organization', 'samlIdentityProvider')).toBeNull()
    expect(at(reply.json, 'data', 'rateLimit', 'limit')).toBe(enterprise === 'none' ? 5000 : 10_000)
  },
)

test('a field GitHub does not have is refused in GitHub’s words', async () => {
  const reply = await ask('query Q { organization(login: "acme") { shoeSize } }')
  expect(reply.status).toBe(200)
  expect(at(reply.json, 'data')).toBeUndefined()
  expect(firstError(reply)).toEqual({
    path: ['query Q', 'organization', 'shoeSize'],
    extensions: { code: 'undefinedField', typeName: 'Organization', fieldName: 'shoeSize' },
    locations: [{ line: 1, column: 41 }],
    message: "Field 'shoeSize' doesn't exist on type 'Organization'",
  })
})

test('a page without a size, or of more than a hundred, is refused', async () => {
  const members = (args: string): Promise<Reply> =>
    ask(`{ organization(login: "acme") { membersWithRole${args} { nodes { login } } } }`)
  const path = ['organization', 'membersWithRole']
  expect(firstError(await members(''))).toMatchObject({ type: 'MISSING_PAGINATION_BOUNDARIES', path })
  const tooMany = await members('(first: 101)')
  expect(firstError(tooMany)).toMatchObject({ type: 'EXCESSIVE_PAGINATION', path })
  expect(at(tooMany.json, 'data', 'organization')).toBeNull()
  expect(firstError(await members('(first: 5, after: "made up")'))).toMatchObject({
    type: 'INVALID_CURSOR_ARGUMENTS',
  })
})

test('a count needs no page size', async () => {
  const reply = await ask('{ organization(login: "acme") { membersWithRole { totalCount } } }')
  const counted = at(reply.json, 'data', 'organization', 'membersWithRole', 'totalCount')
  expect(counted).toBe(sandbox.organisation.githubAccounts.length)
})

test('pages read backwards are the same people', async () => {
  const ids = (reply: Reply): unknown =>
    (at(reply.json, 'data', 'organization', 'membersWithRole', 'nodes') as object[]).map((node) =>
      at(node, 'databaseId'),
    )
  const reply = await ask(
    '{ organization(login: "acme") { membersWithRole(last: 3) { nodes { databaseId } } } }',
  )
  expect(ids(reply)).toEqual(sandbox.organisation.githubAccounts.slice(-3).map(({ id }) => id))
})

test('a query that could return more than half a million nodes is refused', async () => {
  const deep =
    'membersWithRole(first: 100) { nodes { organizations(first: 100) { nodes { repositories(first: 100) { nodes { id } } } } } }'
  const reply = await ask(`{ organization(login: "acme") { ${deep} } }`)
  expect(firstError(reply)).toMatchObject({ type: 'MAX_NODE_LIMIT_EXCEEDED' })
})

test('an organisation that is not there is NOT_FOUND', async () => {
  const reply = await ask('{ organization(login: "nobody") { id } }')
  expect(reply.json).toMatchObject({
    data: { organization: null },
    errors: [{ type: 'NOT_FOUND', path: ['organization'] }],
  })
})

test('what GitHub has and the sandbox has not is said, not made up', async () => {
  const reply = await ask('{ organization(login: "acme") { requiresTwoFactorAuthentication } }')
  expect(firstError(reply)).toMatchObject({
    message: 'The sandbox does not serve Organization.requiresTwoFactorAuthentication.',
  })
})

test('broken requests are refused', async () => {
  expect((await graphql(sandbox, undefined, '{ rateLimit { cost } }')).status).toBe(401)
  expect((await graphql(sandbox, 'ghs_wrong', '{ rateLimit { cost } }')).status).toBe(401)
  expect(firstError(await ask('{ organization('))).toMatchObject({
    message: expect.stringContaining('Syntax Error'),
  })
  const url = `${sandbox.github.apiUrl}/graphql`
  expect((await send(url, token, { method: 'POST', body: '{' })).status).toBe(400)
  expect(firstError(await send(url, token, { method: 'POST', body: '{}' }))).toMatchObject({
    message: 'A query attribute must be specified and must be a string.',
  })
})

test('points are spent, and the limit is an error with status 200', async () => {
  const left = async (): Promise<number> =>
    Number(at((await ask('{ rateLimit { remaining } }')).json, 'data', 'rateLimit', 'remaining'))
  expect(await left()).toBe((await left()) + 1)
  sandbox.github.changeSettings({ graphqlLimit: 1 })
  await left()
  const reply = await ask('{ rateLimit { remaining } }')
  sandbox.github.changeSettings({ graphqlLimit: 10_000 })
  expect(reply.status).toBe(200)
  expect(reply.headers.get('x-ratelimit-remaining')).toBe('0')
  expect(firstError(reply)).toMatchObject({ type: 'RATE_LIMITED' })
})

test('the Enterprise Server answers under /api/graphql and states no limit', async () => {
  const url = sandbox.github.enterpriseApiUrl.replace('/v3', '/graphql')
  const reply = await send(url, token, {
    method: 'POST',
    body: JSON.stringify({ query: DIRECTORY, variables: { org: 'acme' } }),
  })
  expect(at(reply.json, 'data', 'rateLimit')).toBeNull()
  expect(at(reply.json, 'data', 'organization', 'membersWithRole', 'totalCount')).toBe(
    sandbox.organisation.githubAccounts.length,
  )
})
