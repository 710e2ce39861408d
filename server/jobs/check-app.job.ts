import { checkApp, recordFault } from '../apps/check-app.ts'
import { findInstalled } from '../apps/installed-app.store.ts'
import { AppNotInstalled, type VendorDeps } from '../apps/open-vendor.ts'
import type { Db } from '../db/handle.ts'
import type { JobHandler, Jobs } from './queue.ts'

/** Where the vendor names no time. Checks come by the clock besides. */
const againAfterMs = 30_000

/** Checks an installed app, and once more when something that passes was in the way. */
export function checkAppJob(deps: VendorDeps): JobHandler<'check-app'> {
  return async ({ app }) => {
    try {
      const { passing } = await checkApp(deps, app)
      if (!passing) return undefined
      return { again: passing.retryAt ?? new Date(Date.now() + againAfterMs) }
    } catch (error) {
      if (error instanceof AppNotInstalled) return undefined
      throw error
    }
  }
}

/** A check that fails for a reason of our own leaves an app that is not known to be well. */
export function checkGivenUp(db: Db) {
  return async ({ app }: Jobs['check-app']): Promise<void> => {
    const installed = await findInstalled(db, app)
    if (!installed) return
    const at = new Date().toISOString()
    await recordFault(db, installed, { code: 'unknown', step: 'probe', at, details: { app }, evidence: {} })
  }
}
