import { sql } from 'kysely'
import type { Failure } from '../../contract/failure.ts'
import { openRunStates, vendorNames } from '../../contract/words.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Settlement, Standing } from '../connections/connections.ts'
import { isAccountTaken, lockStandings, writeSettlements } from '../connections/settlements.store.ts'
import type { Db, Tx } from '../db/handle.ts'
import { notifyChange } from '../db/notify.ts'
import type { RunRow } from './present-run.ts'
import { endRun } from './runs.store.ts'
import { insertItems } from './selection.store.ts'

/** Another worker has taken the run, or it has ended: nothing more may be written. */
export class RunLost extends Error {
  override name = 'RunLost'
}

/** Somebody pressed Cancel. */
export class RunCancelled extends Error {
  override name = 'RunCancelled'
}

/** A run in this worker's hands; `fence` proves it. */
export type TakenRun = RunRow

/**
 * Takes a run: raises its fence, so that whoever had it before is refused, and selects its people the first
 * time. Answers with the time to come again when the run waits for the vendor, and with undefined when it has
 * ended.
 */
export async function takeRun(db: Db, id: string): Promise<TakenRun | { again: Date } | undefined> {
  return db.transaction().execute(async (tx) => {
    const found = await tx
      .selectFrom('run')
      .selectAll()
      .select(sql<boolean>`waiting_until > clock_timestamp()`.as('early'))
      .where('id', '=', id)
      .where('state', 'in', openRunStates)
      .forUpdate()
      .executeTakeFirst()
    if (!found) return undefined
    if (found.early && found.waiting_until) return { again: found.waiting_until }
    const first = found.started_at === null
    const selected = first ? await insertItems(tx, id, found) : found.selected
    await notifyChange(tx, { kind: 'run', id })
    return tx
      .updateTable('run')
      .set((eb) => ({
        fence: eb('fence', '+', 1),
        state: 'running',
        selected,
        waiting_until: null,
        ...(first && { started_at: sql<Date>`clock_timestamp()` }),
      }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

/**
 * Writes what the worker is doing. `answered`: the vendor does, so its earlier trouble is over.
 * @throws RunLost, RunCancelled
 */
export async function reportProgress(
  db: Db,
  { id, fence }: TakenRun,
  {
    answered = false,
    ...progress
  }: { stage: string; probed?: boolean; directory_snapshot?: number; answered?: boolean },
): Promise<void> {
  const run = await db
    .updateTable('run')
    .set({ ...progress, ...(answered && { failure: null }) })
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('state', '=', 'running')
    .returning('cancel_requested')
    .executeTakeFirst()
  if (!run) throw new RunLost()
  await notifyChange(db, { kind: 'run', id })
  if (run.cancel_requested) throw new RunCancelled()
}

/** Lets the run wait for the vendor, with the reason; false when it was cancelled meanwhile. @throws RunLost */
export async function putRunOff(db: Db, run: TakenRun, failure: Failure, until: Date): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const { cancel_requested: cancelled } = await lockRun(tx, run)
    if (cancelled) return false
    await tx
      .updateTable('run')
      .set({
        state: 'waiting',
        stage: `Waiting for ${vendorNames[run.app]}`,
        failure: JSON.stringify(failure),
        waiting_until: until,
      })
      .where('id', '=', run.id)
      .execute()
    await notifyChange(tx, { kind: 'run', id: run.id })
    return true
  })
}

/** Ends the run, with an audit entry of what came of it. @throws RunLost */
export async function closeRun(
  db: Db,
  run: TakenRun,
  state: 'finished' | 'cancelled' | 'stopped',
  failure: Failure | null = null,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockRun(tx, run)
    await endRun(tx, run, state, failure)
    await notifyChange(tx, { kind: 'run', id: run.id })
    const detail = failure ? { state, code: failure.code } : { state }
    await appendAudit(tx, { actor: 'system', action: 'run.end', subject: run.id, app: run.app, detail })
  })
}

/** Makes settlements of people whose rows are locked. Nobody it leaves out is lost: they come again. */
export type Settle = (tx: Tx, standings: Standing[]) => Promise<Settlement[]>

const batchSize = 1_000

/**
 * Settles all who are still pending, a thousand in a transaction: connections, proposals, items, counts and one
 * audit entry, together. Answers with how many could not be settled and have to be looked at anew.
 *
 * @throws RunLost, RunCancelled
 */
