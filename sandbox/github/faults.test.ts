import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appGet, at, DIRECTORY, get, graphql, mint, type Reply, tokenOf } from '../bare-client.ts'
import { type Sandbox, startSandbox } from '../start.ts'
import { FAULTS, type FaultName, type FaultSpec } from './faults.ts'

let sandbox: Sandbox
let token: string

beforeAll(async () => {
  sandbox = await startSandbox({ staff: 150 })
  token = await tokenOf(sandbox)
})
beforeEach(() => {
  sandbox.github.clearFaults()
  sandbox.github.resetCalls()
})
afterAll(() => sandbox.close())

const rest = (): Promise<Reply> => get(sandbox, token, '/orgs/acme')
const directory = (): Promise<Reply> => graphql(sandbox, token, DIRECTORY, { org: 'acme' })
const switchOn = (fault: FaultName, options: Omit<FaultSpec, 'fault'> = {}): void =>
  sandbox.github.setFault({ fault, ...options })
const message = (reply: Reply): unknown => at(reply.json, 'message')
const queryError = (reply: Reply): unknown => at(reply.json, 'errors', 0)
const members = (reply: Reply): object[] =>
  at(reply.json, 'data', 'organization', 'membersWithRole', 'nodes') as object[]
const pageInfo = (reply: Reply): unknown =>
  at(reply.json, 'data', 'organization', 'membersWithRole', 'pageInfo')
const provider = (reply: Reply): unknown => at(reply.json, 'data', 'organization', 'samlIdentityProvider')

/** What each fault does; a fault without a proof does not compile. */
const PROOFS: Record<FaultName, () => Promise<void>> = {
  primary_rate_limit: async () => {
    switchOn('primary_rate_limit', { resetAfterSeconds: 30 })
    const refused = await rest()
    expect([refused.status, refused.headers.get('x-ratelimit-remaining')]).toEqual([403, '0'])
    const reset = Number(refused.headers.get('x-ratelimit-reset')) - Date.now() / 1000
    expect(reset).toBeGreaterThan(28)
    expect(reset).toBeLessThanOrEqual(31)
    const query = await directory()
    expect([query.status, query.headers.get('x-ratelimit-remaining')]).toEqual([200, '0'])
    expect(queryError(query)).toMatchObject({ type: 'RATE_LIMITED' })
    sandbox.github.clearFaults()
    switchOn('primary_rate_limit', { status: 429, type: 'RATE_LIMIT' })
    expect((await rest()).status).toBe(429)
    expect(queryError(await directory())).toMatchObject({ type: 'RATE_LIMIT', code: 'graphql_rate_limit' })
  },
  secondary_rate_limit: async () => {
    switchOn('secondary_rate_limit', { retryAfterSeconds: 30 })
    const refused = await directory()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, '30'])
    expect(message(refused)).toContain('You have exceeded a secondary rate limit')
    expect(Number(refused.headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0)
    sandbox.github.clearFaults()
    switchOn('secondary_rate_limit', { status: 429, withoutHeader: true })
    const bare = await rest()
    expect([bare.status, bare.headers.get('retry-after')]).toEqual([429, null])
  },
  server_error: async () => {
    switchOn('server_error')
    const [page, query] = [await rest(), await directory()]
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8'])
    expect([query.status, message(query)]).toEqual([502, expect.stringContaining('in time')])
    sandbox.github.clearFaults()
    switchOn('server_error', { status: 504 })
    expect((await directory()).status).toBe(504)
  },
  slow: async () => {
    for (const part of ['headers', 'body'] as const) {
      switchOn('slow', { delayMs: 60, part })
      const started = Date.now()
      expect((await rest()).status).toBe(200)
      expect(Date.now() - started).toBeGreaterThanOrEqual(55)
      sandbox.github.clearFaults()
    }
  },
  cut_body: async () => {
    switchOn('cut_body')
    await expect(directory()).rejects.toThrow('terminated')
  },
  truncated_json: async () => {
    switchOn('truncated_json')
    const reply = await directory()
    expect([reply.status, reply.json]).toEqual([200, undefined])
    expect(reply.text).toMatch(/^\{"data"/)
  },
  html: async () => {
    switchOn('html')
    const reply = await directory()
    expect([reply.status, reply.json]).toEqual([200, undefined])
    expect(reply.text).toContain('<html>')
  },
  connection_reset: async () => {
    switchOn('connection_reset')
    await expect(rest()).rejects.toThrow('fetch failed')
    await expect
      .poll(() => sandbox.github.calls().log.at(-1))
      .toMatchObject({ status: 0, faults: ['connection_reset'] })
  },
  bad_credentials: async () => {
    switchOn('bad_credentials', { times: 1 })
    expect([(await directory()).status, (await directory()).status]).toEqual([401, 200])
  },
  ip_allow_list: async () => {
    switchOn('ip_allow_list')
    const reply = await rest()
    expect([reply.status, message(reply)]).toEqual([403, expect.stringContaining('IP allow list')])
  },
  clock_skew: async () => {
    switchOn('clock_skew', { seconds: 3600 })
    const reply = await appGet(sandbox, '/app')
    expect([reply.status, message(reply)]).toEqual([401, expect.stringContaining('Expiration time')])
  },
  key_deleted: async () => {
    switchOn('key_deleted')
    const reply = await appGet(sandbox, '/app')
    expect([reply.status, message(reply)]).toEqual([401, 'A JSON web token could not be decoded'])
  },
  installation_suspended: async () => {
    switchOn('installation_suspended')
    expect(message(await mint(sandbox))).toBe('This installation has been suspended')
    for (const reply of [await rest(), await directory()]) {
      expect([reply.status, message(reply)]).toEqual([403, expect.stringContaining('suspended your access')])
    }
    expect((await appGet(sandbox, '/app')).status).toBe(200)
  },
  installation_removed: async () => {
    switchOn('installation_removed')
    expect((await mint(sandbox)).status).toBe(404)
    expect((await appGet(sandbox, '/orgs/acme/installation')).status).toBe(404)
    expect((await directory()).status).toBe(401)
  },
  permission_missing: async () => {
    switchOn('permission_missing', { permission: 'members' })
    const reply = await get(sandbox, token, '/orgs/acme/members')
    expect([reply.status, message(reply)]).toEqual([403, 'Resource not accessible by integration'])
    expect(reply.headers.get('x-accepted-github-permissions')).toBe('members=read')
    const query = await directory()
    expect([query.status, at(query.json, 'data', 'organization')]).toEqual([200, null])
    expect(queryError(query)).toMatchObject({
      type: 'FORBIDDEN',
      message: 'Resource not accessible by integration',
    })
    expect(at((await appGet(sandbox, '/orgs/acme/installation')).json, 'permissions')).not.toHaveProperty(
      'members',
    )
    expect(at((await mint(sandbox)).json, 'permissions')).not.toHaveProperty('members')
  },
  tokens_revoked: async () => {
    switchOn('tokens_revoked')
    expect((await rest()).status).toBe(401)
    const fresh = await tokenOf(sandbox)
    expect((await get(sandbox, fresh, '/orgs/acme')).status).toBe(200)
  },
  saml_off: async () => {
    switchOn('saml_off')
    const reply = await directory()
    expect([provider(reply), at(reply.json, 'errors')]).toEqual([null, undefined])
  },
  verified_domains_off: async () => {
    const shown = async (): Promise<unknown[]> =>
      members(await directory()).flatMap((member) => at(member, 'organizationVerifiedDomainEmails'))
    expect((await shown()).length).toBeGreaterThan(10)
    switchOn('verified_domains_off')
    expect(await shown()).toEqual([])
  },
  profiles_private: async () => {
    switchOn('profiles_private')
    const shown = members(await directory())
    expect(new Set(shown.map((member) => at(member, 'name')))).toEqual(new Set([null]))
    expect(new Set(shown.map((member) => at(member, 'email')))).toEqual(new Set(['']))
  },
  page_shrink: async () => {
    switchOn('page_shrink', { pageSize: 10 })
    const reply = await directory()
    expect(members(reply)).toHaveLength(10)
    expect(pageInfo(reply)).toMatchObject({ hasNextPage: true })
    expect((await get(sandbox, token, '/orgs/acme/members?per_page=100')).json).toHaveLength(10)
  },
  page_loop: async () => {
    switchOn('page_loop')
    const first = await directory()
    const next = await graphql(sandbox, token, DIRECTORY, {
      org: 'acme',
      members: at(pageInfo(first), 'endCursor'),
    })
    expect(members(next)).toEqual(members(first))
    expect(pageInfo(next)).toMatchObject({ hasNextPage: true })
  },
  short_directory: async () => {
    switchOn('short_directory')
    const reply = await directory()
    expect([members(reply), pageInfo(reply)]).toEqual([[], { hasNextPage: false, endCursor: null }])
    expect(at(reply.json, 'data', 'organization', 'membersWithRole', 'totalCount')).toBeGreaterThan(100)
  },
  null_nodes: async () => {
    switchOn('null_nodes')
    expect(members(await directory()).filter((node) => node === null)).toHaveLength(10)
  },
}

