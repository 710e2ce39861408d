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
