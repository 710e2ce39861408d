import { readFileSync } from 'node:fs'
import type { Config } from './config.ts'
import { startEmbedded } from './db/embedded.ts'
import type { Db } from './db/handle.ts'
import { type Listener, openListener } from './db/listen.ts'
import { migrate } from './db/migrate.ts'
import { type Database, openDatabase } from './db/pool.ts'
import { openQueue, type Queue } from './jobs/queue.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { countConnections, countRuns } from './operations.store.ts'
import { explainDatabaseError } from './start-errors.ts'

/** What both roles stand on. */
export interface Ground {
  config: Config
  database: Database
  listener: Listener
  queue: Queue
  log: Log
  metrics: Metrics
  version: string
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

export async function findDatabase({ databaseUrl, dataDir }: Config, starting: AsyncDisposableStack) {
  if (databaseUrl !== undefined) return { url: databaseUrl, lost: new Promise<void>(() => {}) }
  const embedded = await startEmbedded({ dataDir })
  starting.defer(embedded.stop)
  return embedded
}

export async function layGround(
  config: Config,
  url: string,
  starting: AsyncDisposableStack,
): Promise<Ground> {
  const log = createLog(config.logLevel)
  const metrics = createMetrics()
  const database = openDatabase(url)
  starting.defer(database.close)
  try {
    await migrate(database.kysely)
  } catch (error) {
    throw config.databaseUrl === undefined ? error : explainDatabaseError(error)
  }
  const listener = await openListener(url)
  starting.defer(listener.close)
  const { kysely, pool } = database
  const working = config.roles.includes('worker')
  const queue = await openQueue({ kysely, pool, log, ...(working && { listener }) })
  starting.defer(queue.stop)
  countRows(metrics, database.kysely, queue)
  return { config, database, listener, queue, log, metrics, version }
}

function countRows(metrics: Metrics, db: Db, queue: Queue): void {
  metrics.counted({ name: 'muster_jobs_waiting', help: 'Jobs that wait', labels: ['job'] }, async () =>
    Object.entries(await queue.depths()).map(([job, count]) => ({ labels: { job }, count })),
  )
  metrics.counted(
    { name: 'muster_runs', help: 'Runs, past and present', labels: ['app', 'action', 'state'] },
    () => countRuns(db),
  )
  metrics.counted(
    { name: 'muster_connections', help: 'Connections of people', labels: ['app', 'status'] },
    () => countConnections(db),
  )
}
