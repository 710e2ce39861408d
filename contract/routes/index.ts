import type { z } from 'zod'
import { appRoutes } from './apps.ts'
import { connectionRoutes } from './connections.ts'
import { mapFileRoutes } from './map-files.ts'
import type { RouteContract } from './route.ts'
import { runRoutes } from './runs.ts'
import { sessionRoutes } from './session.ts'
import { staffRoutes } from './staff.ts'
import { systemRoutes } from './system.ts'

/**
 * Every route of /api/v1. The server registers from this table, the OpenAPI document is made from it, and the
 * typed client of the browser and the command line takes its types (and nothing else) from it.
 */
export const routes = {
  ...sessionRoutes,
  ...staffRoutes,
  ...appRoutes,
  ...runRoutes,
  ...connectionRoutes,
  ...mapFileRoutes,
  ...systemRoutes,
} satisfies Record<string, RouteContract>

export type Routes = typeof routes
export type RouteKey = keyof Routes

type InputOf<T> = T extends z.ZodType ? z.input<T> : undefined
type ParsedOf<T> = T extends z.ZodType ? z.output<T> : undefined
type Field<K extends RouteKey, F extends string> = Routes[K] extends { [P in F]: infer T } ? T : undefined

/** What a caller gives: params, query and body, each only where the route has one. */
export type RouteInput<K extends RouteKey> = {
  [F in 'params' | 'query' | 'body' as Field<K, F> extends z.ZodType ? F : never]: F extends 'body'
    ? BodyOf<Routes[K], InputOf<Field<K, F>>>
    : InputOf<Field<K, F>>
}
/** A file is sent as it is, so that the server sees what it is. */
type BodyOf<R, T> = R extends { bodyType: 'csv' } ? T | Blob : T
/** Routes that answer with CSV instead when asked to. */
export type CsvKey = { [K in RouteKey]: Routes[K] extends { orCsv: true } ? K : never }[RouteKey]
/** The same after validation, as a handler gets it. */
export type RouteParsed<K extends RouteKey> = {
  [F in 'params' | 'query' | 'body' as Field<K, F> extends z.ZodType ? F : never]: ParsedOf<Field<K, F>>
}
export type RouteOutput<K extends RouteKey> = ParsedOf<Field<K, 'response'>>
/** What a handler returns. */
export type RouteAnswer<K extends RouteKey> = InputOf<Field<K, 'response'>>
