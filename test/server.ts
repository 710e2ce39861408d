import { randomUUID } from 'node:crypto'
import { afterAll } from 'vitest'
import { type Client, createClient } from '../contract/client.ts'
import type { Role } from '../contract/words.ts'
import { createApiToken } from '../server/auth/api-tokens.store.ts'
import { startSession } from '../server/auth/sessions.store.ts'
import { openListener } from '../server/db/listen.ts'
import type { Api } from '../server/http/api.ts'
import { createServer, type ServerOptions } from '../server/http/create-server.ts'
import { type Changes, openChanges } from '../server/http/events.ts'
import { createLog } from '../server/log.ts'
import { createMetrics } from '../server/metrics.ts'
import { buildUser } from './builders.ts'
import type { TestDatabase } from './database.ts'

export interface TestServer {
  /** Without a final slash. */
  url: string
  /** A new user with this role, as a program with an API token. */
  client(role: Role): Promise<Client>
  /** The same user's token, for requests that the typed client does not make. */
  token(role: Role): Promise<string>
  /** `fetch` as a page of ours in the browser of a new user with this role: cookie and same-origin proof. */
  browser(role: Role): Promise<typeof fetch>
}

const stops: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const stop of stops) await stop()
})

/**
 * The real server on a free port over a test database, with the routes that the test is about; stopped when
 * the test file is done.
 *
 * ```ts
 * const database = await testDatabase()
 * const server = await testServer(database, (api) => staffRoutes(api, { db: database.kysely }))
 * const admin = await server.client('administrator')
 * await admin('GET /staff', { query: {} })
 * ```
 */
export async function testServer(
  database: TestDatabase,
  routes: (api: Api, deps: { changes: Changes }) => void = () => {},
  options: Partial<ServerOptions> = {},
): Promise<TestServer> {
  const db = database.kysely
  const listener = await openListener(database.url)
  const changes = await openChanges(listener)
  const { api, fastify } = await createServer({
    db,
    changes,
    log: createLog('silent'),
    metrics: createMetrics(),
    publicUrl: undefined,
    dist: '/nowhere',
    version: '0.0.0-test',
    isReady: async () => true,
    ...options,
  })
  routes(api, { changes })
  const url = await fastify.listen({ host: '127.0.0.1', port: 0 })
  stops.unshift(async () => {
    await fastify.close()
    await listener.close()
  })

  const newUser = (role: Role) => buildUser(db, { email: `${role}-${randomUUID()}@acme.example`, role })
  const token = async (role: Role) => createApiToken(db, { email: (await newUser(role)).email })
  return {
    url,
    token,
    client: async (role) => createClient({ url, token: await token(role) }),
    async browser(role) {
      const user = await newUser(role)
      const session = await db.transaction().execute((tx) => startSession(tx, user.id))
      return (input, init) => {
        const headers = new Headers(init?.headers)
        headers.set('cookie', `muster=${session}`)
        headers.set('sec-fetch-site', 'same-origin')
        return fetch(input, { ...init, headers })
      }
    },
  }
}