export async function settlePending(
  db: Db,
  run: TakenRun,
  settle: Settle,
  { announce, signal }: { announce: () => boolean; signal: AbortSignal },
): Promise<number> {
  let left = 0
  for (let after = ''; ; ) {
    signal.throwIfAborted()
    const batch = await unlessTaken(() =>
      db.transaction().execute((tx) => settleBatch(tx, run, settle, after, announce)),
    )
    if (batch.last === undefined) return left
    left += batch.left
    after = batch.last
  }
}

async function settleBatch(tx: Tx, run: TakenRun, settle: Settle, after: string, announce: () => boolean) {
  const { cancel_requested: cancelled } = await lockRun(tx, run)
  if (cancelled) throw new RunCancelled()
  const items = await tx
    .selectFrom('run_item')
    .select('account_id')
    .where('run_id', '=', run.id)
    .where('outcome', '=', 'pending')
    .where('account_id', '>', after)
    .orderBy('account_id')
    .limit(batchSize)
    .execute()
  const ids = items.map((item) => item.account_id)
  const last = ids.at(-1)
  if (last === undefined) return { left: 0, last }

  const standings = await lockStandings(tx, run.app, ids)
  const wanted = await settle(tx, standings)
  const settled = run.dry_run ? wanted : await writeSettlements(tx, run.app, standings, wanted)
  await writeItems(tx, run.id, settled)
  await count(tx, run.id, settled)
  if (announce()) await notifyChange(tx, { kind: 'run', id: run.id })
  if (!run.dry_run) await record(tx, run, settled)
  return { left: ids.length - settled.length, last }
}

/** Somebody connected one of the accounts in the same moment: the batch begins again and sees it. */
async function unlessTaken<T>(batch: () => Promise<T>): Promise<T> {
  try {
    return await batch()
  } catch (error) {
    if (isAccountTaken(error)) return unlessTaken(batch)
    throw error
  }
}

/** Holds the run's row to the end of the transaction, if it is still ours. @throws RunLost */
async function lockRun(tx: Tx, { id, fence }: TakenRun): Promise<Pick<RunRow, 'cancel_requested'>> {
  const run = await tx
    .selectFrom('run')
    .select('cancel_requested')
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('state', '=', 'running')
    .forUpdate()
    .executeTakeFirst()
  if (!run) throw new RunLost()
  return run
}

async function writeItems(tx: Tx, runId: string, settlements: readonly Settlement[]): Promise<void> {
  const rows = settlements.map(({ accountId, outcome, externalId, login, evidence, failure }) => ({
    account_id: accountId,
    outcome,
    external_id: externalId,
    login,
    evidence,
    failure,
  }))
  // The items are there: it is an update that finds each of them by its key whatever the statistics say.
  await sql`
    insert into run_item (run_id, account_id, outcome, external_id, login, evidence, failure)
    select ${runId}::uuid, done.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as done (
      account_id text, outcome text, external_id text, login text, evidence jsonb, failure jsonb)
    on conflict (run_id, account_id) do update set outcome = excluded.outcome,
      external_id = excluded.external_id, login = excluded.login, evidence = excluded.evidence,
      failure = excluded.failure`.execute(tx)
}

async function count(tx: Tx, runId: string, settlements: readonly Settlement[]): Promise<void> {
  const of = (outcome: Settlement['outcome']) =>
    settlements.filter((settlement) => settlement.outcome === outcome).length
  await tx
    .updateTable('run')
    .set((eb) => ({
      connected: eb('connected', '+', of('connected')),
      unchanged: eb('unchanged', '+', of('unchanged')),
      needs_mapping: eb('needs_mapping', '+', of('needs_mapping')),
      failed: eb('failed', '+', of('failed')),
      skipped: eb('skipped', '+', of('skipped')),
    }))
    .where('id', '=', runId)
    .execute()
}

/** Whose connection changed, and with which account: the record does not depend on the rows it speaks of. */
async function record(tx: Tx, run: TakenRun, settlements: readonly Settlement[]): Promise<void> {
  const changes = settlements.flatMap(({ accountId, externalId, next }) =>
    next ? [{ status: next.status, person: [accountId, externalId] }] : [],
  )
  if (changes.length === 0) return
  const people = Object.fromEntries(
    [...Map.groupBy(changes, ({ status }) => status)].map(([status, list]) => [
      status,
      list.map(({ person }) => person),
    ]),
  )
  const { id, app, action, created_by: actor } = run
  const detail = { action, changed: changes.length, people }
  await appendAudit(tx, { actor, action: 'run.batch', subject: id, app, detail })
}
