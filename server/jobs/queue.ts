import type { Kysely } from 'kysely'
import type { Pool } from 'pg'
import {
  type Db as BossDb,
  fromKysely,
  type JobWithMetadata,
  PgBoss,
  type Queue as QueueSettings,
} from 'pg-boss'
import type { App } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'
import type { Listener } from '../db/listen.ts'
import type { Tables } from '../db/tables.ts'
import type { Log } from '../log.ts'

/** Every kind of job and what it is told. Rows are the truth; a job only wakes a worker up. */
export interface Jobs {
  run: { runId: string }
  'check-app': { app: App }
  'check-candidate': { id: string }
  'probe-apps': Record<string, never>
  'take-up-runs': Record<string, never>
  'clean-up': Record<string, never>
}
export type JobName = keyof Jobs

export interface EnqueueOptions {
  startAfter?: Date
  /** Jobs with the same key: see `settings` below for what it means to each kind. */
  singletonKey?: string
}

/** What the web role needs of the queue. */
export interface Sender {
  /** Adds a job inside the caller's transaction: it exists when, and only when, the transaction commits. */
  enqueue<N extends JobName>(tx: Db, name: N, data: Jobs[N], options?: EnqueueOptions): Promise<void>
}

/**
 * Does the work of one job. `signal` aborts when the worker stops or has lost the job to another one; a handler
 * that throws then gives the job back at once. It may answer with a time at which the job is wanted again.
 */
export type JobHandler<N extends JobName> = (
  data: Jobs[N],
  signal: AbortSignal,
) => Promise<{ again: Date } | undefined>

export interface Queue extends Sender {
  /** Takes jobs of a kind, as many at a time as `concurrency`. */
  work<N extends JobName>(name: N, options: WorkOptions<N>, handler: JobHandler<N>): Promise<void>
  /** Enqueues a job by the clock, once for all workers together. `cron` in UTC. */
  schedule(name: JobName, cron: string): Promise<void>
  /** How many jobs of each kind wait; a few seconds old. */
  depths(): Promise<Record<string, number>>
  /** Takes no more jobs, asks those in hand to end, and gives back what has not ended in time. */
  stop(): Promise<void>
}

export interface WorkOptions<N extends JobName> {
  concurrency: number
  /** Called when a job has failed unexpectedly as often as we try. */
  gaveUp?(data: Jobs[N]): Promise<void>
}

export interface QueueOptions {
  kysely: Kysely<Tables>
  pool: Pool
  /** Only a process that works jobs listens for them. */
  listener?: Listener
  log: Log
}

/** A killed worker's job is taken by another one HEARTBEAT_S + two passes later. 10 is pg-boss's minimum. */
const HEARTBEAT_S = 10
const HEARTBEAT_EVERY_S = 3
const SUPERVISE_S = 2
/** NOTIFY wakes a worker at once; this is how late a job with `startAfter` may be. */
const POLL_S = 1
const STOP_WITHIN_MS = 5_000
const TRIES = 5
/** So many workers stop or are killed over one job only when it is the job that kills them. */
const LOST_WORKERS = 50

const usual = {
  notify: true,
  heartbeatSeconds: HEARTBEAT_S,
  expireInSeconds: 24 * 60 * 60,
  deleteAfterSeconds: 24 * 60 * 60,
  // Of lost workers; errors are counted by us, so that they wait a little and a lost worker's job does not.
  retryLimit: 10_000,
  retryDelay: 0,
} satisfies Partial<QueueSettings>

const settings: Record<JobName, Partial<QueueSettings>> = {
  // One at a time of those with one key, which is the app.
  run: { ...usual, policy: 'singleton' },

  'check-app': { ...usual, policy: 'singleton' },
  'check-candidate': { ...usual, policy: 'standard' },
  'probe-apps': { ...usual, policy: 'stately' },
  'take-up-runs': { ...usual, policy: 'stately' },
  'clean-up': { ...usual, policy: 'stately' },
}
const names = Object.keys(settings) as JobName[]

/**
 * Opens the queue, on the database and connections that everything else uses. With a listener it can work jobs,
 * without one it only sends.
 */
