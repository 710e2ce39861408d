import type { Selectable } from 'kysely'
import type { z } from 'zod'
import type { RunItemShape, RunShape } from '../../contract/routes/shapes.ts'
import { openRunStates, type RunCounts } from '../../contract/words.ts'
import { presentEvidence, presentFailure } from '../connections/present.ts'
import type { RunItemTable, RunTable } from '../db/tables.ts'

export type RunRow = Selectable<RunTable>

export function isOpen({ state }: Pick<RunRow, 'state'>): boolean {
  return (openRunStates as readonly string[]).includes(state)
}

/** Who has not been decided about is waiting, so the counts always add up. */
export function countsOf(row: RunRow): RunCounts {
  const { selected, connected, unchanged, needs_mapping: needsMapping, failed, skipped } = row
  const waiting = selected - connected - unchanged - needsMapping - failed - skipped
  return { selected, connected, unchanged, needsMapping, failed, skipped, waiting }
}

export function presentRun(row: RunRow, now: Date): RunShape {
  const counts = countsOf(row)
  return {
    id: row.id,
    app: row.app,
    action: row.action,
    dryRun: row.dry_run,
    state: row.state,
    selection: row.selection,
    counts,
    stage: row.stage,
    ...pace(row, counts, now),
    failure: row.failure && presentFailure(row.failure),
    waitingUntil: row.waiting_until?.toISOString() ?? null,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

/** Only where something can be said: not before the first people are decided, not while the vendor lets us wait. */
function pace(row: RunRow, { selected, waiting }: RunCounts, now: Date) {
  const decided = selected - waiting
  if (!row.started_at || decided === 0) return { rate: null, secondsLeft: null }
  const seconds = ((row.finished_at ?? now).getTime() - row.started_at.getTime()) / 1000
  const rate = decided / Math.max(seconds, 0.001)
  return { rate, secondsLeft: row.state === 'running' ? Math.ceil(waiting / rate) : null }
}

export type ItemRow = Selectable<RunItemTable> & { display_name: string | null; email: string | null }

export function presentItem(row: ItemRow): z.infer<typeof RunItemShape> {
  return {
    accountId: row.account_id,
    displayName: row.display_name ?? row.account_id,
    email: row.email,
    outcome: row.outcome,
    login: row.login,
    evidence: presentEvidence(row.evidence),
    failure: row.failure && presentFailure(row.failure),
  }
}
