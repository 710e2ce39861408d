import { existsSync } from 'node:fs'
import { type Config, readConfig } from '../../server/config.ts'
import { joinOrStartEmbedded } from '../../server/db/embedded.ts'
import type { Db } from '../../server/db/handle.ts'
import { migrate } from '../../server/db/migrate.ts'
import { type Database, openDatabase } from '../../server/db/pool.ts'
import { explainDatabaseError } from '../../server/start-errors.ts'
import { CommandError } from '../session.ts'

type Work<T> = (db: Db, config: Config, pool: Database['pool']) => Promise<T>

/**
 * Does something on the database that the configuration names: `DATABASE_URL`, or the embedded one, which is
 * joined where a server runs it and otherwise started for as long as this takes.
 * @throws CommandError when there is no embedded database yet; only `create` makes one, so that a look from the
 *   wrong folder is no "all is well" about an empty database
 */
export async function withDatabase<T>(work: Work<T>, { create = false } = {}): Promise<T> {
  const config = readConfig(process.env, { role: null }, process.cwd())
  if (!config.databaseUrl && !existsSync(config.dataDir)) {
    const absent = `There is no Muster in ${config.dataDir}`
    if (!create) {
      throw new CommandError(
        `${absent}: go to the folder where it was started, or set MUSTER_DATA_DIR or DATABASE_URL.`,
      )
    }
    process.stderr.write(`${absent} yet; this makes one.\n`)
  }
  const embedded = config.databaseUrl ? undefined : await joinOrStartEmbedded({ dataDir: config.dataDir })
  const database = openDatabase(config.databaseUrl ?? embedded?.url ?? '', { connections: 2 })
  try {
    await migrate(database.kysely).catch((error: unknown) => {
      throw config.databaseUrl ? explainDatabaseError(error) : error
    })
    return await work(database.kysely, config, database.pool)
  } finally {
    await database.close()
    await embedded?.stop()
  }
}