export async function openQueue(options: QueueOptions): Promise<Queue> {
  const { kysely, listener, log } = options
  const working = listener !== undefined
  const boss = new PgBoss({
    db: connections(options),
    useListenNotify: working,
    supervise: working,
    schedule: working,
    superviseIntervalSeconds: SUPERVISE_S,
    monitorIntervalSeconds: SUPERVISE_S,
    monitorVacuum: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  })
  boss.on('error', (error) => log.error('The queue met an error', { error }))
  await boss.start()
  await createQueues(boss)
  const stopping = new AbortController()

  const enqueue: Sender['enqueue'] = async (tx, name, data, { startAfter, singletonKey } = {}) => {
    await boss.send(name, data, { db: fromKysely(tx), startAfter, singletonKey })
  }

  /** One job from being taken to being done, put off, or given up. Throwing gives it back at once. */
  async function perform<N extends JobName>(
    job: JobWithMetadata<Attempted<Jobs[N]>>,
    name: N,
    { gaveUp }: WorkOptions<N>,
    handler: JobHandler<N>,
  ): Promise<void> {
    const { failedTries = 0, ...rest } = job.data
    const data = rest as unknown as Jobs[N]
    const singletonKey = job.singletonKey ?? undefined
    if (job.retryCount >= LOST_WORKERS) {
      log.error('A job is given up, because its workers are lost again and again', { job: name })
      return gaveUp?.(data)
    }
    const signal = AbortSignal.any([job.signal, stopping.signal])
    try {
      const outcome = await handler(data, signal)
      if (outcome) await enqueue(kysely, name, data, { startAfter: outcome.again, singletonKey })
    } catch (error) {
      if (signal.aborted) throw error
      const failed = failedTries + 1
      log.error('A job failed', { job: name, attempt: failed, error })
      if (failed >= TRIES) return gaveUp?.(data)
      const again: Attempted<Jobs[N]> = { ...data, failedTries: failed }
      await enqueue(kysely, name, again, { startAfter: secondsFromNow(2 ** failed), singletonKey })
    }
  }

  return {
    enqueue,
    async work(name, workOptions, handler) {
      const settings = {
        includeMetadata: true,
        localConcurrency: workOptions.concurrency,
        pollingIntervalSeconds: POLL_S,
        notifyPollingIntervalSeconds: POLL_S,
        heartbeatRefreshSeconds: HEARTBEAT_EVERY_S,
      } as const
      const id = await boss.work<Attempted<Jobs[typeof name]>, void, typeof settings>(
        name,
        settings,
        async (jobs) => {
          for (const job of jobs) await perform(job, name, workOptions, handler)
          // Look again at once: a job with the same key may have waited for this one.
          if (id) boss.notifyWorker(id)
        },
      )
    },
    schedule: (name, cron) => boss.schedule(name, cron),
    async depths() {
      const queues = await boss.getQueues(names)
      return Object.fromEntries(queues.map(({ name, queuedCount }) => [name, queuedCount]))
    },
    async stop() {
      stopping.abort()
      await boss.stop({ close: false, timeout: STOP_WITHIN_MS })
    },
  }
}

/** How often the job has failed rides along in its data. */
type Attempted<T> = T & { failedTries?: number }

function secondsFromNow(seconds: number): Date {
  return new Date(Date.now() + seconds * 1_000)
}

/** Lets pg-boss use our connections, and our one connection that listens. */
function connections({ pool, listener }: QueueOptions): BossDb {
  const executeSql = (text: string, values?: unknown[]) => pool.query(text, values)
  if (!listener) return { executeSql }
  return {
    executeSql,
    async listen(channel, notified, reconnected) {
      const close = await listener.listen(channel, notified, reconnected)
      return { close }
    },
  }
}

/** Also brings queues of an earlier version to today's settings. */
async function createQueues(boss: PgBoss): Promise<void> {
  const existing = new Set((await boss.getQueues(names)).map((queue) => queue.name))
  for (const name of names) {
    const { policy, ...changeable } = settings[name]
    if (existing.has(name)) await boss.updateQueue(name, changeable)
    else await boss.createQueue(name, { policy, ...changeable })
  }
}
