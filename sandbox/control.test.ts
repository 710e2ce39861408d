import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, get, send, tokenOf } from './bare-client.ts'
import { type Sandbox, startSandbox } from './start.ts'

let sandbox: Sandbox
let token: string

beforeAll(async () => {
  sandbox = await startSandbox({ staff: 60 })
  token = await tokenOf(sandbox)
})
afterAll(() => sandbox.close())

const control = (path: string, method = 'GET', body?: object) =>
  send(`${sandbox.url}/_sandbox${path}`, undefined, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
  })

test('the truth about every person is told', async () => {
  const { json } = await control('/people')
  expect(json).toEqual(JSON.parse(JSON.stringify(sandbox.organisation.people)))
  expect((await control('/roster.csv')).text).toBe(sandbox.rosterCsv())
})

test('faults are switched on and off', async () => {
  expect((await control('/github/faults', 'POST', { fault: 'ip_allow_list' })).status).toBe(200)
  expect((await get(sandbox, token, '/orgs/acme')).status).toBe(403)
  expect(at((await control('/github/faults')).json, 'set', 0, 'used')).toBe(1)
  await control('/github/faults', 'DELETE')
  expect((await get(sandbox, token, '/orgs/acme')).status).toBe(200)
  const unknown = await control('/github/faults', 'POST', { fault: 'earthquake' })
  expect([unknown.status, at(unknown.json, 'error')]).toEqual([400, expect.stringContaining('fault')])
})

test('calls are counted and forgotten', async () => {
  await control('/github/calls', 'DELETE')
  await get(sandbox, token, '/orgs/acme')
  expect(at((await control('/github/calls')).json, 'byEndpoint')).toEqual({ 'GET /orgs/{org}': 1 })
  await control('/github/calls', 'DELETE')
  expect(at((await control('/github/calls')).json, 'total')).toBe(0)
})

test('latency is added to every answer', async () => {
  await control('/github/settings', 'POST', { latencyMs: 40 })
  const started = Date.now()
  await get(sandbox, token, '/orgs/acme')
  expect(Date.now() - started).toBeGreaterThanOrEqual(38)
  await control('/github/settings', 'POST', { latencyMs: 0 })
})

test('a renamed account keeps its id, and its old login is gone', async () => {
  const person = sandbox.organisation.people.find(({ github }) => github !== null)
  const { id = '', login = '' } = person?.github ?? {}
  expect((await control(`/github/accounts/${id}`, 'POST', { login: 'somebody-new' })).status).toBe(200)
  expect(at((await get(sandbox, token, `/user/${id}`)).json, 'login')).toBe('somebody-new')
  expect((await get(sandbox, token, `/users/${login}`)).status).toBe(404)
  expect(person?.github).toEqual({ id, login: 'somebody-new' })
})

test('a re-created account has the login and another id', async () => {
  const person = sandbox.organisation.people.findLast(({ github }) => github !== null)
  const { id = '', login = '' } = person?.github ?? {}
  const { json } = await control(`/github/accounts/${id}`, 'POST', { recreated: true })
  expect(at(json, 'login')).toBe(login)
  expect((await get(sandbox, token, `/user/${id}`)).status).toBe(404)
  expect(at((await get(sandbox, token, `/users/${login}`)).json, 'id')).toBe(at(json, 'id'))
  expect(person?.github).toBeNull()
})

test('an account that leaves is no member any more', async () => {
  const bot = sandbox.organisation.githubAccounts.find(({ kind }) => kind === 'bot')
  await control(`/github/accounts/${bot?.id}`, 'POST', { member: false })
  expect((await get(sandbox, token, `/user/${bot?.id}`)).status).toBe(404)
})

test('impossible changes are refused with the reason', async () => {
  expect((await control('/github/accounts/1', 'POST', { name: 'x' })).status).toBe(404)
  const [first, second] = JSON.parse((await control('/github/accounts')).text) as {
    id: number
    login: string
  }[]
  const taken = await control(`/github/accounts/${first?.id}`, 'POST', { login: second?.login })
  expect([taken.status, at(taken.json, 'error')]).toEqual([400, expect.stringContaining('is taken')])
  expect((await control(`/github/accounts/${first?.id}`, 'POST', { login: 'not a login' })).status).toBe(400)
  expect((await control('/nonsense')).status).toBe(404)
})

test.each(['SIGTERM', 'closed input'])('as a process it says where it is and stops on %s', async (how) => {
  const flags = ['--staff', '20', '--seed', '9', ...(how === 'SIGTERM' ? [] : ['--with-parent'])]
  const main = new URL('./main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const [line] = await once(lines, 'line')
  const ready = JSON.parse(String(line))
  expect(JSON.parse((await send(`${ready.url}/_sandbox/people`)).text)).toHaveLength(20)
  if (how === 'SIGTERM') child.kill('SIGTERM')
  else child.stdin.end()
  expect(await exited).toEqual([0, null])
})
