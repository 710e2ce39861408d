import { sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import type { Db } from './handle.ts'

/** The one channel on which rows that screens look at announce that they changed. */
export const changesChannel = 'muster_changes'

export type Change =
  | { kind: 'run'; id: string }
  | { kind: 'app'; app: App }
  | { kind: 'candidate'; id: string }

/** Announces a change; inside a transaction it is delivered at commit, and not at all on rollback. */
export async function notifyChange(db: Db, change: Change): Promise<void> {
  await sql`select pg_notify(${changesChannel}, ${JSON.stringify(change)})`.execute(db)
}
