import { type SqlBool, sql } from 'kysely'
import type { Selection } from '../../contract/routes/shapes.ts'
import type { App } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'
import { matchingStaff } from '../staff/filter.store.ts'

/** The people of a map file by name; without a selection everybody active who is not connected. */
export async function peopleOf(db: Db, app: App, selection: Selection | undefined): Promise<string[]> {
  const staff = db.selectFrom('staff_member').select('account_id')
  const rows = await chosen().orderBy(sql`display_name collate people`).orderBy('account_id').execute()
  return rows.map((row) => row.account_id)

  function chosen() {
    if (!selection) return staff.where('active', '=', true).where(notConnected(app))
    if ('filter' in selection) return staff.where(matchingStaff(selection.filter))
    return staff.where('account_id', '=', sql<string>`any (${selection.accountIds}::text[])`)
  }
}

function notConnected(app: App) {
  return sql<SqlBool>`not exists (select from connection c
    where c.account_id = staff_member.account_id and c.app = ${app} and c.status = 'connected')`
}
