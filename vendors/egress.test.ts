import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import {
  type CallRecord,
  createEgress,
  type Egress,
  type EgressCall,
  EgressError,
  type EgressOptions,
  Paused,
} from './egress.ts'
import { testCertificate } from './egress-certificate.fixture.ts'

const cleanups: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

async function listen(server: Server | TlsServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A vendor on loopback that counts what reaches it. */
async function vendor(answer: RequestListener) {
  const seen: string[] = []
  const port = await listen(
    createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`)
      answer(request, response)
    }),
  )
  return { port, seen, origin: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}` }
}

function memoryPauses() {
  const stored = new Map<string, Date>()
  return {
    stored,
    until: async (app: string, host: string, resource: string) =>
      stored.get(`${app} ${host} ${resource}`) ?? null,
    pause: async (app: string, host: string, resource: string, until: Date) => {
      stored.set(`${app} ${host} ${resource}`, until)
    },
  }
}

function egressTo(origin: string, options: Partial<EgressOptions> = {}): Egress {
  const egress = createEgress({
    app: 'github',
    origin,
    endpoints: ['GET /app', 'GET /users/{login}', 'POST /graphql'],
    allowedPrivateHosts: { hosts: [new URL(origin).host], ranges: [] },
    pauses: memoryPauses(),
    deadlineMs: 5_000,
    maxBodyBytes: 1_000_000,
    ...options,
  })
  cleanups.push(() => egress.close())
  return egress
}

const get = (url: string): EgressCall => ({ method: 'GET', url, resource: 'core' })

async function kindOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof EgressError)) throw new Error(`no EgressError but ${String(error)}`)
  return error.kind
}

function json(_: IncomingMessage, response: ServerResponse) {
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end('{"ok":true}')
}

test('brings status, headers and JSON of a declared endpoint', async () => {
  const { origin } = await vendor((request, response) => {
    response.setHeader('x-seen', String(request.headers.authorization))
    response.statusCode = 404
    json(request, response)
  })
  const answer = await egressTo(origin).request({
    ...get(`${origin}/app?page=2`),
    headers: { authorization: 'Bearer t' },
  })
  expect(answer.status).toBe(404)
  expect(answer.headers['x-seen']).toBe('Bearer t')
  expect(answer.json()).toEqual({ ok: true })
})

test('sends nothing that leaves the origin, is not declared, or writes', async () => {
  const { origin, seen } = await vendor(json)
  const other = await vendor(json)
  const egress = egressTo(origin)
  const { port } = new URL(origin)
  for (const url of [
    `${other.origin}/app`,
    `https://127.0.0.1:${port}/app`,
    `http://localhost:${port}/app`,
    `http://user:pw@127.0.0.1:${port}/app`,
    `${origin}/repos`,
    `${origin}/users/a/keys`,
    `${origin}/users/../repos`,
    '/app',
    'file:///etc/passwd',
  ])
    expect(await kindOf(egress.request(get(url)))).toBe('refused-url')
  expect(await kindOf(egress.request({ method: 'POST', url: `${origin}/app`, resource: 'core' }))).toBe(
    'refused-url',
  )
  expect([...seen, ...other.seen]).toEqual([])
})

test('refuses plain http that the operator did not list, and any http that is not this machine', async () => {
  const { origin, seen, port } = await vendor(json)
  const unlisted = egressTo(origin, { allowedPrivateHosts: { hosts: [], ranges: ['127.0.0.0/8'] } })
  expect(await kindOf(unlisted.request(get(`${origin}/app`)))).toBe('refused-url')
  const named = `http://vendor.test:${port}`
  const elsewhere = egressTo(named, { resolve: async () => [{ address: '140.82.121.6', family: 4 }] })
  expect(await kindOf(elsewhere.request(get(`${named}/app`)))).toBe('refused-address')
  expect(seen).toEqual([])
})

test('refuses a name when any of its addresses is private, and literal private addresses', async () => {
  const mixed = egressTo('https://vendor.test', {
    allowedPrivateHosts: { hosts: [], ranges: [] },
    resolve: async () => [
      { address: '140.82.121.6', family: 4 },
      { address: '10.0.0.5', family: 4 },
    ],
  })
  expect(await kindOf(mixed.request(get('https://vendor.test/app')))).toBe('refused-address')
  for (const origin of [
    'https://10.0.0.5',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://2130706433',
  ]) {
    const literal = egressTo(origin, { allowedPrivateHosts: { hosts: [], ranges: [] } })
    expect(await kindOf(literal.request(get(`${origin}/app`)))).toBe('refused-address')
  }
})

