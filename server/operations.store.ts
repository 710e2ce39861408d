import { sql } from 'kysely'
import type { Db } from './db/handle.ts'

/** Name of the newest migration that was applied to the database. */
export async function newestMigration(db: Db): Promise<string | undefined> {
  const row = await db
    .selectFrom('schema_migration')
    .select('name')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.name
}

/** Jobs that wait, by kind, as the queue last counted them. */
export async function queueDepths(db: Db): Promise<Record<string, number>> {
  const { rows } = await sql<{ name: string; depth: number }>`
    select name, queued_count as depth from pgboss.queue where name not like '\\_\\_%'`.execute(db)
  return Object.fromEntries(rows.map(({ name, depth }) => [name, depth]))
}
