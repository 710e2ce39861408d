import { type Config, readConfig } from '../../server/config.ts'
import { joinOrStartEmbedded } from '../../server/db/embedded.ts'
import type { Db } from '../../server/db/handle.ts'
import { migrate } from '../../server/db/migrate.ts'
import { type Database, openDatabase } from '../../server/db/pool.ts'

/**
 * Does something on the database that the configuration names: `DATABASE_URL`, or the embedded one, which is
 * joined where a server runs it and otherwise started for as long as this takes.
 */
export async function withDatabase<T>(
  work: (db: Db, config: Config, pool: Database['pool']) => Promise<T>,
): Promise<T> {
  const config = readConfig(process.env, { role: null }, process.cwd())
  const embedded = config.databaseUrl ? undefined : await joinOrStartEmbedded({ dataDir: config.dataDir })
  const database = openDatabase(config.databaseUrl ?? embedded?.url ?? '', { connections: 2 })
  try {
    await migrate(database.kysely)
    return await work(database.kysely, config, database.pool)
  } finally {
    await database.close()
    await embedded?.stop()
  }
}
