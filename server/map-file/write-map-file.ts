import type { Failure } from '../../contract/failure.ts'
import type { MapFileColumn } from '../../contract/routes/map-files.ts'
import type { App } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'
import { mapFileHeader, mapFileLine } from './csv.ts'
import type { Decision } from './decision.ts'
import { loadShown, type Shown } from './map-file.store.ts'
import { refusalWords } from './upload.ts'

const PIECE = 1_000

/** The file for these people, in the order of the ids, ready to be filled in. */
export async function writeMapFile(db: Db, app: App, accountIds: readonly string[]): Promise<string> {
  const parts = [mapFileHeader()]
  for (let at = 0; at < accountIds.length; at += PIECE) {
    const people = await loadShown(db, app, accountIds.slice(at, at + PIECE))
    for (const person of people) parts.push(mapFileLine(cellsOf(app, person)))
  }
  return parts.join('')
}

function cellsOf(app: App, person: Shown): Record<MapFileColumn, string> {
  const { accountId, displayName, email, status, failure, login, suggested } = person
  const has = status === 'connected'
  return {
    app,
    account_id: accountId,
    display_name: displayName,
    email: email ?? '',
    status,
    failure: failure ? failureCell(failure) : '',
    suggested_login: (has ? login : suggested?.login) ?? '',
    suggested_reason: has ? 'connected now' : (suggested?.reasons.join('; ') ?? ''),
    external_login: '',
    external_id: '',
    action: '',
  }
}

/** The code for machines, then what it means and who does what next. */
function failureCell(failure: Pick<Failure, 'code' | 'details'>): string {
  return `${failure.code}: ${refusalWords(failure)}`
}

/**
 * The uploaded rows with the present status and, where a row was refused, the reason; to be corrected and
 * uploaded again.
 */
export async function writeResultFile(db: Db, app: App, decisions: readonly Decision[]): Promise<string> {
  const parts = [mapFileHeader()]
  for (let at = 0; at < decisions.length; at += PIECE) {
    const piece = decisions.slice(at, at + PIECE)
    const ids = new Set(piece.map(({ row }) => row.cells.account_id))
    const people = new Map((await loadShown(db, app, [...ids])).map((each) => [each.accountId, each]))
    for (const decision of piece) {
      const person = people.get(decision.row.cells.account_id)
      parts.push(mapFileLine(resultCells(app, decision, person && cellsOf(app, person))))
    }
  }
  return parts.join('')
}

/**
 * A refused row still says what it was decided on, so that a change is noticed when it comes again. Where that
 * has changed, or the row could not be read, the decision is taken out: it is made anew by somebody who sees
 * the row as it is now.
 */
function resultCells(
  app: App,
  { row, refusal }: Decision,
  now: Record<MapFileColumn, string> | undefined,
): Record<MapFileColumn, string> {
  const { external_login, external_id, action, suggested_login, suggested_reason, status } = row.cells
  const decided = { external_login, external_id, action }
  if (!refusal) return { ...(now ?? { ...row.cells, app }), ...decided }
  const failure = failureCell(refusal)
  if (refusal.code === 'row_stale' || refusal.code === 'row_unreadable') {
    const asked = [action || 'map', external_login, external_id].filter(Boolean).join(' ')
    const shown = now ?? { ...row.cells, app, external_login: '', external_id: '', action: '' }
    return {
      ...shown,
      failure: refusal.code === 'row_stale' ? `${failure} The row said: ${asked}.` : failure,
    }
  }
  const shown = now ?? { ...row.cells, app }
  return { ...shown, suggested_login, suggested_reason, status: status || shown.status, failure, ...decided }
}
