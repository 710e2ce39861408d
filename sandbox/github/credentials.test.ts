import { createAppAuth } from '@octokit/auth-app'
import { request } from '@octokit/request'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appGet, appJwt, at, get, type JwtClaims, mint, seconds, send, tokenOf } from '../bare-client.ts'
import { type Sandbox, startSandbox } from '../start.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ staff: 20 })
})
beforeEach(() => sandbox.github.clearFaults())
afterAll(() => sandbox.close())

async function withJwt(claims: JwtClaims, pem?: string): Promise<[number, unknown]> {
  const { status, json } = await send(`${sandbox.github.apiUrl}/app`, await appJwt(sandbox, claims, pem))
  return [status, at(json, 'message')]
}

const UNDECODABLE = [401, 'A JSON web token could not be decoded']
const TOO_FAR = [401, "'Expiration time' claim ('exp') is too far in the future"]

test('a JWT by the App’s key within the clock rules is accepted, with the App id or the client id', async () => {
  expect((await withJwt({}))[0]).toBe(200)
  expect((await withJwt({ iss: sandbox.github.clientId }))[0]).toBe(200)
  expect((await withJwt({ iss: Number(sandbox.github.appId) }))[0]).toBe(200)
})

test('an end more than ten minutes ahead is refused, ten minutes are not', async () => {
  expect(await withJwt({ exp: seconds() + 660 })).toEqual(TOO_FAR)
  expect((await withJwt({ exp: seconds() + 595 }))[0]).toBe(200)
})

test('an end in the past or no number is refused', async () => {
  const [status, message] = await withJwt({ exp: seconds() - 1 })
  expect([status, message]).toEqual([
    401,
    expect.stringContaining("'Expiration time' claim ('exp') must be a numeric value"),
  ])
})

test('a beginning in the future is refused', async () => {
  const refused = [401, expect.stringContaining("'Issued at' claim ('iat') must be an Integer")]
  expect(await withJwt({ iat: seconds() + 30, exp: seconds() + 300 })).toEqual(refused)
  expect(await withJwt({ iat: seconds() - 30.5 })).toEqual(refused)
})

test('a clock that is wrong by an hour is told so, and the Date header says the right time', async () => {
  sandbox.github.setFault({ fault: 'clock_skew', seconds: -3600 })
  expect((await withJwt({}))[1]).toContain("'Issued at'")
  sandbox.github.clearFaults()
  sandbox.github.setFault({ fault: 'clock_skew', seconds: 3600 })
  const reply = await appGet(sandbox, '/app')
  expect(at(reply.json, 'message')).toContain("'Expiration time'")
  const theirs = Date.parse(reply.headers.get('date') ?? '')
  expect(Math.abs(theirs - Date.now() - 3_600_000)).toBeLessThan(5000)
})

test('GitHub’s own client recovers from a wrong clock by what the sandbox tells it', async () => {
  const { appId, privateKeyPem: privateKey, apiUrl: baseUrl, installationId } = sandbox.github
  const warned: string[] = []
  const log = { warn: (text: string) => warned.push(text), debug: () => {}, info: () => {}, error: () => {} }
  const auth = createAppAuth({
    appId,
    privateKey,
    installationId,
    log,
    request: request.defaults({ baseUrl }),
  })
  for (const ahead of [-3600, 3600]) {
    sandbox.github.setFault({ fault: 'clock_skew', seconds: ahead })
    const { data } = await request('GET /app', { baseUrl, request: { hook: auth.hook } })
    expect(data?.slug).toBe('muster-acme')
    sandbox.github.clearFaults()
  }
  expect(warned.join()).toContain('-3600 seconds')
  const { token } = await auth({ type: 'installation' })
  expect((await get(sandbox, token, '/orgs/acme/members')).status).toBe(200)
})

test('another App’s key, another App’s id and no JWT at all are refused', async () => {
  expect(await withJwt({}, sandbox.github.otherPrivateKeyPem)).toEqual(UNDECODABLE)
  expect(await withJwt({ iss: sandbox.github.otherAppId })).toEqual(UNDECODABLE)
  expect(await withJwt({ iss: '1' })).toEqual([404, 'Integration not found'])
  for (const credential of [undefined, 'nonsense', await tokenOf(sandbox)]) {
    expect((await send(`${sandbox.github.apiUrl}/app`, credential)).status).toBe(401)
  }
})

test('the other App’s own key opens the other App, which is installed nowhere', async () => {
  const jwt = await appJwt(sandbox, { iss: sandbox.github.otherAppId }, sandbox.github.otherPrivateKeyPem)
  const reply = await send(`${sandbox.github.apiUrl}/app`, jwt)
  expect(at(reply.json, 'slug')).toBe('somebody-else')
  expect((await send(`${sandbox.github.apiUrl}/orgs/acme/installation`, jwt)).status).toBe(404)
})

test('a token ends with its hour', async () => {
  sandbox.github.changeSettings({ tokenLifetimeSeconds: 0 })
  const token = await tokenOf(sandbox)
  sandbox.github.changeSettings({ tokenLifetimeSeconds: 3600 })
  const reply = await get(sandbox, token, '/orgs/acme')
  expect([reply.status, at(reply.json, 'message')]).toEqual([401, 'Bad credentials'])
})

test('a token that GitHub never gave is refused', async () => {
  const { json } = await mint(sandbox)
  expect((await get(sandbox, `${at(json, 'token')}x`, '/orgs/acme')).status).toBe(401)
})
