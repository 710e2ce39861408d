import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RouteAnswer, RouteKey, RouteParsed, Routes } from '../../contract/routes/index.ts'
import type { Role } from '../../contract/words.ts'

/** Who asks. */
export interface Actor {
  userId: string
  email: string
  name: string
  role: Role
  /** The staff member this user is, when they are on the roster. */
  accountId: string | null
  via: 'session' | 'token'
  /** When they last proved who they are; step-up looks at it. API tokens have none and need none. */
  authenticatedAt: Date | null
}

/** What a handler gets: the validated input, who asks, and Fastify's own objects for cookies and streams. */
export type Call<K extends RouteKey> = RouteParsed<K> & {
  actor: Routes[K]['access'] extends 'public' ? Actor | null : Actor
  request: FastifyRequest
  reply: FastifyReply
}

export type Handler<K extends RouteKey> = (call: Call<K>) => Promise<RouteAnswer<K>>

/**
 * Where features hang in their routes: `api.handle('GET /staff', async ({ query }) => …)`. Path, method,
 * schemas and access come from the contract. The server refuses to start while a route of the contract has no
 * handler.
 */
export interface Api {
  handle<K extends RouteKey>(key: K, handler: Handler<K>): void
}
