import { z } from 'zod'
import { failureCodes } from '../failure.ts'
import { route } from './route.ts'
import { AppName, Selection, StaffFilter } from './shapes.ts'

/** The columns of a map file, in this order; the administrator edits the last three. */
export const mapFileColumns = [
  'app',
  'account_id',
  'display_name',
  'email',
  'status',
  'failure',
  'suggested_login',
  'suggested_reason',
  'external_login',
  'external_id',
  'action',
] as const
export type MapFileColumn = (typeof mapFileColumns)[number]

/** What becomes of one row. `unchanged`: nothing was asked, or it is so already. */
export const mapOutcomes = [
  'connected',
  'changed',
  'disconnected',
  'unchanged',
  'skipped',
  'refused',
] as const
export type MapOutcome = (typeof mapOutcomes)[number]

const count = z.number().int()

/** Counts always add up: rows = all the others together. */
export const MapFileResult = z.object({
  dryRun: z.boolean(),
  counts: z.object({
    rows: count,
    connected: count,
    changed: count,
    disconnected: count,
    unchanged: count,
    skipped: count,
    refused: count,
  }),
  /** One for each row of the file that is not blank, in its order. */
  rows: z.array(
    z.object({
      /** Where the row begins in the file, counted from 1. */
      line: count,
      accountId: z.string(),
      outcome: z.enum(mapOutcomes),
      /** Of a refused row. */
      code: z.enum(failureCodes).optional(),
      /** What is done, or why it is refused and what to do about it. */
      sentence: z.string().optional(),
    }),
  ),
})
export type MapFileResult = z.infer<typeof MapFileResult>

const params = z.object({ app: AppName })
const csv = { response: z.string(), responseType: 'csv' } as const

export const mapFileRoutes = {
  'GET /map-files/{app}': route({
    summary: 'The map file of who matches; without a filter, of everybody active who is not connected',
    access: 'administrator',
    params,
    query: StaffFilter,
    ...csv,
  }),
  'POST /map-files/{app}/download': route({
    summary: 'The map file of a selection, which may be one by one',
    access: 'administrator',
    params,
    body: z.strictObject({ selection: Selection }),
    ...csv,
  }),
  'POST /map-files/{app}': route({
    summary:
      'Apply a map file, or only say what it would do; with Accept: text/csv the answer is the result file',
    access: 'administrator',
    params,
    query: z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') }),
    body: z.string(),
    bodyType: 'csv',
    response: MapFileResult,
    orCsv: true,
  }),
}
