import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RouteAnswer, RouteKey, RouteParsed, Routes } from '../../contract/routes/index.ts'
import type { Role } from '../../contract/words.ts'
import type { Change } from '../db/notify.ts'

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

/** What a handler gets: the validated input, who asks, and Fastify's own objects for cookies and headers. */
type Call<K extends RouteKey> = RouteParsed<K> & {
  actor: Routes[K]['access'] extends 'public' ? Actor | null : Actor
  request: FastifyRequest
  reply: FastifyReply
}

/**
 * What the handler of an `events` route answers with. The server reads at once, then after each change that
 * concerns the stream, at most four times a second, and until the reader, their session or the server goes.
 */
export interface EventStream {
  concerns(change: Change): boolean
  /** `changes`: what changed since the last reading, each once; empty = tell everything (start, gap). */
  read(changes: Change[]): Promise<Reading>
}

export interface Reading {
  events: { event: string; data: unknown }[]
  /** Nothing will follow: the stream is closed after these. */
  ended?: boolean
}

type Answer<R, A> = R extends { responseType: 'events' }
  ? Promise<EventStream>
  : R extends { response: unknown }
    ? Promise<R extends { orCsv: true } ? A | string : A>
    : Promise<void>

type Handlers = { [K in RouteKey]: (call: Call<K>) => Answer<Routes[K], RouteAnswer<K>> }
export type Handler<K extends RouteKey> = Handlers[K]

/**
 * Where features hang in their routes: `api.handle('GET /staff', async ({ query }) => …)`. Path, method,
 * schemas and access come from the contract. The server refuses to start while a route of the contract has no
 * handler.
 */
export interface Api {
  handle<K extends RouteKey>(key: K, handler: Handler<K>): void
}
