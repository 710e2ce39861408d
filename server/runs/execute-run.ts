import type { Failure } from '../../contract/failure.ts'
import { failureTable } from '../../contract/failure-table.ts'
import { appNames } from '../../contract/words.ts'
import { VendorFailure } from '../../vendors/vendor.ts'
import { checkApp, recordFault } from '../apps/check-app.ts'
import { findInstalled, type InstalledApp } from '../apps/installed-app.store.ts'
import { AppNotInstalled, type VendorDeps } from '../apps/open-vendor.ts'
import { isPassing } from '../apps/verdict.ts'
import { organizationOf } from '../connections/connections.store.ts'
import type { Circumstances } from '../connections/connections.ts'
import { isDirectoryWhole } from '../directory/walk.store.ts'
import { WalkLost, type WalkProgress, walkDirectory } from '../directory/walk.ts'
import {
  closeRun,
  putRunOff,
  RunCancelled,
  RunLost,
  reportProgress,
  settlePending,
  type TakenRun,
  takeRun,
} from './execution.store.ts'
import { loadMatchInput } from './matching-input.store.ts'
import { findRun } from './runs.store.ts'
import { asksVendor, wait } from './runs.ts'
import { accepting, connecting, disconnecting } from './settlers.ts'

const progressEveryMs = 250
/** Another worker walks the same directory, or has just stopped to. */
const walkTakenMs = 2_000

/**
 * Does a run, or goes on with it where its rows say it is: take, probe, read the directory, decide, write.
 * Answers with the time to come again when the vendor lets us wait; otherwise the run has ended, or is another
 * worker's.
 *
 * There is no breaker for many failures of one kind: for GitHub a run only compares what was read, and an app
 * that cannot read has stopped the run by then. It belongs to steps that ask the vendor about one person.
 */
export async function executeRun(
  deps: VendorDeps,
  runId: string,
  signal: AbortSignal,
): Promise<{ again: Date } | undefined> {
  const { db } = deps
  const run = await takeRun(db, runId)
  if (!run || 'again' in run) return run
  const installed = await findInstalled(db, run.app)
  try {
    if (asksVendor(run.action)) await prepare(deps, run, installed, signal)
    await settle(deps, run, signal)
    await closeRun(db, run, 'finished')
  } catch (error) {
    return await afterError(deps, run, installed, error)
  }
}

/** Probe and directory, each once per run however often it is taken up again. */
async function prepare(
  deps: VendorDeps,
  run: TakenRun,
  installed: InstalledApp | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { db } = deps
  const { app } = run
  if (!installed) throw new AppNotInstalled(app)
  if (!run.probed) {
    await reportProgress(db, run, { stage: `Checking ${appNames[app]}` })
    const { fault, passing } = await checkApp(deps, app)
    if (passing) throw passing
    if (fault) throw new VendorFailure(fault)
  }
  if (run.directory_snapshot !== null && (await isDirectoryWhole(db, app))) return
  // Taken up again, the vendor has not answered yet: since when it has not is kept.
  await reportProgress(db, run, { stage: 'Reading the directory', probed: true, answered: !run.probed })
  const { snapshot, accounts } = await readDirectory(deps, run, signal)
  const stage = `Comparing with ${accounts} accounts`
  await reportProgress(db, run, { stage, directory_snapshot: snapshot, answered: true })
}

async function readDirectory(deps: VendorDeps, run: TakenRun, signal: AbortSignal) {
  const stop = new AbortController()
  const due = atMostEvery(progressEveryMs)
  let reporting = Promise.resolve()
  const onPage = ({ accounts, total }: WalkProgress) => {
    if (!due()) return
    const stage = `Reading the directory, ${accounts}${total ? ` of ${total}` : ''}`
    reporting = reportProgress(deps.db, run, { stage, answered: true }).catch((reason) => stop.abort(reason))
  }
  try {
    return await walkDirectory(deps, run.app, { onPage, signal: AbortSignal.any([signal, stop.signal]) })
  } finally {
    await reporting
  }
}

