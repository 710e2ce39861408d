import { apps } from '../../contract/words.ts'
import { type VendorOptions, vendorDeps } from '../apps/vendor-context.ts'
import { checkAppJob, checkGivenUp } from './check-app.job.ts'
import { checkCandidateJob } from './check-candidate.job.ts'
import { cleanUpJob } from './clean-up.job.ts'
import { probeAppsJob } from './probe-apps.job.ts'
import type { Queue } from './queue.ts'
import { runGivenUp, runJob } from './run.job.ts'
import { takeUpRunsJob } from './take-up-runs.job.ts'

export interface WorkerOptions extends VendorOptions {
  queue: Queue
}

/** Begins to take jobs, until the queue is stopped. Runs of different apps go on side by side. */
export async function startWorker(options: WorkerOptions): Promise<void> {
  const { db, queue } = options
  const deps = vendorDeps(options)
  await queue.work('run', { concurrency: apps.length, gaveUp: runGivenUp(deps) }, runJob(deps))
  await queue.work('check-app', { concurrency: 2, gaveUp: checkGivenUp(db) }, checkAppJob(deps))
  await queue.work('check-candidate', { concurrency: 2 }, checkCandidateJob(deps))
  await queue.work('probe-apps', { concurrency: 1 }, probeAppsJob({ db, queue }))
  await queue.work('take-up-runs', { concurrency: 1 }, takeUpRunsJob({ db, queue }))
  await queue.work('clean-up', { concurrency: 1 }, cleanUpJob(db))
  await queue.schedule('probe-apps', '*/15 * * * *')
  await queue.schedule('take-up-runs', '* * * * *')
  await queue.schedule('clean-up', '17 * * * *')
  await queue.enqueue(db, 'take-up-runs', {})
}
