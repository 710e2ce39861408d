import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { openListener } from '../db/listen.ts'
import { createLog, type Log } from '../log.ts'
import { type JobHandler, openQueue, type Queue } from './queue.ts'

const database = await testDatabase()
const { kysely } = database
const listener = await openListener(database.url)
const errors: unknown[] = []
const log: Log = { ...createLog('silent'), error: (_message, fields) => errors.push(fields?.error) }
const open: Queue[] = []

async function queueThat(role: 'works' | 'sends'): Promise<Queue> {
  const queue = await openQueue({
    ...database,
    ...(role === 'works' && { listener }),
    log,
  })
  open.push(queue)
  return queue
}

/** A promise and what ends it. */
function awaited<T>() {
  return Promise.withResolvers<T>()
}

const web = await queueThat('sends')
const worker = await queueThat('works')
afterAll(async () => {
  for (const queue of open) await queue.stop()
  await listener.close()
})

/** Hands each test the jobs of one kind, in turn. */
const handlers: { check: JobHandler<'check-candidate'>; run: JobHandler<'run'> } = {
  check: async () => undefined,
  run: async () => undefined,
}
await worker.work('check-candidate', { concurrency: 4 }, (data, signal) => handlers.check(data, signal))
await worker.work('run', { concurrency: 4 }, (data, signal) => handlers.run(data, signal))

test('a job that the web role enqueues starts within a tenth of a second', async () => {
  const started = awaited<number>()
  handlers.check = async () => void started.resolve(performance.now())
  const enqueued = performance.now()
  await web.enqueue(kysely, 'check-candidate', { id: 'a' })
  expect((await started.promise) - enqueued).toBeLessThan(100)
})

test('a job of a transaction that is rolled back never exists', async () => {
  const seen: string[] = []
  const last = awaited<void>()
  handlers.check = async ({ id }) => {
    seen.push(id)
    if (id === 'kept') last.resolve()
    return undefined
  }
  const undone = kysely.transaction().execute(async (tx) => {
    await web.enqueue(tx, 'check-candidate', { id: 'undone' })
    throw new Error('undo')
  })
  await expect(undone).rejects.toThrow('undo')
  await kysely.transaction().execute((tx) => web.enqueue(tx, 'check-candidate', { id: 'kept' }))
  await last.promise
  expect(seen).toEqual(['kept'])
})

test('a job waits until the time it is put off to', async () => {
  const times: number[] = []
  const again = new Date(Date.now() + 1_200)
  const done = awaited<void>()
  handlers.check = async () => {
    times.push(Date.now())
    if (times.length === 1) return { again }
    done.resolve()
    return undefined
  }
  await web.enqueue(kysely, 'check-candidate', { id: 'put off' })
  await done.promise
  expect(times[1]).toBeGreaterThanOrEqual(again.getTime())
  expect(times[1]).toBeLessThan(again.getTime() + 1_500)
})

test('runs of one app are done one after the other, of different apps at the same time', async () => {
  const under = new Set<string>()
  const met: string[][] = []
  const done = awaited<void>()
  const gate = awaited<void>()
  handlers.run = async ({ runId }) => {
    under.add(runId)
    met.push([...under].sort())
    if (under.size === 2) gate.resolve()
    await gate.promise
    under.delete(runId)
    if (met.length === 3) done.resolve()
    return undefined
  }
  await web.enqueue(kysely, 'run', { runId: 'github-1' }, { singletonKey: 'github' })
  await web.enqueue(kysely, 'run', { runId: 'github-2' }, { singletonKey: 'github' })
  await web.enqueue(kysely, 'run', { runId: 'gitlab-1' }, { singletonKey: 'gitlab' })
  await done.promise
  for (const together of met) expect(together).not.toEqual(expect.arrayContaining(['github-1', 'github-2']))
  expect(met).toContainEqual(['github-1', 'gitlab-1'])
})

test('a job that fails is tried again after a while, and its error is told', async () => {
  const tries: number[] = []
  const done = awaited<void>()
  handlers.check = async () => {
    tries.push(Date.now())
    if (tries.length === 1) throw new Error('the first time always fails')
    done.resolve()
    return undefined
  }
  await web.enqueue(kysely, 'check-candidate', { id: 'fails once' })
  await done.promise
  expect(errors).toContainEqual(new Error('the first time always fails'))
  expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeGreaterThan(1_500)
})

test('a job that takes every worker down with it is given up', async () => {
  const outcome = awaited<string>()
  await worker.work(
    'check-app',
    { concurrency: 1, gaveUp: async () => outcome.resolve('given up') },
    async () => void outcome.resolve('tried once more'),
  )
  await kysely.transaction().execute(async (tx) => {
    await web.enqueue(tx, 'check-app', { app: 'github' })
    await sql`update pgboss.job set retry_count = 50 where name = 'check-app'`.execute(tx)
  })
  expect(await outcome.promise).toBe('given up')
})

test('a worker that stops gives its job back, and another one has it at once', async () => {
  handlers.check = async () => undefined
  const leaving = await queueThat('works')
  const taken = awaited<void>()
  await leaving.work('probe-apps', { concurrency: 1 }, async (_data, signal) => {
    taken.resolve()
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    return undefined
  })
  await web.enqueue(kysely, 'probe-apps', {})
  await taken.promise
  const retaken = awaited<number>()
  const stopped = performance.now()
  await leaving.stop()
  await worker.work('probe-apps', { concurrency: 1 }, async () => void retaken.resolve(performance.now()))
  expect((await retaken.promise) - stopped).toBeLessThan(3_000)
})

test('the job of a worker killed with kill -9 runs elsewhere within 15 seconds', {
  timeout: 30_000,
}, async () => {
  const victim = spawn(process.execPath, ['--input-type=module-typescript', '--eval', hangingWorker], {
    env: { ...process.env, URL_OF_DATABASE: database.url },
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await web.enqueue(kysely, 'clean-up', {})
  await once(victim.stdout, 'data')
  const taken = await sql<{ n: number }>`
    select count(*)::int n from pgboss.job where name = 'clean-up' and state = 'active'`.execute(kysely)
  expect(taken.rows[0]?.n).toBe(1)
  victim.kill('SIGKILL')
  const killed = performance.now()
  const retaken = awaited<number>()
  await worker.work('clean-up', { concurrency: 1 }, async () => void retaken.resolve(performance.now()))
  const seconds = ((await retaken.promise) - killed) / 1_000
  expect(seconds).toBeGreaterThan(5)
  expect(seconds).toBeLessThan(15)
})

/** Takes a clean-up and never ends; says when it has it. */
const hangingWorker = `
import { openListener } from './server/db/listen.ts'
import { openDatabase } from './server/db/pool.ts'
import { openQueue } from './server/jobs/queue.ts'
import { createLog } from './server/log.ts'
const url = process.env.URL_OF_DATABASE
const database = openDatabase(url)
const queue = await openQueue({ ...database, listener: await openListener(url), log: createLog('error') })
await queue.work('clean-up', { concurrency: 1 }, () => new Promise(() => process.stdout.write('taken')))
`
