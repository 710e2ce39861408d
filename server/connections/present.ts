import type { Selectable } from 'kysely'
import type { Failure } from '../../contract/failure.ts'
import { describeFailure, failureTable } from '../../contract/failure-table.ts'
import type { ConnectionSummary, FailureShape } from '../../contract/routes/shapes.ts'
import { type Evidence, evidenceWords } from '../../contract/words.ts'
import type { ConnectionTable } from '../db/tables.ts'

/** The columns of a connection that are shown. */
export type ShownConnection = Pick<
  Selectable<ConnectionTable>,
  | 'app'
  | 'status'
  | 'origin'
  | 'login'
  | 'external_id'
  | 'connected_by'
  | 'connected_at'
  | 'evidence'
  | 'failure'
>

/** A connection with its evidence and failure in words, as the API answers. */
export function presentConnection(row: ShownConnection): ConnectionSummary {
  return {
    app: row.app,
    status: row.status,
    origin: row.origin,
    login: row.login,
    externalId: row.external_id,
    connectedBy: row.connected_by,
    connectedAt: row.connected_at?.toISOString() ?? null,
    evidence: presentEvidence(row.evidence),
    failure: row.failure && presentFailure(row.failure),
  }
}

/** Evidence with its words, strongest first as it was stored. */
export function presentEvidence(evidence: Evidence[]): ConnectionSummary['evidence'] {
  return evidence.map(({ kind, value }) => ({ kind, value, words: evidenceWords[kind] }))
}

/**
 * A stored failure with the present words of the failure table. `until` is there when the failure passes by
 * itself at a known time.
 */
export function presentFailure(failure: Failure): FailureShape {
  const { scope, fixer, retry } = failureTable[failure.code]
  const { until } = failure.details
  return {
    ...describeFailure(failure),
    scope,
    fixer,
    retry,
    step: failure.step,
    at: failure.at,
    ...(until && { until }),
    ...(failure.link && { link: failure.link }),
    evidence: failure.evidence,
  }
}
