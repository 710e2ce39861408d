import { createHash } from 'node:crypto'
import { describeFailure } from '../../contract/failure-table.ts'
import { type MapFileResult, mapOutcomes } from '../../contract/routes/map-files.ts'
import type { App } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'
import { applyBatch } from './apply.store.ts'
import { readMapFile } from './csv.ts'
import type { Decision } from './decision.ts'
import { loadWorld } from './map-file.store.ts'
import { decideRows, isChange } from './map-file.ts'

const BATCH = 1_000

/** Everything about a file is decided before anything of it is applied. */
export interface CheckedFile {
  decisions: Decision[]
  /** How many people get, change or lose an account. */
  changes: number
  sha256: string
}

/** @throws ProblemError `file_…` for a file that is wrong as a whole */
export async function checkMapFile(db: Db, app: App, text: string): Promise<CheckedFile> {
  const rows = await readMapFile(text, app)
  const decisions = decideRows(rows, await loadWorld(db, app, rows))
  const changes = decisions.filter(({ sameAs, outcome }) => sameAs === null && isChange(outcome)).length
  return { decisions, changes, sha256: createHash('sha256').update(text).digest('hex') }
}

/** Applies what was checked, a thousand people in a transaction; answers with what became of every row. */
export async function applyMapFile(
  db: Db,
  { app, by }: { app: App; by: string },
  { decisions, sha256 }: CheckedFile,
): Promise<Decision[]> {
  const became = new Map<Decision, Decision>()
  for (const batch of batches(decisions)) {
    const applied = await applyBatch(db, { app, by, sha256 }, batch)
    for (const [at, decision] of batch.entries()) became.set(decision, applied[at] ?? decision)
  }
  return decisions.map((decision) => {
    const done = became.get(decision.sameAs ?? decision)
    if (!done) return decision
    return { ...decision, outcome: done.outcome, refusal: done.refusal }
  })
}

/** Accounts change hands only inside a batch, so all that takes part in it is the first one. */
function batches(decisions: readonly Decision[]): Decision[][] {
  const changes = decisions.filter(({ sameAs, outcome }) => sameAs === null && isChange(outcome))
  const givers = new Set(
    changes.flatMap(({ target, person }) => {
      const holder = target?.holder?.accountId
      return holder !== undefined && holder !== person?.accountId ? [holder] : []
    }),
  )
  const changesHands = ({ target, person }: Decision) =>
    givers.has(person?.accountId ?? '') || givers.has(target?.holder?.accountId ?? '')
  const first = changes.filter(changesHands)
  const others = changes.filter((each) => !changesHands(each))
  // In one order, so that two uploads at once wait for each other instead of for ever.
  others.sort((a, b) => (a.row.cells.account_id < b.row.cells.account_id ? -1 : 1))
  const rest = Array.from({ length: Math.ceil(others.length / BATCH) }, (_, at) =>
    others.slice(at * BATCH, (at + 1) * BATCH),
  )
  return first.length > 0 ? [first, ...rest] : rest
}

/** What became, or would become, of each row, with counts that add up. */
export function presentResult(decisions: readonly Decision[], dryRun: boolean): MapFileResult {
  const counts = { rows: decisions.length, ...zeros() }
  const rows = decisions.map((decision) => {
    const { row, outcome, refusal } = decision
    counts[outcome]++
    const sentence = refusal ? refusalWords(refusal) : sentenceOf(decision)
    const { account_id: accountId } = row.cells
    return { line: row.line, accountId, outcome, ...(refusal && { code: refusal.code }), sentence }
  })
  return { dryRun, counts, rows }
}

function zeros() {
  const entries = mapOutcomes.map((outcome) => [outcome, 0])
  return Object.fromEntries(entries) as Record<(typeof mapOutcomes)[number], number>
}

export function refusalWords(refusal: NonNullable<Decision['refusal']>): string {
  const { sentence, nextStep } = describeFailure(refusal)
  return `${sentence} ${nextStep}`
}

function sentenceOf({ outcome, person, target }: Decision): string | undefined {
  const name = person?.displayName
  const before = person?.login ?? person?.externalId
  if (outcome === 'connected') return `${name} gets the account ${target?.login}.`
  if (outcome === 'changed') return `${name} gets the account ${target?.login} instead of ${before}.`
  if (outcome === 'disconnected') return `${name} is disconnected from ${before}.`
  return undefined
}
