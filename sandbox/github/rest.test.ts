import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appGet, appJwt, at, get, mint, type Reply, send, tokenOf } from '../bare-client.ts'
import { type Sandbox, startSandbox } from '../start.ts'
import { publishedSchema } from './published-schema.ts'

let sandbox: Sandbox
let token: string
const published = publishedSchema()

beforeAll(async () => {
  sandbox = await startSandbox({ staff: 250 })
  token = await tokenOf(sandbox)
})
beforeEach(() => sandbox.github.clearFaults())
afterAll(() => sandbox.close())

function expectPublished(endpoint: string, status: number, reply: Reply): void {
  expect(reply.status).toBe(status)
  expect(published.faultsOf(endpoint, status, reply.json)).toBeNull()
}

test('the check itself refuses a body that GitHub would not send', async () => {
  const reply = await appGet(sandbox, '/app')
  expect(published.faultsOf('GET /app', 200, { ...Object(reply.json), owner: 'acme' })).toContain('owner')
  expect(published.faultsOf('GET /users/{login}', 200, {})).toContain('login')
})

test('answers to the App are as published', async () => {
  const { installationId, organization } = sandbox.github
  expectPublished('GET /app', 200, await appGet(sandbox, '/app'))
  expectPublished('GET /app/installations', 200, await appGet(sandbox, '/app/installations'))
  const one = await appGet(sandbox, `/app/installations/${installationId}`)
  expectPublished('GET /app/installations/{id}', 200, one)
  expect(at(one.json, 'permissions', 'members')).toBe('read')
  expect(at(one.json, 'account', 'login')).toBe('acme')
  const ofOrganization = await appGet(sandbox, `/orgs/${organization}/installation`)
  expectPublished('GET /orgs/{org}/installation', 200, ofOrganization)
  expect(at(ofOrganization.json, 'id')).toBe(installationId)
})

test('answers to an installation are as published', async () => {
  const [account] = sandbox.organisation.githubAccounts
  expectPublished('GET /orgs/{org}', 200, await get(sandbox, token, '/orgs/acme'))
  expectPublished('GET /orgs/{org}/members', 200, await get(sandbox, token, '/orgs/acme/members'))
  expectPublished('GET /users/{login}', 200, await get(sandbox, token, `/users/${account?.login}`))
  const byId = await get(sandbox, token, `/user/${account?.id}`)
  expectPublished('GET /user/{id}', 200, byId)
  expect(at(byId.json, 'login')).toBe(account?.login)
  expectPublished('GET /rate_limit', 200, await get(sandbox, token, '/rate_limit'))
})

test('a token lives an hour, is longer than 40 characters and names what it may', async () => {
  const reply = await mint(sandbox)
  expectPublished('POST /app/installations/{id}/access_tokens', 201, reply)
  expect(String(at(reply.json, 'token'))).toMatch(/^ghs_\d+_.{100,}$/)
  const expires = Date.parse(String(at(reply.json, 'expires_at')))
  expect(Math.abs(expires - Date.now() - 3_600_000)).toBeLessThan(5000)
  expect(at(reply.json, 'permissions', 'members')).toBe('read')
})

test('a token can be narrowed, but not beyond what the installation has', async () => {
  const narrow = String(at((await mint(sandbox, { permissions: { metadata: 'read' } })).json, 'token'))
  expect((await get(sandbox, narrow, '/orgs/acme/members')).status).toBe(403)
  expect((await get(sandbox, narrow, '/orgs/acme')).status).toBe(200)
  const beyond = await mint(sandbox, { permissions: { administration: 'write' } })
  expectPublished('POST /app/installations/{id}/access_tokens', 422, beyond)
})

test('what is not there is 404 in GitHub’s form', async () => {
  expectPublished('GET /app/installations/{id}', 404, await appGet(sandbox, '/app/installations/1'))
  expectPublished('GET /orgs/{org}', 404, await get(sandbox, token, '/orgs/nobody'))
  expectPublished('GET /users/{login}', 404, await get(sandbox, token, '/users/nobody-at-all'))
  expectPublished('GET /user/{id}', 404, await get(sandbox, token, '/user/1'))
  expect((await appGet(sandbox, '/orgs/nobody/installation')).status).toBe(404)
  expect((await get(sandbox, token, '/orgs/acme/teams')).status).toBe(404)
})

