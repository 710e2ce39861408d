import type { VendorDeps } from '../apps/open-vendor.ts'
import { executeRun, giveUpRun } from '../runs/execute-run.ts'
import type { JobHandler, Jobs } from './queue.ts'

/** Does a run, or goes on with one; comes again when the vendor lets us wait. */
export function runJob(deps: VendorDeps): JobHandler<'run'> {
  return ({ runId }, signal) => executeRun(deps, runId, signal)
}

/** Nobody should look at a run that stands still for ever. */
export function runGivenUp({ db }: VendorDeps) {
  return ({ runId }: Jobs['run']): Promise<void> => giveUpRun({ db }, runId)
}
