import { type Expression, type ExpressionBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { type FailureCode, failureCodes } from '../../contract/failure.ts'
import type { StaffFilter } from '../../contract/routes/shapes.ts'
import { type App, apps, type ConnectionStatus, failedStatuses } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'
import type { Tables } from '../db/tables.ts'

type Filtered = ExpressionBuilder<Tables, 'staff_member'>

/**
 * The people that match a filter, as a where-clause for a query from `staff_member`:
 *
 * ```ts
 * db.selectFrom('staff_member').select('account_id').where(matchingStaff(filter))
 * ```
 *
 * Everything given must hold. `status` is about `app`, otherwise about any app; `not_connected` without an app
 * means connected nowhere, not even waiting. `app` alone finds whom the app knows: any status but
 * `not_connected`. `failure` looks at all apps, unless it is an app's name. Words of `search` are found anywhere
 * in name, email, aliases and account id, without regard to case and accents.
 * The staff list evaluates the same filter in memory (staff-index.ts); a property test holds the two together.
 */
export function matchingStaff(filter: StaffFilter): (eb: Filtered) => Expression<SqlBool> {
  return (eb) => {
    const { search, group, team, active, failure } = filter
    const conditions: Expression<SqlBool>[] = []
    if (group !== undefined) conditions.push(sql<SqlBool>`${group} = any (staff_member.groups)`)
    if (team !== undefined) conditions.push(sql<SqlBool>`${team} = any (staff_member.teams)`)
    if (active !== undefined) conditions.push(eb('active', '=', active === 'true'))
    const status = statusCondition(eb, filter)
    if (status) conditions.push(status)
    if (failure !== undefined) conditions.push(failureCondition(eb, failure))
    if (search !== undefined)
      conditions.push(
        sql<SqlBool>`(select bool_and(strpos(staff_member.search_text, word) > 0)
          from unnest(search_words(${search.normalize('NFC')})) as word) is not false`,
      )
    return eb.and(conditions)
  }
}

/** The same as a step: `applyStaffFilter(db.selectFrom('staff_member').select('account_id'), filter)`. */
export function applyStaffFilter<O>(
  query: SelectQueryBuilder<Tables, 'staff_member', O>,
  filter: StaffFilter,
): SelectQueryBuilder<Tables, 'staff_member', O> {
  return query.where(matchingStaff(filter))
}

/** The parts of a search as the database compares them: unaccented, lower case. */
export async function searchWords(db: Db, search: string): Promise<string[]> {
  const { rows } = await sql<{ words: string[] }>`
    select search_words(${search.normalize('NFC')}) as words`.execute(db)
  return rows[0]?.words ?? []
}

function statusCondition(eb: Filtered, { app, status }: StaffFilter): Expression<SqlBool> | undefined {
  if (app === undefined && status === undefined) return undefined
  const known = connectionsOf(eb).where('status', '!=', 'not_connected')
  if (app === undefined) {
    if (status === 'not_connected') return eb.not(eb.exists(known))
    return eb.exists(connectionsOf(eb).where('status', '=', status as ConnectionStatus))
  }
  if (status === undefined) return eb.exists(known.where('app', '=', app))
  if (status === 'not_connected') return eb.not(eb.exists(known.where('app', '=', app)))
  return eb.exists(connectionsOf(eb).where('app', '=', app).where('status', '=', status))
}

function failureCondition(eb: Filtered, failure: 'any' | App | FailureCode): Expression<SqlBool> {
  if (isFailureCode(failure)) return eb.exists(connectionsOf(eb).where('failure_code', '=', failure))
  const failed = connectionsOf(eb).where('status', 'in', failedStatuses)
  return eb.exists(isApp(failure) ? failed.where('app', '=', failure) : failed)
}

function connectionsOf(eb: Filtered) {
  return eb
    .selectFrom('connection')
    .select(sql`1`.as('one'))
    .whereRef('connection.account_id', '=', 'staff_member.account_id')
}

function isFailureCode(value: string): value is FailureCode {
  return (failureCodes as readonly string[]).includes(value)
}

function isApp(value: string): value is App {
  return (apps as readonly string[]).includes(value)
}
