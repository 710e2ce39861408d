import type { Db } from '../db/handle.ts'
import { runsWithoutJob } from './lost-runs.store.ts'
import type { JobHandler, Sender } from './queue.ts'

/**
 * Gives every run under way whose job was lost another one: after a backup without the queue, for example. Runs
 * of one app are done one after the other, and a run that has ended is not done again, so one job too many does
 * no harm.
 */
export function takeUpRunsJob({ db, queue }: { db: Db; queue: Sender }): JobHandler<'take-up-runs'> {
  return async () => {
    for (const { id, app } of await runsWithoutJob(db))
      await queue.enqueue(db, 'run', { runId: id }, { singletonKey: app })
    return undefined
  }
}