test('judges a name anew for each connection: a second answer that turns private is refused', async () => {
  const { port, seen } = await vendor((request, response) => {
    response.setHeader('connection', 'close')
    json(request, response)
  })
  const origin = `http://vendor.test:${port}`
  const answers = ['127.0.0.1', '169.254.169.254', '10.0.0.5']
  let asked = 0
  const egress = egressTo(origin, { resolve: async () => [{ address: answers[asked++] ?? '', family: 4 }] })
  expect((await egress.request(get(`${origin}/app`))).status).toBe(200)
  expect(await kindOf(egress.request(get(`${origin}/app`)))).toBe('refused-address')
  expect(await kindOf(egress.request(get(`${origin}/app`)))).toBe('refused-address')
  expect({ asked, calls: seen.length }).toEqual({ asked: 3, calls: 1 })
})

test('takes a failing or empty name lookup for a refusal', async () => {
  for (const resolve of [
    async () => [],
    () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
  ]) {
    const egress = egressTo('https://vendor.test', { resolve })
    expect(await kindOf(egress.request(get('https://vendor.test/app')))).toBe('dns')
  }
})

test('does not follow a redirect', async () => {
  const other = await vendor(json)
  const { origin } = await vendor((_, response) => {
    response.writeHead(302, { location: `${other.origin}/app` }).end('moved')
  })
  expect(await kindOf(egressTo(origin).request(get(`${origin}/app`)))).toBe('redirect')
  expect(other.seen).toEqual([])
})

test('ends at the deadline: while resolving, before headers, and within a dripping body', async () => {
  const silent = await vendor(() => {})
  const dripping = await vendor((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => response.write(' '), 10)
    response.on('close', () => clearInterval(drip))
  })
  for (const { origin } of [silent, dripping])
    expect(await kindOf(egressTo(origin, { deadlineMs: 150 }).request(get(`${origin}/app`)))).toBe('timeout')
  const unresolved = egressTo('https://vendor.test', {
    deadlineMs: 150,
    resolve: () => new Promise(() => {}),
  })
  expect(await kindOf(unresolved.request(get('https://vendor.test/app')))).toBe('timeout')
})

test('stops at the size cap, packed or not, without unpacking a bomb', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000, ' '))
  const packed = await vendor((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb)
  })
  const plain = await vendor((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.alloc(200_000, ' '))
  })
  for (const { origin } of [packed, plain])
    expect(await kindOf(egressTo(origin, { maxBodyBytes: 100_000 }).request(get(`${origin}/app`)))).toBe(
      'body-too-large',
    )
})

test('reads gzip, and refuses what is cut, broken or packed otherwise', async () => {
  const whole = gzipSync('{"ok":true}')
  const bodies: Record<string, [string, Buffer]> = {
    whole: ['gzip', whole],
    short: ['gzip', whole.subarray(0, -6)],
    noise: ['gzip', Buffer.from('no gzip at all')],
    brotli: ['br', whole],
  }
  const { origin } = await vendor((request, response) => {
    const [encoding, body] = bodies[request.url?.split('/').at(-1) ?? ''] ?? ['identity', Buffer.alloc(0)]
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(body)
  })
  const egress = egressTo(origin)
  expect((await egress.request(get(`${origin}/users/whole`))).json()).toEqual({ ok: true })
  expect(await kindOf(egress.request(get(`${origin}/users/short`)))).toBe('cut')
  expect(await kindOf(egress.request(get(`${origin}/users/noise`)))).toBe('not-readable')
  expect(await kindOf(egress.request(get(`${origin}/users/brotli`)))).toBe('not-readable')
})