test('an uninstalled or suspended App is told so in GitHub’s form', async () => {
  const { installationId } = sandbox.github
  sandbox.github.setFault({ fault: 'installation_removed' })
  expectPublished('POST /app/installations/{id}/access_tokens', 404, await mint(sandbox))
  expectPublished(
    'GET /app/installations/{id}',
    404,
    await appGet(sandbox, `/app/installations/${installationId}`),
  )
  expect((await appGet(sandbox, '/app/installations')).json).toEqual([])
  sandbox.github.clearFaults()
  sandbox.github.setFault({ fault: 'installation_suspended' })
  const refused = await mint(sandbox)
  expectPublished('POST /app/installations/{id}/access_tokens', 403, refused)
  expect(at(refused.json, 'message')).toBe('This installation has been suspended')
  const seen = await appGet(sandbox, `/app/installations/${installationId}`)
  expectPublished('GET /app/installations/{id}', 200, seen)
  expect(at(seen.json, 'suspended_at')).toEqual(expect.any(String))
})

test('a wrong key is 401 in GitHub’s form', async () => {
  const url = `${sandbox.github.apiUrl}/app/installations/${sandbox.github.installationId}/access_tokens`
  const reply = await send(url, await appJwt(sandbox, {}, sandbox.github.otherPrivateKeyPem), {
    method: 'POST',
  })
  expectPublished('POST /app/installations/{id}/access_tokens', 401, reply)
})

test('members come in numbered pages with links, each once', async () => {
  const seen: unknown[] = []
  let path: string | undefined = '/orgs/acme/members?per_page=100'
  for (let pages = 0; path !== undefined && pages < 10; pages++) {
    const reply: Reply = await get(sandbox, token, path)
    for (const member of reply.json as object[]) seen.push(at(member, 'id'))
    const next: string | undefined = /<([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1]
    path = next?.slice(sandbox.github.apiUrl.length)
  }
  expect(seen).toEqual(sandbox.organisation.githubAccounts.map(({ id }) => id))
})

test('every answer says what is left of the hour, and the hour’s end is obeyed', async () => {
  const before = await get(sandbox, token, '/orgs/acme')
  const after = await get(sandbox, token, '/orgs/acme')
  const left = (reply: Reply): number => Number(reply.headers.get('x-ratelimit-remaining'))
  expect(left(after)).toBe(left(before) - 1)
  sandbox.github.changeSettings({ restLimit: 2 })
  const statuses = []
  for (let call = 0; call < 3; call++) statuses.push((await get(sandbox, token, '/orgs/acme')).status)
  const limits = await get(sandbox, token, '/rate_limit')
  sandbox.github.changeSettings({ restLimit: 15_000 })
  expect(statuses).toEqual([200, 200, 403])
  expect(at(limits.json, 'resources', 'core', 'remaining')).toBe(0)
})

test('a request without a User-Agent is forbidden, as by GitHub', async () => {
  const { request } = await import('undici')
  const { statusCode, body } = await request(`${sandbox.github.apiUrl}/orgs/acme`)
  expect(statusCode).toBe(403)
  expect(await body.text()).toContain('User-Agent')
})

test('the Enterprise Server answers under /api/v3 and counts no limits', async () => {
  const reply = await send(`${sandbox.github.enterpriseApiUrl}/orgs/acme`, token)
  expectPublished('GET /orgs/{org}', 200, reply)
  expect(reply.headers.get('x-ratelimit-limit')).toBeNull()
  expect(at(reply.json, 'url')).toBe(`${sandbox.github.enterpriseApiUrl}/orgs/acme`)
  const limits = await send(`${sandbox.github.enterpriseApiUrl}/rate_limit`, token)
  expectPublished('GET /rate_limit', 404, limits)
})
