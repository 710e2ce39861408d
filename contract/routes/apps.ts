import { z } from 'zod'
import { cursorQuery, page, route } from './route.ts'
import { AppName, AppShape, ProbeLineShape } from './shapes.ts'

const params = z.object({ app: AppName })

/** Settings and secrets together, as contract/apps/ describes them for each app. Secrets go in, never out. */
const Config = z.record(z.string(), z.unknown())

export const appRoutes = {
  'GET /apps': route({
    summary: 'All apps with their health, guide and counts',
    access: 'administrator',
    response: z.object({ items: z.array(AppShape) }),
  }),
  'PUT /apps/{app}': route({
    summary: 'Install an app for the organisation, or change its configuration',
    access: 'administrator',
    stepUp: true,
    params,
    body: Config,
    response: AppShape,
  }),
  'PATCH /apps/{app}': route({
    summary: 'Change how an app connects people',
    access: 'administrator',
    params,
    body: z.strictObject({ connectUniqueNames: z.boolean() }),
    response: AppShape,
  }),
  'POST /apps/{app}/check': route({
    summary: 'Try every permission of the installed app, or of a configuration before it is installed',
    access: 'administrator',
    params,
    body: z.strictObject({ config: Config.optional() }).optional(),
    response: z.object({ ok: z.boolean(), lines: z.array(ProbeLineShape), finished: z.boolean() }),
  }),
  'DELETE /apps/{app}': route({
    summary: 'Uninstall an app: forgets its credential and directory and disconnects its people',
    access: 'administrator',
    stepUp: true,
    params,
    response: z.object({ disconnected: z.number().int() }),
  }),
  'GET /apps/{app}/accounts': route({
    summary: 'Search the directory that was read from the vendor',
    access: 'administrator',
    params,
    query: z.strictObject({ search: z.string().max(200).optional(), ...cursorQuery }),
    response: page(
      z.object({
        externalId: z.string(),
        login: z.string(),
        name: z.string().nullable(),
        kind: z.string(),
        suspended: z.boolean(),
        takenBy: z.object({ accountId: z.string(), displayName: z.string() }).nullable(),
      }),
    ),
  }),
}
