import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vendors } from '../vendors/registry.ts'
import { appRoutes } from './apps/apps.routes.ts'
import { preparePasswords } from './auth/password.ts'
import type { Config } from './config.ts'
import { connectionRoutes } from './connections/connections.routes.ts'
import { startEmbedded } from './db/embedded.ts'
import type { Db } from './db/handle.ts'
import { type Listener, openListener } from './db/listen.ts'
import { migrate } from './db/migrate.ts'
import { type Database, openDatabase } from './db/pool.ts'
import { createServer } from './http/create-server.ts'
import { openChanges } from './http/events.ts'
import { openQueue, type Queue } from './jobs/queue.ts'
import { startWorker } from './jobs/worker.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { countConnections, countRuns, newestMigration } from './operations.store.ts'
import { runRoutes } from './runs/runs.routes.ts'
import { readOrCreateKeyFile } from './secrets/key-file.ts'
import { createOpener } from './secrets/opener.ts'
import { sealer } from './secrets/sealer.ts'
import { staffRoutes } from './staff/staff.routes.ts'
import { explainDatabaseError, explainListenError } from './start-errors.ts'

export interface StartedServer {
  /** Where it is reached; empty where only the worker runs. */
  url: string
  /** Resolves if the embedded database ends though nobody stopped it: this process is of no use then. */
  lost: Promise<void>
  /** Ends what is under way in an orderly manner, within a few seconds. */
  stop(): Promise<void>
}

/** What both roles stand on. */
interface Ground {
  config: Config
  database: Database
  listener: Listener
  queue: Queue
  log: Log
  metrics: Metrics
}

/** How long requests under way may go on when the server stops. */
const ANSWER_WITHIN_MS = 3_000

const root = join(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

/**
 * Starts the roles of the configuration on a migrated database.
 * @throws OperatorError with what the operator has to mend; nothing is left running then
 */
export async function startServer(config: Config): Promise<StartedServer> {
  // Whatever was started is stopped in reverse order, each part whatever becomes of the others.
  await using starting = new AsyncDisposableStack()
  const { url: databaseUrl, lost } = await findDatabase(config, starting)
  const ground = await layGround(config, databaseUrl, starting)
  if (config.roles.includes('worker')) await startWorkerRole(ground)
  const url = config.roles.includes('web') ? await startWebRole(ground, starting) : ''
  const started = starting.move()
  ground.log.info('started', { version })
  return { url, lost, stop: () => started.disposeAsync() }
}

async function findDatabase({ databaseUrl, dataDir }: Config, starting: AsyncDisposableStack) {
  if (databaseUrl !== undefined) return { url: databaseUrl, lost: new Promise<void>(() => {}) }
  const embedded = await startEmbedded({ dataDir })
  starting.defer(embedded.stop)
  return embedded
}

async function layGround(config: Config, url: string, starting: AsyncDisposableStack): Promise<Ground> {
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
  return { config, database, listener, queue, log, metrics }
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

/** The only place where the key that opens secrets is read. Jobs end when the queue is stopped. */
async function startWorkerRole({ config, database, queue, metrics }: Ground): Promise<void> {
  const { keyFile, allowedPrivateHosts, certificateAuthorities } = config
  if (!keyFile) throw new Error('the configuration gives every worker a key file')
  if (keyFile.create) await readOrCreateKeyFile(keyFile.path)
  await startWorker({
    db: database.kysely,
    queue,
    vendors,
    opener: await createOpener(database.kysely, keyFile.path),
    outbound: { allowedPrivateHosts, certificateAuthorities },
    onCall: ({ app, endpoint, status, ms }) => metrics.vendorCall({ app, endpoint, status }, ms / 1000),
  })
}

async function startWebRole(ground: Ground, starting: AsyncDisposableStack): Promise<string> {
  const { config, database, listener, queue, log, metrics } = ground
  const db = database.kysely
  const changes = await openChanges(listener)
  const schema = await newestMigration(db)
  await preparePasswords()
  const { api, fastify, publicUrl } = await createServer({
    db,
    changes,
    log,
    metrics,
    publicUrl: config.publicUrl,
    dist: join(root, 'web/dist'),
    version,
    trustedProxies: config.trustedProxies,
    isReady: async () => (await newestMigration(db).catch(() => undefined)) === schema,
  })
  staffRoutes(api, { db })
  appRoutes(api, { db, changes, queue, sealer })
  runRoutes(api, { db, queue })
  connectionRoutes(api, { db })
  api.complete()
  starting.defer(async () => {
    const impatience = setTimeout(() => fastify.server.closeAllConnections(), ANSWER_WITHIN_MS)
    await fastify.close()
    clearTimeout(impatience)
  })
  const { host, port } = config
  try {
    await fastify.listen({ host, port })
  } catch (error) {
    throw explainListenError(error, host, port)
  }
  return publicUrl()
}