test('calls an answer that breaks off cut, and a closed port a failed connection', async () => {
  const { origin } = await vendor((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"half":')
    response.socket?.end()
  })
  expect(await kindOf(egressTo(origin).request(get(`${origin}/app`)))).toBe('cut')
  const reset = await vendor((request) => request.socket.destroy())
  expect(await kindOf(egressTo(reset.origin).request(get(`${reset.origin}/app`)))).toBe('cut')
  const server = createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  const closed = `http://127.0.0.1:${port}`
  expect(await kindOf(egressTo(closed).request(get(`${closed}/app`)))).toBe('connect')
})

test('believes only what calls itself JSON and is', async () => {
  const bodies: Record<string, [string, string | Buffer]> = {
    '/users/html': ['text/html', '<html>Please sign in</html>'],
    '/users/lying': ['application/json', '<html>'],
    '/users/bytes': ['application/json', Buffer.from([0x22, 0xff, 0x22])],
    '/users/problem': ['application/problem+json', '{}'],
  }
  const { origin } = await vendor((request, response) => {
    const [type, body] = bodies[request.url ?? ''] ?? ['', '']
    response.writeHead(200, { 'content-type': type }).end(body)
  })
  const egress = egressTo(origin)
  for (const name of ['html', 'lying', 'bytes']) {
    const answer = await egress.request(get(`${origin}/users/${name}`))
    expect(() => answer.json()).toThrow(expect.objectContaining({ kind: 'not-readable' }))
  }
  expect((await egress.request(get(`${origin}/users/problem`))).json()).toEqual({})
})

test('makes no call while a pause holds, and only for the paused resource', async () => {
  const { origin, seen, host } = await vendor(json)
  const pauses = memoryPauses()
  const egress = egressTo(origin, { pauses })
  const until = new Date(Date.now() + 60_000)
  await egress.pause('core', until, 'secondary limit')
  const error = await egress.request(get(`${origin}/app`)).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Paused)
  expect(error).toMatchObject({ until })
  expect(seen).toEqual([])
  await egress.request({
    method: 'POST',
    url: `${origin}/graphql`,
    body: { query: '{a}' },
    resource: 'graphql',
  })
  expect(seen).toEqual(['POST /graphql'])
  expect([...pauses.stored.keys()]).toEqual([`github ${host} core`])
})

test('reports each call by its declared endpoint, with status or what went wrong', async () => {
  const calls: CallRecord[] = []
  const { origin } = await vendor((request, response) => {
    if (request.url === '/app') request.socket.destroy()
    else json(request, response)
  })
  const egress = egressTo(origin, { onCall: (call) => calls.push(call) })
  await egress.request(get(`${origin}/users/ana.perez`))
  await egress.request(get(`${origin}/app`)).catch(() => {})
  expect(calls.map(({ app, endpoint, status }) => [app, endpoint, status])).toEqual([
    ['github', 'GET /users/{login}', 200],
    ['github', 'GET /app', 'cut'],
  ])
})

test('stops when the caller does', async () => {
  const { origin } = await vendor(() => {})
  const stop = new AbortController()
  const pending = egressTo(origin).request({ ...get(`${origin}/app`), signal: stop.signal })
  stop.abort()
  expect(await kindOf(pending)).toBe('cancelled')
})

test('trusts a private authority only when it is named, and only for the right host', async () => {
  const port = await listen(createTlsServer(testCertificate, json))
  const certificateAuthorities = testCertificate.cert
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
  const right = `https://vendor.test:${port}`
  const wrong = `https://other.test:${port}`
  expect(
    (await egressTo(right, { resolve, certificateAuthorities }).request(get(`${right}/app`))).status,
  ).toBe(200)
  expect(await kindOf(egressTo(right, { resolve }).request(get(`${right}/app`)))).toBe('tls')
  expect(
    await kindOf(egressTo(wrong, { resolve, certificateAuthorities }).request(get(`${wrong}/app`))),
  ).toBe('tls')
})

test('keeps tokens, paths and bodies out of every error', async () => {
  const { origin } = await vendor((request) => request.socket.destroy())
  const egress = egressTo(origin)
  const secret = 'ghs_planted_secret'
  const call = {
    ...get(`${origin}/users/${secret}?token=${secret}`),
    headers: { authorization: `Bearer ${secret}` },
  }
  for (const url of [call.url, `https://elsewhere.test/${secret}`]) {
    const error = await egress.request({ ...call, url }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(EgressError)
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error)).not.toContain(secret)
  }
})
