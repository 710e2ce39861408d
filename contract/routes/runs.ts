import { z } from 'zod'
import { itemOutcomes, runActions } from '../words.ts'
import { cursorQuery, page, route } from './route.ts'
import { AppName, RunItemShape, RunShape, Selection } from './shapes.ts'

const params = z.object({ id: z.uuid({ error: 'is not the id of a run' }) })
const wanted = { app: AppName, action: z.enum(runActions), selection: Selection }

export const runRoutes = {
  'POST /runs': route({
    summary: 'Start a run; the same selection while one is under way answers with the run under way',
    access: 'administrator',
    body: z.strictObject({ ...wanted, dryRun: z.boolean().default(false) }),
    response: z.object({ id: z.uuid(), alreadyUnderWay: z.boolean() }),
    status: 202,
  }),
  'POST /runs/preview': route({
    summary: 'What a run would be about, before it is started: nothing is read from the vendor',
    access: 'administrator',
    body: z.strictObject(wanted),
    response: z.object({
      selected: z.number().int(),
      /** People the run would decide about. */
      willTry: z.number().int(),
      alreadyConnected: z.number().int(),
      leftAlone: z.array(z.object({ reason: z.string(), count: z.number().int() })),
      /** The app cannot be used now, and why. */
      blockedReason: z.string().nullable(),
      stepUpRequired: z.boolean(),
    }),
  }),
  'GET /runs': route({
    summary: 'Runs, newest first',
    access: 'administrator',
    query: z.strictObject({ ...cursorQuery, open: z.enum(['true', 'false']).optional() }),
    response: page(RunShape),
  }),
  'GET /runs/{id}': route({ summary: 'One run', access: 'administrator', params, response: RunShape }),
  'GET /runs/{id}/items': route({
    summary: 'The people of a run and what became of each',
    access: 'administrator',
    params,
    query: z.strictObject({ ...cursorQuery, outcome: z.enum(itemOutcomes).optional() }),
    response: page(RunItemShape),
  }),
  'POST /runs/{id}/cancel': route({
    summary: 'Stop a run; what is done stays done',
    access: 'administrator',
    params,
    response: RunShape,
  }),
  'GET /runs/{id}/events': route({
    summary: 'Progress as server-sent events: each `run` event carries the run; the stream ends with it',
    access: 'administrator',
    params,
    response: z.string(),
    responseType: 'events',
  }),
  'GET /events': route({
    summary: 'Server-sent events `run` and `app` about everything under way',
    access: 'administrator',
    response: z.string(),
    responseType: 'events',
  }),
}
