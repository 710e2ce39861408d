import { checkCandidate } from '../apps/check-app.ts'
import type { VendorDeps } from '../apps/open-vendor.ts'
import type { JobHandler } from './queue.ts'

/** Checks a configuration that somebody is about to install. */
export function checkCandidateJob(deps: VendorDeps): JobHandler<'check-candidate'> {
  return async ({ id }) => {
    await checkCandidate(deps, id)
    return undefined
  }
}
