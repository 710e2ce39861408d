import { type SelectQueryBuilder, sql } from 'kysely'
import { failedStatuses } from '../../contract/words.ts'
import type { Standing } from '../connections/connections.ts'
import type { Db } from '../db/handle.ts'
import type { Tables } from '../db/tables.ts'
import { matchingStaff } from '../staff/filter.store.ts'
import type { RunWish } from './runs.ts'

type Chosen = Pick<RunWish, 'app' | 'action' | 'selection'>

/**
 * The people a run is about, as a query from `staff_member` without columns: who is selected, and of these for
 * `retry` only whose connection failed or needs mapping, for `accept` only who has proposals.
 */
export function chosenPeople(
  db: Db,
  { app, action, selection }: Chosen,
): SelectQueryBuilder<Tables, 'staff_member', object> {
  const people =
    'accountIds' in selection
      ? db
          .selectFrom('staff_member')
          .where('staff_member.account_id', '=', sql<string>`any (${selection.accountIds}::text[])`)
      : db.selectFrom('staff_member').where(matchingStaff(selection.filter))
  if (action === 'retry')
    return people.where((eb) =>
      eb.exists(
        eb
          .selectFrom('connection')
          .select(sql`1`.as('one'))
          .whereRef('connection.account_id', '=', 'staff_member.account_id')
          .where('connection.app', '=', app)
          .where('connection.status', 'in', failedStatuses),
      ),
    )
  if (action === 'accept')
    return people.where((eb) =>
      eb.exists(
        eb
          .selectFrom('proposal')
          .select(sql`1`.as('one'))
          .whereRef('proposal.account_id', '=', 'staff_member.account_id')
          .where('proposal.app', '=', app),
      ),
    )
  return people
}

/** Writes an item for each of them, as one statement. Answers with how many there are. */
export async function insertItems(tx: Db, runId: string, chosen: Chosen): Promise<number> {
  const people = chosenPeople(tx, chosen).select([sql<string>`${runId}::uuid`.as('run_id'), 'account_id'])
  const inserted = await tx
    .insertInto('run_item')
    .columns(['run_id', 'account_id'])
    .expression(people)
    .executeTakeFirst()
  return Number(inserted.numInsertedOrUpdatedRows ?? 0)
}

/** How many people there are of each standing that matters for what an action leaves alone. */
export async function countStandings(
  db: Db,
  chosen: Chosen,
): Promise<(Pick<Standing, 'active' | 'status' | 'origin' | 'externalId'> & { count: number })[]> {
  const rows = await chosenPeople(db, chosen)
    .leftJoin('connection', (join) =>
      join
        .onRef('connection.account_id', '=', 'staff_member.account_id')
        .on('connection.app', '=', chosen.app),
    )
    .select(['staff_member.active', 'connection.status', 'connection.origin'])
    .select(sql<string | null>`case when external_id is not null then 'some' end`.as('externalId'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .groupBy(['staff_member.active', 'connection.status', 'connection.origin', sql`4`])
    .execute()
  return rows.map((row) => ({ ...row, status: row.status ?? 'not_connected' }))
}

/** The account ids that nobody on the roster has. */
export async function unknownAccountIds(db: Db, accountIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${accountIds}::text[]) id
    where not exists (select 1 from staff_member where account_id = id)
    order by id`.execute(db)
  return rows.map((row) => row.id)
}