test.each(Object.keys(FAULTS) as FaultName[])('%s does what it says, until it is cleared', async (fault) => {
  await PROOFS[fault]()
  sandbox.github.clearFaults()
  const [plain, query] = [await rest(), await directory()]
  expect([plain.status, query.status, at(query.json, 'errors')]).toEqual([200, 200, undefined])
})

test('a fault can begin after some calls, last for some and concern one endpoint', async () => {
  switchOn('server_error', { endpoint: 'graphql', afterCalls: 1, times: 2 })
  const statuses = []
  for (let call = 0; call < 5; call++) statuses.push((await directory()).status, (await rest()).status)
  expect(statuses).toEqual([200, 200, 502, 200, 502, 200, 200, 200, 200, 200])
  expect(sandbox.github.calls().log.filter(({ faults }) => faults.includes('server_error'))).toHaveLength(2)
})

test('a rate limit holds until the stated time and then ends by itself', async () => {
  switchOn('secondary_rate_limit', { retryAfterSeconds: 0.15 })
  expect([(await rest()).status, (await rest()).status]).toEqual([403, 403])
  await expect.poll(async () => (await rest()).status, { interval: 20 }).toBe(200)
  const [first, ...later] = sandbox.github.calls().log
  const over = later.find(({ status }) => status === 200)
  expect((over?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(150)
})

test('the call log tells when each call came and how it ended', async () => {
  const started = Date.now()
  await rest()
  await get(sandbox, token, '/users/nobody-at-all')
  await expect.poll(() => sandbox.github.calls().log.map(({ status }) => status)).toEqual([200, 404])
  const { total, byEndpoint, log, mostAtOnce } = sandbox.github.calls()
  expect([total, byEndpoint]).toEqual([2, { 'GET /orgs/{org}': 1, 'GET /users/{login}': 1 }])
  expect(log[1]?.path).toBe('GET /users/nobody-at-all')
  expect(log.every(({ at }) => at >= started && at <= Date.now())).toBe(true)
  expect(mostAtOnce).toBe(1)
})

test('a fault that does not exist is refused', () => {
  expect(() => sandbox.github.setFault({ fault: 'earthquake' } as unknown as FaultSpec)).toThrow()
})
