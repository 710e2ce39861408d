import { createHash } from 'node:crypto'
import { appDescriptors } from '../../contract/apps/registry.ts'
import type { Failure } from '../../contract/failure.ts'
import { describeFailure } from '../../contract/failure-table.ts'
import type { ProblemCode } from '../../contract/problem.ts'
import type { Selection } from '../../contract/routes/shapes.ts'
import type { App, RunAction } from '../../contract/words.ts'
import type { InstalledApp } from '../apps/installed-app.store.ts'
import { disabledReason } from '../apps/present-app.ts'

/** What a run is about; two runs that say the same are the same run while one is under way. */
export interface RunWish {
  app: App
  action: RunAction
  selection: Selection
  dryRun: boolean
}

/** Runs over more people than this want a fresh sign-in. */
export const stepUpOver = 500

/** The selection in one spelling: ids once and in order, filters without gaps and in order. */
export function canonicalSelection(selection: Selection): Selection {
  if ('accountIds' in selection) return { accountIds: [...new Set(selection.accountIds)].sort() }
  const given = Object.entries(selection.filter).filter(([, value]) => value !== undefined && value !== '')
  return { filter: Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1))) }
}

/** The same for the same wish, however it is spelled: SHA-256 in hex. */
export function selectionKey({ app, action, selection, dryRun }: RunWish): string {
  const wish = JSON.stringify([app, action, dryRun, canonicalSelection(selection)])
  return createHash('sha256').update(wish).digest('hex')
}

/** Whether an action asks the vendor. The others work on what is stored, also while the app has a fault. */
export function asksVendor(action: RunAction): boolean {
  return action === 'connect' || action === 'retry'
}

/** Why the action cannot be started with the app now, in sentences; undefined when it can. */
export function blocked(
  app: App,
  action: RunAction,
  installed: InstalledApp | undefined,
): { code: ProblemCode; detail: string } | undefined {
  if (installed && !asksVendor(action)) return undefined
  const reason = disabledReason(app, installed)
  if (reason === null) return undefined
  const nextStep = installed?.failure
    ? describeFailure(installed.failure).nextStep
    : 'Look under Settings › Apps.'
  const code = appDescriptors[app].available ? 'app_not_ready' : 'app_not_available'
  return { code, detail: code === 'app_not_ready' ? `${reason} ${nextStep}` : reason }
}

/** What must be remembered of a vendor's trouble that passes by itself. */
export interface Trouble {
  failure: Failure
  waitUntil: Date
}

const shortestWaitMs = 10_000
const longestWaitMs = 15 * 60_000
const givenUpAfterMs = 24 * 60 * 60_000

/**
 * Until when a run waits for a vendor that is in trouble: the time the vendor stated, otherwise as long again
 * as the trouble has lasted (10 s to 15 min). The failure carries since when: `known` is the one that the run still waits
 * for. After 24 hours without an answer in between the answer is the failure that stops the run.
 */
export function wait(
  failure: Failure,
  retryAt: Date | undefined,
  known: Failure | null,
  now: Date,
): Trouble | { givenUp: Failure } {
  // Also of another kind: a vendor that is busy and out of reach by turns has not answered all that time.
  const since = new Date(known ? known.at : now)
  const lasted = now.getTime() - since.getTime()
  if (lasted >= givenUpAfterMs) {
    const fact = describeFailure(failure).title
    const details = { ...failure.details, fact }
    return { givenUp: { ...failure, code: 'unreachable_for_long', at: now.toISOString(), details } }
  }
  const pause = Math.min(Math.max(lasted, shortestWaitMs), longestWaitMs)
  const waitUntil = retryAt ?? new Date(now.getTime() + pause)
  const details = { ...failure.details, until: waitUntil.toISOString() }
  return { failure: { ...failure, at: since.toISOString(), details }, waitUntil }
}
