import { z } from 'zod'
import type { Role } from '../words.ts'

/**
 * Who may call a route. `public`: nobody signed in. `self`: any signed-in person, about themself only.
 * A role: that role or one above it (administrator > manager > employee). The policy module enforces it; a
 * route cannot be written without it.
 */
export type Access = 'public' | 'self' | Role

export interface RouteContract {
  summary: string
  access: Access
  /** Wants a sign-in at most five minutes old when done in the browser (security: step-up). */
  stepUp?: boolean
  params?: z.ZodType
  query?: z.ZodType
  /** JSON unless `bodyType` says otherwise. */
  body?: z.ZodType
  bodyType?: 'json' | 'csv'
  /** Largest body in bytes; 1 MB of JSON or 10 MB of CSV unless said otherwise. */
  maxBytes?: number
  /** Absent: 204. A string schema with `responseType` csv or text is sent as it is; of an
   * `events` route the handler describes the stream (server/http/api.ts). */
  response?: z.ZodType
  responseType?: 'json' | 'csv' | 'events' | 'text'
  /** With `Accept: text/csv` the handler may answer with a text, which is sent as CSV. */
  orCsv?: boolean
  /** The status of success; 200, or 204 without a response. */
  status?: number
}

/** Gives a route its exact type. Keys of the tables are `METHOD /path/{param}`, below /api/v1. */
export function route<const R extends RouteContract>(contract: R): R {
  return contract
}

/** RFC 3339, UTC. */
export const Time = z.iso.datetime()

export const cursorQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(2000).optional(),
}

export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable(), total: z.number().int() })
}
