import { z } from 'zod'
import { cursorQuery, page, route } from './route.ts'
import { StaffFilter, StaffMember, StaffMemberDetail } from './shapes.ts'

const Count = z.object({ value: z.string(), count: z.number().int() })

export const staffSorts = [
  'name',
  '-name',
  'email',
  '-email',
  'accountId',
  '-accountId',
  'status',
  '-status',
] as const

/** What became of a roster file. Only refused rows are listed; refused rows never block good ones. */
export const ImportResult = z.object({
  dryRun: z.boolean(),
  counts: z.object({
    added: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    refused: z.number().int(),
  }),
  refused: z.array(
    z.object({ line: z.number().int(), accountId: z.string().nullable(), reason: z.string() }),
  ),
  /** Things to look at that did not keep a row from being taken: two people with one email, for example. */
  warnings: z.array(
    z.object({ line: z.number().int(), accountId: z.string().nullable(), reason: z.string() }),
  ),
})
export type ImportResult = z.infer<typeof ImportResult>

export const staffRoutes = {
  'GET /staff': route({
    summary: 'The roster with each person’s connections',
    access: 'administrator',
    query: z.strictObject({ ...StaffFilter.shape, ...cursorQuery, sort: z.enum(staffSorts).default('name') }),
    response: page(StaffMember),
  }),
  'GET /staff/facets': route({
    summary: 'Counts for the filters: each facet is counted with every other filter applied',
    access: 'administrator',
    query: StaffFilter,
    response: z.object({
      total: z.number().int(),
      groups: z.array(Count),
      teams: z.array(Count),
      active: z.array(Count),
      /** `app:status`, for example `github:connected`; people without a connection count as `not_connected`. */
      statuses: z.array(Count),
      /** Failed App Integration Status: `any`, an app, or a failure code. */
      failures: z.array(Count),
    }),
  }),
  'GET /staff/{accountId}': route({
    summary: 'One person with proposals and history',
    access: 'administrator',
    params: z.object({ accountId: z.string() }),
    response: StaffMemberDetail,
  }),
  'POST /staff/import': route({
    summary:
      'Add and change people from a CSV roster: account_id,display_name,email,aliases,groups,teams,active',
    access: 'administrator',
    query: z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') }),
    body: z.string(),
    bodyType: 'csv',
    maxBytes: 40 * 1024 * 1024,
    response: ImportResult,
  }),
}
