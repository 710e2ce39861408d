import { createHash } from 'node:crypto'
import type { Db } from '../db/handle.ts'
import { type ChainRow, chainAfter } from './audit-chain.store.ts'

/** The last entry at some time; kept elsewhere, it proves later that nothing before it was changed. */
export interface Anchor {
  seq: number
  /** Hexadecimal. */
  hash: string
}

export type AuditVerdict =
  | { ok: true; entries: number; last: Anchor | null }
  | { ok: false; entries: number; brokenAt: number; sentence: string }

const BATCH = 5_000

/**
 * Recomputes the whole chain outside of the database, whose own functions an intruder could have changed, and
 * names the first entry that does not fit. The chain alone cannot show that its newest entries were cut off,
 * or that somebody with full rights over the database wrote all of it anew; give it an `anchor` (the `last` of
 * an earlier verdict, kept outside of the database) and those are found too.
 */
export async function verifyAudit(db: Db, anchor?: Anchor): Promise<AuditVerdict> {
  let last: Anchor | null = null
  let previous: Buffer = Buffer.from([0])
  for (;;) {
    const rows = await chainAfter(db, last?.seq ?? 0, BATCH)
    for (const row of rows) {
      const expected: number = (last?.seq ?? 0) + 1
      const sentence = mistakeOf(row, expected, previous, anchor)
      if (sentence) return { ok: false, entries: expected - 1, brokenAt: expected, sentence }
      previous = row.hash
      last = { seq: row.seq, hash: row.hash.toString('hex') }
    }
    if (rows.length < BATCH) break
  }
  const entries = last?.seq ?? 0
  if (anchor && anchor.seq > entries)
    return {
      ok: false,
      entries,
      brokenAt: entries + 1,
      sentence: `Entries ${entries + 1} to ${anchor.seq} are missing: the record was cut off after entry ${entries}.`,
    }
  return { ok: true, entries, last }
}

function mistakeOf(row: ChainRow, expected: number, previous: Buffer, anchor?: Anchor): string | undefined {
  if (row.seq !== expected) return `Entry ${expected} is missing: it was removed from the record.`
  if (!row.prev_hash.equals(previous))
    return `Entry ${expected} does not continue the entry before it: one of the two was exchanged.`
  if (!row.hash.equals(hashOf(row, previous)))
    return `Entry ${expected} was changed after it was written: its content does not fit its hash.`
  if (anchor?.seq === row.seq && anchor.hash !== row.hash.toString('hex'))
    return `Entry ${expected} is not the one that was noted down earlier: the record up to it was written anew.`
  return undefined
}

/** What audit_hash() of migration 0001 computes: the JSON array of the fields as PostgreSQL prints it. */
function hashOf(row: ChainRow, previous: Buffer): Buffer {
  const texts = [row.actor, row.action, row.subject, row.app].map((text) => JSON.stringify(text))
  const content = `[${[row.seq, row.at, ...texts, row.detail].join(', ')}]`
  return createHash('sha256').update(previous).update(content, 'utf8').digest()
}
