import type { Db } from './db/handle.ts'
import type { Counted } from './metrics.ts'

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

export async function countRuns(db: Db): Promise<Counted<'app' | 'action' | 'state'>[]> {
  const rows = await db
    .selectFrom('run')
    .select((e) => ['app', 'action', 'state', e.fn.countAll<number>().as('count')])
    .groupBy(['app', 'action', 'state'])
    .execute()
  return rows.map(({ count, ...labels }) => ({ labels, count }))
}

export async function countConnections(db: Db): Promise<Counted<'app' | 'status'>[]> {
  const rows = await db
    .selectFrom('connection')
    .select((e) => ['app', 'status', e.fn.countAll<number>().as('count')])
    .groupBy(['app', 'status'])
    .execute()
  return rows.map(({ count, ...labels }) => ({ labels, count }))
}
