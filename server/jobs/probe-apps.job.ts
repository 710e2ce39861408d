import { listInstalled } from '../apps/installed-app.store.ts'
import type { Db } from '../db/handle.ts'
import type { JobHandler, Sender } from './queue.ts'

/** Has every installed app checked, so that a fault is known before somebody needs the app. */
export function probeAppsJob({ db, queue }: { db: Db; queue: Sender }): JobHandler<'probe-apps'> {
  return async () => {
    for (const { app } of await listInstalled(db))
      await queue.enqueue(db, 'check-app', { app }, { singletonKey: app })
    return undefined
  }
}
