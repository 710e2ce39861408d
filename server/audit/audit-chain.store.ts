import { sql } from 'kysely'
import type { Db } from '../db/handle.ts'

export interface ChainRow {
  seq: number
  /** Seconds since 1970 with six decimals, as PostgreSQL prints them. */
  at: string
  actor: string
  action: string
  subject: string | null
  app: string | null
  /** PostgreSQL's own text of the JSON, which has one order of keys. */
  detail: string
  prev_hash: Buffer
  hash: Buffer
}

/** The entries after `seq`, oldest first, as they went into their hashes. */
export async function chainAfter(db: Db, seq: number, limit: number): Promise<ChainRow[]> {
  const { rows } = await sql<ChainRow>`
    select seq, extract(epoch from at)::text as at, actor, action, subject, app, detail::text as detail, prev_hash, hash
    from audit_entry where seq > ${seq} order by seq limit ${limit}`.execute(db)
  return rows
}
