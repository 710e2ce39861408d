import { type App, openRunStates } from '../../contract/words.ts'
import type { Tx } from '../db/handle.ts'
import { notifyChange } from '../db/notify.ts'
import { endRun } from '../runs/runs.store.ts'

/** Ends the app's runs at once: a worker in the middle of one is refused from its next batch on. */
export async function cancelRunsOfApp(tx: Tx, app: App): Promise<void> {
  const open = await tx
    .selectFrom('run')
    .select(['id', 'app'])
    .where('app', '=', app)
    .where('state', 'in', openRunStates)
    .forUpdate()
    .execute()
  for (const run of open) {
    await endRun(tx, run, 'cancelled', null)
    await notifyChange(tx, { kind: 'run', id: run.id })
  }
}
