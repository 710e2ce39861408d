import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { StaffFilter } from '../../contract/routes/shapes.ts'
import { ProblemError } from '../http/problem-error.ts'
import type { Place, StaffOrder } from './staff-orders.ts'

/** What list a cursor belongs to. */
export interface CursorScope {
  filter: StaffFilter
  order: StaffOrder
  descending: boolean
}

const Cursor = z.tuple([z.string(), z.string(), z.union([z.string(), z.null()]), z.number().int()])

/** Where the next page begins: the last person's id and sort key, good for this list only. */
export function writeCursor(scope: CursorScope, last: Place): string {
  const { order } = scope
  const key = order === 'email' ? last.email : order === 'accountId' ? '' : last.name
  const fields: z.infer<typeof Cursor> = [fingerprint(scope), last.accountId, key, last.badness]
  return Buffer.from(JSON.stringify(fields)).toString('base64url')
}

/** @throws ProblemError `input_invalid` for what is not a cursor, or one of another list. */
export function readCursor(scope: CursorScope, cursor: string): Place {
  const [mark, accountId, key, badness] = parsed(cursor)
  if (mark !== fingerprint(scope))
    throw refused('This cursor belongs to a list with another filter or sort: start without a cursor.')
  return { accountId, name: key ?? '', email: key, badness }
}

function parsed(cursor: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw refused('This is not a cursor: give nextCursor of the page before, as it was.')
  }
}

function fingerprint({ filter, order, descending }: CursorScope): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined)
  const text = JSON.stringify([order, descending, given.sort(([a], [b]) => (a < b ? -1 : 1))])
  return createHash('sha256').update(text).digest('base64url').slice(0, 12)
}

function refused(detail: string): ProblemError {
  return new ProblemError('input_invalid', detail, [{ path: 'query.cursor', message: detail }])
}
