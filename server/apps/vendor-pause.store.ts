import { sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'

/** Waiting times that vendors asked for; on the database's clock and rows, so that all workers obey them. */
export function vendorPauses(db: Db) {
  return {
    /** Until when not to call; null when calling is fine. */
    async until(app: App, host: string, resource: string): Promise<Date | null> {
      const pause = await db
        .selectFrom('vendor_pause')
        .select('until')
        .where('app', '=', app)
        .where('host', '=', host)
        .where('resource', '=', resource)
        .where('until', '>', sql<Date>`clock_timestamp()`)
        .executeTakeFirst()
      return pause?.until ?? null
    },

    /**
     * Lengthens a pause; a shorter one does not shorten it. `until` is by this worker's clock: where that is
     * behind the database's by a second or more, the pause is kept as much later.
     */
    async pause(app: App, host: string, resource: string, told: Date, reason: string): Promise<void> {
      const until = sql<Date>`${told}::timestamptz + make_interval(
        secs => greatest(0, floor(extract(epoch from clock_timestamp() - ${new Date()}::timestamptz)))::integer)`
      await db
        .insertInto('vendor_pause')
        .values({ app, host, resource, until, reason })
        .onConflict((conflict) =>
          conflict
            .columns(['app', 'host', 'resource'])
            .doUpdateSet({ until: (is) => is.ref('excluded.until'), reason })
            .whereRef('vendor_pause.until', '<', 'excluded.until'),
        )
        .execute()
    },
  }
}

export async function deleteEndedPauses(db: Db): Promise<void> {
  await db.deleteFrom('vendor_pause').where('until', '<', sql<Date>`clock_timestamp()`).execute()
}
