import { request as httpRequest } from 'node:http'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { Problem } from '../../contract/problem.ts'
import { routes } from '../../contract/routes/index.ts'
import { testDatabase } from '../../test/database.ts'
import { testServer } from '../../test/server.ts'
import { createLog } from '../log.ts'
import type { Handler } from './api.ts'
import { inputInvalid } from './input.ts'
import type { ServedApi } from './serve.ts'

const database = await testDatabase()
const db = database.kysely
const logged: string[] = []
let api: ServedApi | undefined
/** What the staff routes do in the test at hand. */
let facets: Handler<'GET /staff/facets'> = async () => noFacets
let takeCsv: Handler<'POST /staff/import'> = async () => noImport
const noFacets = { total: 0, groups: [], teams: [], active: [], statuses: [], failures: [] }
const noImport = {
  dryRun: true,
  counts: { added: 0, changed: 0, unchanged: 0, refused: 0 },
  refused: [],
  warnings: [],
}
const server = await testServer(
  database,
  (given) => {
    api = given as ServedApi
    given.handle('GET /staff/facets', (call) => facets(call))
    given.handle('POST /staff/import', (call) => takeCsv(call))
    given.handle('POST /runs', async ({ body }) => ({
      id: '7e1e2a3e-0000-4000-8000-000000000000',
      alreadyUnderWay: body.dryRun,
    }))
    given.handle('POST /runs/{id}/cancel', async ({ params }) => {
      throw inputInvalid([{ path: 'id', message: params.id }])
    })
  },
  { log: createLog('info', { write: (line) => logged.push(line) }) },
)
const authorization = `Bearer ${await server.token('administrator')}`

