import type { App } from '../../contract/words.ts'
import type { Db, Tx } from '../db/handle.ts'
import type { ConnectionCounts } from './present-app.ts'

/** How many people are connected, failed and need mapping, by app; apps without any are absent. */
export async function countConnections(db: Db): Promise<Map<App, ConnectionCounts>> {
  const rows = await db
    .selectFrom('connection')
    .select((count) => [
      'app',
      count.fn.countAll<number>().filterWhere('status', '=', 'connected').as('connected'),
      count.fn.countAll<number>().filterWhere('status', '=', 'failed').as('failed'),
      count.fn.countAll<number>().filterWhere('status', '=', 'needs_mapping').as('needsMapping'),
    ])
    .groupBy('app')
    .execute()
  return new Map(rows.map(({ app, ...counts }) => [app, counts]))
}

/**
 * Forgets the app's people: their connections and proposals. What they themselves decided stays: who said no,
 * and which account is not theirs.
 *
 * @returns how many were connected
 */
export async function disconnectEverybody(tx: Tx, app: App): Promise<number> {
  const removed = await tx
    .deleteFrom('connection')
    .where('app', '=', app)
    .where('status', '<>', 'opted_out')
    .returning('status')
    .execute()
  await tx.deleteFrom('proposal').where('app', '=', app).execute()
  return removed.filter((connection) => connection.status === 'connected').length
}
