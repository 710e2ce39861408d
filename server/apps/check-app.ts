import type { Failure } from '../../contract/failure.ts'
import { type App, vendorNames } from '../../contract/words.ts'
import { type ProbeLine, type ProbeReport, VendorFailure } from '../../vendors/vendor.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Db, Tx } from '../db/handle.ts'
import { notifyChange } from '../db/notify.ts'
import { findCandidate, storeCandidateChecks } from './candidates.store.ts'
import {
  findInstalled,
  type InstalledApp,
  lockInstalled,
  storeCheck,
  storeFault,
} from './installed-app.store.ts'
import { AppNotInstalled, type OpenVendor, type VendorDeps } from './open-vendor.ts'
import { isPassing, verdict } from './verdict.ts'

/** What a check of an app came to. */
export interface CheckOutcome {
  lines: ProbeLine[]
  /** Null: the app is well. Undefined: see `passing`. */
  fault: Failure | null | undefined
  /** The check came to no end because of something that passes by itself. */
  passing: VendorFailure | undefined
}

/**
 * Tries every permission of the installed app and writes what it found on the app's row: lines, fault or
 * health. What passes by itself shows in the lines and leaves the app's health as it was. A check of a
 * configuration that has been replaced meanwhile is not written.
 *
 * @throws AppNotInstalled
 */
export async function checkApp(deps: VendorDeps, app: App): Promise<CheckOutcome> {
  const installed = await findInstalled(deps.db, app)
  if (!installed) throw new AppNotInstalled(app)
  const { report, passing } = await probe(app, await deps.openVendor(app))
  const fault = passing ? undefined : verdict(report.lines)
  await deps.db.transaction().execute(async (tx) => {
    const now = await lockInstalled(tx, app)
    if (now?.revision !== installed.revision) return
    await storeCheck(tx, installed, { ...report, checks: report.lines, fault })
    await notifyChange(tx, { kind: 'app', app })
    if (fault !== undefined) await recordHealth(tx, now, fault)
  })
  return { lines: report.lines, fault, passing }
}

/** Tries a configuration that is not installed yet; whoever asked reads the lines from the candidate's row. */
export async function checkCandidate(deps: VendorDeps, id: string): Promise<void> {
  const candidate = await findCandidate(deps.db, id)
  const vendor = await deps.openCandidate(id)
  if (!candidate || !vendor) return
  const { report } = await probe(candidate.app, vendor)
  await deps.db.transaction().execute(async (tx) => {
    await storeCandidateChecks(tx, id, report.lines)
    await notifyChange(tx, { kind: 'candidate', id })
  })
}

/**
 * Puts a fault on the app that was met while working with this revision of it: once, for everybody. False, and
 * nothing is written, when the app has another configuration by now, or none.
 */
export async function recordFault(
  db: Db,
  { app, revision }: Pick<InstalledApp, 'app' | 'revision'>,
  fault: Failure,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const installed = await lockInstalled(tx, app)
    if (installed?.revision !== revision) return false
    await storeFault(tx, app, fault)
    await notifyChange(tx, { kind: 'app', app })
    await recordHealth(tx, installed, fault)
    return true
  })
}

async function probe(
  app: App,
  vendor: OpenVendor,
): Promise<{ report: ProbeReport; passing: VendorFailure | undefined }> {
  try {
    return { report: await vendor.probe(), passing: undefined }
  } catch (error) {
    if (!(error instanceof VendorFailure)) throw error
    const { failure } = error
    const line = { permission: `Answer of ${vendorNames[app]}`, ok: false, failure }
    return { report: { lines: [line] }, passing: isPassing(failure.code) ? error : undefined }
  } finally {
    await vendor.close()
  }
}

/** Goes on the record when it is news. */
async function recordHealth(tx: Tx, { app, failure }: InstalledApp, fault: Failure | null): Promise<void> {
  if (failure?.code === fault?.code) return
  const action = fault ? 'app.fault' : 'app.recover'
  const detail = { code: fault?.code ?? failure?.code }
  await appendAudit(tx, { actor: 'system', action, app, detail })
}