function call(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${server.url}/api/v1${path}`, { ...init, headers: { authorization, ...init.headers } })
}

async function problemOf(answer: Promise<Response>): Promise<Problem> {
  const response = await answer
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const problem = Problem.parse(await response.json())
  expect(problem.status).toBe(response.status)
  return problem
}

const post = (path: string, type: string, body: string | Uint8Array<ArrayBuffer>, headers = {}) =>
  call(path, { method: 'POST', body, headers: { 'content-type': type, ...headers } })

test('a server whose contract is not fully handled does not start, and says which routes are missing', () => {
  expect(() => api?.complete()).toThrow(/GET \/staff, .*POST \/runs\/preview/)
})

test('a route is not handled twice', () => {
  expect(() => api?.handle('GET /staff/facets', async () => noFacets)).toThrow('two handlers')
})

test('an answer that does not fit the contract is not sent', async () => {
  facets = async () => ({ ...noFacets, total: 1.5 })
  expect(await problemOf(call('/staff/facets'))).toMatchObject({ status: 500, code: 'internal' })
  expect(logged.join('')).toContain('"paths":["total"]')
})

test('what the contract does not name is left out of an answer', async () => {
  facets = async () => ({ ...noFacets, password_hash: 'not to be seen' })
  expect(await (await call('/staff/facets')).json()).toEqual(noFacets)
})

test('nothing of an unexpected error is told but the id under which it is logged, and there no value either', async () => {
  facets = async () => {
    await sql`select ${'planted-secret'}::integer`.execute(db)
    return noFacets
  }
  logged.length = 0
  const response = await call('/staff/facets')
  const { detail } = Problem.parse(await response.json())
  expect(detail).toContain(response.headers.get('x-request-id'))
  expect(detail).not.toContain('planted-secret')
  expect(logged.join('')).toContain('"code":"22P02"')
  expect(logged.join('')).not.toContain('planted-secret')
})

test('a database that has gone away is said to have', async () => {
  facets = async () => {
    throw Object.assign(new Error('terminating connection'), { code: '57P01' })
  }
  expect(await problemOf(call('/staff/facets'))).toMatchObject({ status: 503, code: 'not_ready' })
})

test.each([
  ['a NUL', '\\u0000'],
  ['half of a character', '\\ud800'],
])('%s in a text, wherever it stands, is a mistake of the request', async (_what, escaped) => {
  const run = (inner: string) =>
    problemOf(post('/runs', 'application/json', `{"app":"github","action":"connect",${inner}}`))
  for (const [inner, path] of [
    [`"selection":{"filter":{"search":"a${escaped}b"}}`, 'selection.filter.search'],
    [`"selection":{"accountIds":["a","${escaped}"]}`, 'selection.accountIds.1'],
    [`"selection":{"filter":{"${escaped}":1}}`, 'selection.filter'],
  ]) {
    const { code, errors } = await run(inner ?? '')
    expect([code, errors?.[0]?.path]).toEqual(['input_invalid', path])
  }
  const emoji = await post(
    '/runs',
    'application/json',
    '{"app":"github","action":"connect","selection":{"filter":{"search":"\\ud83d\\ude00"}}}',
  )
  expect(emoji.status).toBeLessThan(300)
})

test('a NUL in an address is a mistake of the request', async () => {
  expect((await problemOf(call('/staff/facets?search=%00'))).code).toBe('input_invalid')
})

test('every mistake of a request is named with its path', async () => {
  const body = JSON.stringify({ app: 'git', action: 'connect', selection: { accountIds: [] }, dryrun: true })
  const problem = await problemOf(post('/runs', 'application/json', body))
  expect(problem).toMatchObject({ status: 400, code: 'input_invalid' })
  expect(problem.errors?.map(({ path }) => path)).toEqual(expect.arrayContaining(['app', 'dryrun']))
})

test('a body that is one of several kinds is judged as the kind it comes nearest to', async () => {
  const mistakes = async (body: object) => {
    const init = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }
    const { errors } = Problem.parse(await (await fetch(`${server.url}/api/v1/session`, init)).json())
    return errors
  }
  expect(await mistakes({ email: 'ana@acme.example' })).toEqual([{ path: 'password', message: 'is missing' }])
  expect(await mistakes({ link: 'x', remember: true })).toEqual([
    { path: 'remember', message: 'is not known here' },
  ])
})

test('a parameter that a route does not know is refused, also where it takes none', async () => {
  for (const path of ['/staff/facets?grup=x', '/me?x=1'])
    expect((await problemOf(call(path))).code).toBe('input_invalid')
})

test('success has the status of the contract', async () => {
  const body = JSON.stringify({ app: 'github', action: 'connect', selection: { filter: {} } })
  const response = await post('/runs', 'application/json; charset=utf-8', body)
  expect([response.status, await response.json()]).toEqual([
    202,
    { id: expect.any(String), alreadyUnderWay: false },
  ])
})

test('a body that is not JSON, not UTF-8 or poisoned is refused without repeating it', async () => {
  for (const body of ['{"app":planted', new Uint8Array([0x22, 0xff, 0x22]), '{"__proto__":{"x":1}}']) {
    const problem = await problemOf(post('/runs', 'application/json', body))
    expect(problem.code).toBe('input_invalid')
    expect(JSON.stringify(problem)).not.toContain('planted')
  }
})

test('an action without a body may be sent with none, and with empty JSON', async () => {
  const path = '/runs/7e1e2a3e-0000-4000-8000-000000000000/cancel'
  for (const init of [{}, { body: '{}', headers: { 'content-type': 'application/json' } }])
    expect((await problemOf(call(path, { method: 'POST', ...init }))).errors?.[0]?.path).toBe('id')
})

test('JSON over 1 MB is refused', async () => {
  const body = JSON.stringify({ app: 'x'.repeat(1024 * 1024) })
  expect(await problemOf(post('/runs', 'application/json', body))).toMatchObject({
    status: 413,
    code: 'body_too_large',
    detail: expect.stringContaining('1 MB'),
  })
})

test('CSV arrives as its text, byte for byte', async () => {
  let seen = ''
  takeCsv = async ({ body }) => {
    seen = body
    return noImport
  }
  const response = await post('/staff/import', 'text/csv; charset=utf-8', '\uFEFFaccount_id\r\nAna Pérez\r\n')
  expect([response.status, seen]).toEqual([200, '\uFEFFaccount_id\r\nAna Pérez\r\n'])
})

test('a roster of more than 10 MB is taken, over 40 MB is not', async () => {
  takeCsv = async ({ body }) => ({ ...noImport, counts: { ...noImport.counts, added: body.length } })
  const large = 'x'.repeat(11 * 1024 * 1024)
  expect((await post('/staff/import', 'text/csv', large)).status).toBe(200)
  // Only announced, not sent: it is refused by its length.
  const status = await new Promise((resolve, reject) => {
    const headers = { authorization, 'content-type': 'text/csv', 'content-length': 41 * 1024 * 1024 }
    const sent = httpRequest(`${server.url}/api/v1/staff/import`, { method: 'POST', headers })
    sent.on('response', (response) => {
      resolve(response.statusCode)
      sent.destroy()
    })
    sent.on('error', reject)
    sent.flushHeaders()
  })
  expect(status).toBe(413)
})

test('CSV that is not UTF-8 is refused with what to do about it', async () => {
  const latin1 = new Uint8Array(Buffer.from('account_id\nJosé', 'latin1'))
  expect(await problemOf(post('/staff/import', 'text/csv', latin1))).toMatchObject({
    status: 422,
    code: 'file_not_text',
    detail: expect.stringContaining('UTF-8'),
  })
})

test('a compressed body and a body of another kind are refused', async () => {
  for (const [type, headers] of [
    ['text/csv', { 'content-encoding': 'gzip' }],
    ['application/json', {}],
    ['multipart/form-data; boundary=x', {}],
    ['', {}],
  ] as const)
    expect(await problemOf(post('/staff/import', type, 'a,b', headers))).toMatchObject({
      status: 415,
      code: 'csv_expected',
    })
})

test('an unknown address and an unknown method are problems too', async () => {
  expect((await problemOf(call('/nothing-here'))).code).toBe('not_found')
  expect((await problemOf(call('/me', { method: 'DELETE' }))).code).toBe('not_found')
  expect((await problemOf(call('/runs/%zz'))).code).toBe('input_invalid')
})

test('answers with data are kept by nobody and framed by nobody', async () => {
  const { headers } = await call('/me')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('x-frame-options')).toBe('DENY')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('strict-transport-security')).toBeNull()
})

test('the log has the route and never the address', async () => {
  logged.length = 0
  await call('/staff/facets?search=planted-name')
  await call('/staff/planted-name')
  await expect.poll(() => logged.length).toBeGreaterThanOrEqual(2)
  expect(logged.join('')).toContain('"/api/v1/staff/facets"')
  expect(logged.join('')).not.toContain('planted')
})

test('the OpenAPI document describes every route of the contract', async () => {
  const document = await (await fetch(`${server.url}/api/v1/openapi.json`)).json()
  expect(document.openapi).toBe('3.1.0')
  for (const key of Object.keys(routes)) {
    const [method = '', path = ''] = key.split(' ')
    expect(document.paths[path]?.[method.toLowerCase()]?.summary).toBeTruthy()
  }
  const list = document.paths['/staff'].get
  expect(list.parameters).toContainEqual(expect.objectContaining({ name: 'limit', in: 'query' }))
  expect(list.responses['200'].content['application/json'].schema.properties.total.type).toBe('integer')
})

test('probes are answered at the root, and metrics to administrators only', async () => {
  expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' })
  expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({ status: 'ready' })
  expect((await fetch(`${server.url}/metrics`)).status).toBe(401)
  const metrics = await (await fetch(`${server.url}/metrics`, { headers: { authorization } })).text()
  expect(metrics).toContain('muster_http_request_seconds_bucket')
  expect(metrics).toContain('route="/api/v1/staff/facets"')
  expect(metrics).not.toContain('planted')
})
