import { sql } from 'kysely'
import type { Failure } from '../../contract/failure.ts'
import { type App, openRunStates } from '../../contract/words.ts'
import type { Tx } from '../db/handle.ts'
import { notifyChange } from '../db/notify.ts'

/**
 * Ends the app's runs at once: people whose turn has not come are skipped, and the raised fence refuses
 * whatever a worker in the middle of it still writes.
 */
export async function cancelRunsOfApp(tx: Tx, app: App): Promise<void> {
  const failure: Failure = {
    code: 'run_cancelled',
    step: 'match',
    at: new Date().toISOString(),
    details: { app },
    evidence: {},
  }
  const open = await tx
    .updateTable('run')
    .set({
      state: 'cancelled',
      stage: '',
      cancel_requested: true,
      fence: sql<number>`fence + 1`,
      waiting_until: null,
      finished_at: sql<Date>`now()`,
    })
    .where('app', '=', app)
    .where('state', 'in', [...openRunStates])
    .returning('id')
    .execute()
  for (const { id } of open) {
    const { numUpdatedRows } = await tx
      .updateTable('run_item')
      .set({ outcome: 'skipped', failure: JSON.stringify(failure) })
      .where('run_id', '=', id)
      .where('outcome', '=', 'pending')
      .executeTakeFirstOrThrow()
    await tx
      .updateTable('run')
      .set({ skipped: sql<number>`skipped + ${Number(numUpdatedRows)}` })
      .where('id', '=', id)
      .execute()
    await notifyChange(tx, { kind: 'run', id })
  }
}
