import { sql } from 'kysely'
import type { Failure } from '../../contract/failure.ts'
import { type ItemOutcome, openRunStates } from '../../contract/words.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Db, Tx } from '../db/handle.ts'
import { notifyChange } from '../db/notify.ts'
import type { Sender } from '../jobs/queue.ts'
import { type ItemRow, isOpen, type RunRow } from './present-run.ts'
import { canonicalSelection, type RunWish, selectionKey } from './runs.ts'

/**
 * Writes the run, its job and its audit entry together; the same wish under way is answered with that run.
 * `selected` is how many people it is about now; the worker counts again when the run's turn comes.
 */
export async function startRun(
  db: Db,
  queue: Sender,
  wish: RunWish & { selected?: number },
  by: string,
): Promise<{ id: string; alreadyUnderWay: boolean }> {
  const { app, action, dryRun, selected } = wish
  const selection = canonicalSelection(wish.selection)
  const key = selectionKey(wish)
  const started = await db.transaction().execute(async (tx) => {
    const run = await tx
      .insertInto('run')
      .values({
        app,
        action,
        dry_run: dryRun,
        selection: JSON.stringify(selection),
        selection_key: key,
        selected,
        state: 'queued',
        stage: 'Waiting for a worker',
        created_by: by,
      })
      .onConflict((conflict) =>
        conflict.column('selection_key').where('state', 'in', openRunStates).doNothing(),
      )
      .returning('id')
      .executeTakeFirst()
    if (!run) return undefined
    await queue.enqueue(tx, 'run', { runId: run.id }, { singletonKey: app })
    await notifyChange(tx, { kind: 'run', id: run.id })
    const detail = { action, dryRun, selection: inShort(selection) }
    await appendAudit(tx, { actor: by, action: 'run.start', subject: run.id, app, detail })
    return { id: run.id, alreadyUnderWay: false }
  })
  if (started) return started
  const underWay = await db
    .selectFrom('run')
    .select('id')
    .where('selection_key', '=', key)
    .where('state', 'in', openRunStates)
    .executeTakeFirst()
  // It ended between the two looks: then ours can be started.
  return underWay ? { id: underWay.id, alreadyUnderWay: true } : startRun(db, queue, wish, by)
}

/** Ten thousand ids would make the audit log unreadable; the run's items have them. */
function inShort(selection: RunWish['selection']) {
  if ('filter' in selection) return selection
  const { length } = selection.accountIds
  return length > 20 ? { accountIds: `${length} people` } : selection
}

export async function findRun(db: Db, id: string): Promise<RunRow | undefined> {
  return db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function openRuns(db: Db): Promise<RunRow[]> {
  return db.selectFrom('run').selectAll().where('state', 'in', openRunStates).orderBy('created_at').execute()
}

/** A page of runs, newest first. The cursor is the last one's id. */
export async function listRuns(
  db: Db,
  { limit, cursor, open }: { limit: number; cursor?: string; open?: boolean },
): Promise<{ rows: RunRow[]; nextCursor: string | null; total: number }> {
  const runs = db
    .selectFrom('run')
    .$if(open === true, (query) => query.where('state', 'in', openRunStates))
    .$if(open === false, (query) => query.where('state', 'not in', openRunStates))
  const { total } = await runs.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await runs
    .$if(cursor !== undefined, (query) =>
      query.where(
        sql<boolean>`(created_at, id) < (select created_at, id from run where id::text = ${cursor})`,
      ),
    )
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const page = rows.slice(0, limit)
  return { rows: page, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null, total }
}

/** A page of a run's people, by account id, which is also the cursor. */
export async function listItems(
  db: Db,
  runId: string,
  { limit, cursor, outcome }: { limit: number; cursor?: string; outcome?: ItemOutcome },
): Promise<{ rows: ItemRow[]; nextCursor: string | null }> {
  const rows = await db
    .selectFrom('run_item as item')
    .leftJoin('staff_member as person', 'person.account_id', 'item.account_id')
    .selectAll('item')
    .select(['person.display_name', 'person.email'])
    .where('run_id', '=', runId)
    .$if(outcome !== undefined, (query) => query.where('outcome', '=', outcome as ItemOutcome))
    .$if(cursor !== undefined, (query) => query.where('item.account_id', '>', cursor as string))
    .orderBy('item.account_id')
    .limit(limit + 1)
    .execute()
  const page = rows.slice(0, limit)
  return { rows: page, nextCursor: rows.length > limit ? (page.at(-1)?.account_id ?? null) : null }
}

/**
 * Cancels a run. One that no worker has in hand ends at once; a worker notices within a batch. A run that has
 * ended stays as it ended.
 */
export async function cancelRun(db: Db, id: string, by: string): Promise<RunRow | undefined> {
  return db.transaction().execute(async (tx) => {
    const run = await tx.selectFrom('run').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
    if (!run || !isOpen(run) || run.cancel_requested) return run
    if (run.state === 'running')
      await tx.updateTable('run').set({ cancel_requested: true }).where('id', '=', id).execute()
    else await endRun(tx, run, 'cancelled', null)
    await notifyChange(tx, { kind: 'run', id })
    await appendAudit(tx, { actor: by, action: 'run.cancel', subject: id, app: run.app })
    return tx.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  })
}

const stages = { finished: 'Finished', cancelled: 'Cancelled', stopped: 'Stopped' }

/** Ends a run whose row is locked. Whoever was not decided about is counted as skipped, with the reason. */
export async function endRun(
  tx: Tx,
  { id, app }: Pick<RunRow, 'id' | 'app'>,
  state: 'finished' | 'cancelled' | 'stopped',
  failure: Failure | null,
): Promise<void> {
  const why: Failure = {
    code: state === 'cancelled' ? 'run_cancelled' : 'run_stopped_app_fault',
    step: failure?.step ?? 'match',
    at: new Date().toISOString(),
    details: { app },
    evidence: {},
  }
  const { numAffectedRows: left = 0n } = await sql`
    update run_item set outcome = 'skipped', failure = jsonb_set(${JSON.stringify(why)}::jsonb,
      '{details,person}', to_jsonb(coalesce(
        (select display_name from staff_member where account_id = run_item.account_id), account_id)))
    where run_id = ${id} and outcome = 'pending'`.execute(tx)
  await tx
    .updateTable('run')
    .set((eb) => ({
      state,
      stage: stages[state],
      failure: failure && JSON.stringify(failure),
      skipped: eb('skipped', '+', Number(left)),
      waiting_until: null,
      finished_at: sql<Date>`clock_timestamp()`,
    }))
    .where('id', '=', id)
    .execute()
}
