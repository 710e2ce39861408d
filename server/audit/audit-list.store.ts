import { z } from 'zod'
import type { Db } from '../db/handle.ts'
import { parseInput } from '../http/input.ts'

export interface AuditQuery {
  limit: number
  cursor?: string
  action?: string
  subject?: string
}

const Cursor = z
  .string()
  .regex(/^\d{1,15}$/, 'not a cursor that this list gave out')
  .transform(Number)

/** A page of the record, newest first; the cursor is the last sequence number seen. */
export async function listAudit(db: Db, { limit, cursor, action, subject }: AuditQuery) {
  const before = cursor === undefined ? undefined : parseInput(Cursor, cursor, 'cursor')
  const matching = db
    .selectFrom('audit_entry')
    .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
    .$if(subject !== undefined, (query) => query.where('subject', '=', subject ?? ''))
  const { total } = await matching
    .select((e) => e.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await matching
    .select(['seq', 'at', 'actor', 'action', 'subject', 'app', 'detail', 'hash'])
    .$if(before !== undefined, (query) => query.where('seq', '<', before ?? 0))
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute()
  const items = rows
    .slice(0, limit)
    .map((row) => ({ ...row, at: row.at.toISOString(), hash: row.hash.toString('hex') }))
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? String(last.seq) : null, total }
}
