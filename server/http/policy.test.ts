import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { address } from '../../contract/client.ts'
import { type RouteKey, routes } from '../../contract/routes/index.ts'
import type { RouteContract } from '../../contract/routes/route.ts'
import { type Role, roles } from '../../contract/words.ts'
import { buildUser } from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { testServer } from '../../test/server.ts'
import { createApiToken } from '../auth/api-tokens.store.ts'
import { startSession } from '../auth/sessions.store.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import type { Api } from './api.ts'
import { createServer } from './create-server.ts'

const database = await testDatabase()
const db = database.kysely
const server = await testServer(database, hangInTheRest)
const table = Object.entries<RouteContract>(routes) as [RouteKey, RouteContract][]
const unsafe = table.filter(([key]) => !key.startsWith('GET '))

/** Features are not what is tried here: no request of this file passes validation. */
function hangInTheRest(api: Api): void {
  for (const [key] of Object.entries(routes))
    try {
      api.handle(key as RouteKey, () => Promise.reject(new Error('no handler is meant to be called')))
    } catch {
      // One that createServer brings itself.
    }
}

type Headers = Record<string, string>
const actors: Record<string, { headers: Headers; role?: Role; refused?: 'everywhere' }> = {}

beforeAll(async () => {
  actors.nobody = { headers: {} }
  for (const role of roles) {
    actors[`${role} by session`] = { headers: await session(role), role }
    actors[`${role} by token`] = { headers: await token(role), role }
  }
  actors['administrator long signed in'] = {
    headers: await session('administrator', { authenticated_at: minutesAgo(6) }),
    role: 'administrator',
  }
  actors['deactivated administrator by session'] = { headers: await session('administrator', {}, false) }
  actors['administrator whose session ended'] = {
    headers: await session('administrator', { expires_at: minutesAgo(1) }),
  }
  actors['deactivated administrator by token'] = {
    headers: await token('administrator', 'deactivated'),
    refused: 'everywhere',
  }
  actors['administrator whose token expired'] = {
    headers: await token('administrator', 'expired'),
    refused: 'everywhere',
  }
  actors['administrator with a mistyped token'] = {
    headers: { authorization: 'Bearer muster_nonsense' },
    refused: 'everywhere',
  }
})

const ranks: Record<Role, number> = { employee: 1, manager: 2, administrator: 3 }

/** What the policy is to answer; `passed` when the request gets as far as being validated. */
function expected(name: string, contract: RouteContract): string {
  const actor = actors[name]
  if (actor?.refused) return 'sign_in_required'
  if (contract.access === 'public') return 'passed'
  if (!actor?.role) return 'sign_in_required'
  if (contract.access !== 'self' && ranks[actor.role] < ranks[contract.access]) return 'not_allowed'
  if (contract.stepUp && name === 'administrator long signed in') return 'step_up_required'
  return 'passed'
}

describe('who may call what', () => {
  test.each(table)('%s lets in whom its access names and nobody else', async (key, contract) => {
    const answers: Record<string, string> = {}
    const wanted: Record<string, string> = {}
    for (const [name, { headers }] of Object.entries(actors)) {
      answers[name] = await ask(key, contract, { ...sameOrigin, ...headers })
      wanted[name] = expected(name, contract)
    }
    expect(answers).toEqual(wanted)
  })
})

describe('requests that another site makes a browser send', () => {
  const foreign: Headers[] = [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site', origin: server.url },
  ]
  test.each(unsafe)('%s refuses them although the cookie comes along', async (key, contract) => {
    const { headers = {} } = actors['administrator by session'] ?? {}
    for (const proof of foreign)
      expect([proof, await ask(key, contract, { ...proof, ...headers })]).toEqual([proof, 'cross_origin'])
    const ownOrigin = { origin: server.url.replace('127.0.0.1', 'localhost') }
    expect(await ask(key, contract, { ...ownOrigin, ...headers })).toBe('passed')
  })

  test.each(unsafe)(
    '%s refuses content types that a form of another site can send',
    async (key, contract) => {
      const { headers = {} } = actors['administrator by session'] ?? {}
      const refusal = contract.bodyType === 'csv' ? 'csv_expected' : 'json_expected'
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
      ])
        expect(await ask(key, contract, { ...sameOrigin, ...headers, 'content-type': type })).toBe(refusal)
    },
  )

  test('signing in is refused from there even without a cookie', async () => {
    for (const proof of foreign.slice(1))
      expect(await ask('POST /session', routes['POST /session'], proof)).toBe('cross_origin')
  })
})

test('a route that does not say who may call it keeps the server from starting', async () => {
  const { fastify } = await createServer({
    db,
    changes: { subscribe: () => () => {} },
    log: createLog('silent'),
    metrics: createMetrics(),
    publicUrl: undefined,
    dist: '/nowhere',
    version: '0.0.0-test',
    isReady: async () => true,
  })
  expect(() => fastify.get('/backdoor', async () => 'hello')).toThrow(
    'The route GET /backdoor does not say who may call it',
  )
})

const sameOrigin = { 'sec-fetch-site': 'same-origin' }

/** Asks with a parameter that no route knows: whoever passes the policy is told so. */
async function ask(key: string, contract: RouteContract, headers: Headers): Promise<string> {
  const params = { app: 'github', accountId: 'someone', id: '7e1e2a3e-0000-4000-8000-000000000000' }
  const { method, url } = address(key, { params, query: { nonsense: '1' } }, server.url)
  const type = contract.bodyType === 'csv' ? 'text/csv' : 'application/json'
  const body = method === 'GET' ? {} : { body: contract.bodyType === 'csv' ? 'a,b' : '{}' }
  const contentType: Headers = method === 'GET' ? {} : { 'content-type': type }
  const response = await fetch(url, { method, headers: { ...contentType, ...headers }, ...body })
  const { code, errors } = (await response.json()) as { code: string; errors?: { path: string }[] }
  const passed = code === 'input_invalid' && errors?.some(({ path }) => path === 'nonsense')
  return passed ? 'passed' : code
}

async function session(
  role: Role,
  change: { authenticated_at?: Date; expires_at?: Date } = {},
  active = true,
): Promise<Headers> {
  const user = await buildUser(db, { role, active })
  const token = await db.transaction().execute((tx) => startSession(tx, user.id))
  if (Object.keys(change).length > 0)
    await db.updateTable('session').set(change).where('user_id', '=', user.id).execute()
  return { cookie: `muster=${token}` }
}

async function token(role: Role, trouble?: 'expired' | 'deactivated'): Promise<Headers> {
  const user = await buildUser(db, { role })
  const secret = await createApiToken(db, { email: user.email })
  if (trouble === 'expired')
    await db.updateTable('api_token').set({ expires_at: sql`now()` }).where('user_id', '=', user.id).execute()
  if (trouble === 'deactivated')
    await db.updateTable('app_user').set({ active: false }).where('id', '=', user.id).execute()
  return { authorization: `Bearer ${secret}` }
}

function minutesAgo(minutes: number): Date {
  return new Date(Date.now() - minutes * 60_000)
}
