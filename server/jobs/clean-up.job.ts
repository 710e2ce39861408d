import { removeForgottenCandidates } from '../apps/candidates.store.ts'
import { deleteEndedPauses } from '../apps/vendor-pause.store.ts'
import type { Db } from '../db/handle.ts'
import { deleteExpired } from './clean-up.store.ts'
import type { JobHandler } from './queue.ts'

/** Removes expired sessions, links, tokens and attempts, old runs, and candidates that nobody waits for. */
export function cleanUpJob(db: Db): JobHandler<'clean-up'> {
  return async () => {
    await deleteExpired(db)
    await deleteEndedPauses(db)
    await removeForgottenCandidates(db)
    return undefined
  }
}
