import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { buildRun } from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { createLog } from '../log.ts'
import { openQueue } from './queue.ts'
import { takeUpRunsJob } from './take-up-runs.job.ts'

const database = await testDatabase()
const { kysely: db } = database
const queue = await openQueue({ ...database, log: createLog('silent') })
afterAll(() => queue.stop())

test('every run under way without a job gets one, once, and no other run does', async () => {
  const withJob = await buildRun(db, { state: 'queued', selection_key: 'a' })
  const lost = await buildRun(db, { state: 'running', selection_key: 'b' })
  const waits = await buildRun(db, { state: 'waiting', selection_key: 'c' })
  const ended = await buildRun(db, { state: 'waiting', selection_key: 'd' })
  await buildRun(db, { state: 'finished', selection_key: 'e' })
  for (const { id } of [withJob, ended])
    await queue.enqueue(db, 'run', { runId: id }, { singletonKey: 'github' })
  await sql`update pgboss.job set state = 'completed' where data ->> 'runId' = ${ended.id}`.execute(db)

  const sweep = () => takeUpRunsJob({ db, queue })({}, AbortSignal.timeout(5_000))
  await sweep()
  await sweep()
  const { rows } = await sql<{ run: string; key: string }>`
    select data ->> 'runId' as run, singleton_key as key from pgboss.job
    where name = 'run' and state = 'created'`.execute(db)
  expect(rows.map(({ run }) => run).sort()).toEqual([withJob, lost, waits, ended].map(({ id }) => id).sort())
  expect(new Set(rows.map(({ key }) => key))).toEqual(new Set(['github']))
})