/** Answers true, but not again before so many milliseconds are over. */
function atMostEvery(ms: number): () => boolean {
  let next = 0
  return () => {
    const now = Date.now()
    if (now < next) return false
    next = now + ms
    return true
  }
}

/** Decides and writes until nobody is left; somebody who changed under our hands is decided about anew. */
async function settle({ db }: VendorDeps, run: TakenRun, signal: AbortSignal): Promise<void> {
  const announce = atMostEvery(progressEveryMs)
  const circumstances: Circumstances = {
    app: run.app,
    organization: await organizationOf(db, run.app),
    at: new Date().toISOString(),
    by: run.created_by,
  }
  for (let left = 1; left > 0; ) {
    const settler = await settlerFor(db, run, circumstances)
    await reportProgress(db, run, { stage: stages[run.action] })
    left = await settlePending(db, run, settler, { announce, signal })
  }
}

const stages = {
  connect: 'Connecting people',
  retry: 'Connecting people',
  accept: 'Accepting proposals',
  disconnect: 'Disconnecting people',
}

async function settlerFor(db: VendorDeps['db'], run: TakenRun, circumstances: Circumstances) {
  if (run.action === 'disconnect') return disconnecting(circumstances)
  if (run.action === 'accept') return accepting(circumstances)
  return connecting(await loadMatchInput(db, run), circumstances)
}

/** Ends the run, or puts it off, as its error asks for; what is no fault of the vendor is thrown on. */
async function afterError(
  deps: VendorDeps,
  run: TakenRun,
  installed: InstalledApp | undefined,
  error: unknown,
): Promise<{ again: Date } | undefined> {
  const { db } = deps
  if (error instanceof RunLost) return undefined
  if (error instanceof RunCancelled) return end(db, run, 'cancelled')
  if (error instanceof AppNotInstalled) return end(db, run, 'stopped', notInstalled(run))
  if (error instanceof WalkLost) return { again: new Date(Date.now() + walkTakenMs) }
  if (!(error instanceof VendorFailure)) throw error
  const { failure, retryAt } = error
  if (!retryAt && !isPassing(failure.code)) return stop(deps, run, installed, failure)
  const known = (await findRun(db, run.id))?.failure ?? null
  const outcome = wait(failure, retryAt, known, new Date())
  if ('givenUp' in outcome) return stop(deps, run, installed, outcome.givenUp)
  const putOff = await putRunOff(db, run, outcome.failure, outcome.waitUntil)
  return putOff ? { again: outcome.waitUntil } : end(db, run, 'cancelled')
}

/**
 * A fault met on the way: it stands on the app, once, for everybody. The fault of a configuration that was
 * replaced meanwhile is nobody's any more: the run goes on with the new one.
 */
async function stop(
  { db }: VendorDeps,
  run: TakenRun,
  installed: InstalledApp | undefined,
  failure: Failure,
): Promise<{ again: Date } | undefined> {
  const ofApp = failureTable[failure.code].scope === 'app'
  if (ofApp && installed && !(await recordFault(db, installed, failure))) return { again: new Date() }
  return end(db, run, 'stopped', failure)
}

async function end(...[db, run, state, failure]: Parameters<typeof closeRun>): Promise<undefined> {
  await closeRun(db, run, state, failure)
}

function notInstalled({ app }: TakenRun): Failure {
  const at = new Date().toISOString()
  return { code: 'app_not_installed', step: 'probe', at, details: { app }, evidence: {} }
}

/** Ends a run that failed again and again for a reason that nobody foresaw. */
export async function giveUpRun({ db }: Pick<VendorDeps, 'db'>, runId: string): Promise<void> {
  const run = await takeRun(db, runId)
  if (!run || 'again' in run) return
  const at = new Date().toISOString()
  const details = { app: run.app, fact: 'the run failed several times' }
  await closeRun(db, run, 'stopped', { code: 'unknown', step: 'match', at, details, evidence: {} })
}
