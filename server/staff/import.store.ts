import { sql } from 'kysely'
import type { Tx } from '../db/handle.ts'
import type { RosterColumn, RosterPerson } from './roster-row.ts'

/**
 * The rows of a file lie in a temporary table while they are compared with each other and with the roster, so
 * that neither the file's size nor the roster's decides how much memory an import takes.
 */
export async function openStaging(tx: Tx): Promise<void> {
  await sql`create temporary table roster_row (
    line integer not null, account_id text not null, display_name text not null, email text,
    aliases text[], groups text[], teams text[], active boolean
  ) on commit drop`.execute(tx)
  // The planner has no statistics of rows that were just written and may take many for few; then a nested loop
  // runs for minutes where a hash join takes a second.
  await sql`set local enable_nestloop = off`.execute(tx)
}

export async function stageRows(
  tx: Tx,
  rows: readonly { line: number; person: RosterPerson }[],
): Promise<void> {
  const values = JSON.stringify(rows.map(({ line, person }) => ({ line, ...person })))
  await sql`insert into roster_row select * from json_to_recordset(${values}::json) as row (
    line integer, account_id text, display_name text, email text,
    aliases text[], groups text[], teams text[], active boolean
  )`.execute(tx)
}

/** Takes out rows that say different things about one account id; of rows that say the same one stays. */
export async function takeContradictions(tx: Tx): Promise<{ accountId: string; lines: number[] }[]> {
  const repeated = sql`account_id in (select account_id from roster_row group by account_id having count(*) > 1)`
  await sql`delete from roster_row where line in (
    select line from (
      select line, row_number() over (
        partition by account_id, display_name, email, aliases, groups, teams, active order by line) as nth
      from roster_row where ${repeated}) as numbered
    where nth > 1)`.execute(tx)
  const { rows } = await sql<{ accountId: string; lines: number[] }>`
    with taken as (
      delete from roster_row where ${repeated} returning account_id, line)
    select account_id as "accountId", array_agg(line order by line) as lines from taken group by account_id
  `.execute(tx)
  return rows
}

/**
 * Adds and changes people; columns that the file does not have keep their values, and rows that say what the
 * roster says already are not written. In the order of account ids, so that two imports at once wait for each
 * other instead of for ever.
 */
export async function writePeople(
  tx: Tx,
  columns: readonly RosterColumn[],
): Promise<{ taken: number; added: number; changed: number }> {
  const given = sql.join(columns.map((column) => sql.ref(column)))
  const fromFile = sql.join(columns.map((column) => sql.ref(`roster_row.${column}`)))
  const values = columns.filter((column) => column !== 'account_id')
  const ours = sql.join(values.map((column) => sql.ref(`staff_member.${column}`)))
  const theirs = sql.join(values.map((column) => sql.ref(`roster_row.${column}`)))
  const set = sql.join(values.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`))
  const { rows } = await sql<{ taken: number; added: number; changed: number }>`
    with written as (
      insert into staff_member (${given})
      select ${fromFile} from roster_row left join staff_member using (account_id)
      where staff_member.account_id is null or (${ours}) is distinct from (${theirs})
      order by roster_row.account_id
      on conflict (account_id) do update set ${set}, updated_at = now()
      -- The row's own mark tells an insert from an update.
      returning (xmax = 0) as added)
    select (select count(*) from roster_row) as taken, count(*) filter (where added) as added,
      count(*) filter (where not added) as changed
    from written
  `.execute(tx)
  const [counts] = rows
  if (!counts) throw new Error('A count answered with no row')
  return counts
}

export interface SharedEmail {
  line: number
  accountId: string
  email: string
  /** The other person, and where the file has them; null when only the roster does. */
  otherName: string
  otherLine: number | null
}

/**
 * People of the file whose email is also that of somebody before them in the file or, for the first of them,
 * of somebody who is only on the roster.
 */
export async function sharedEmails(tx: Tx): Promise<SharedEmail[]> {
  const { rows } = await sql<SharedEmail>`
    with owner as (
      select lower(m.email) as address, m.account_id, m.display_name, m.email, f.line
      from staff_member m left join roster_row f on f.account_id = m.account_id
      where lower(m.email) in (select lower(email) from staff_member group by 1 having count(*) > 1)),
    first as (select distinct on (address) * from owner where line is not null order by address, line),
    outsider as (select distinct on (address) * from owner where line is null order by address, account_id)
    select owner.line, owner.account_id as "accountId", owner.email,
      coalesce(before.display_name, outsider.display_name) as "otherName", before.line as "otherLine"
    from owner
    left join first as before on before.address = owner.address and before.line < owner.line
    left join outsider on outsider.address = owner.address
    where owner.line is not null and (before.line is not null or outsider.address is not null)
    order by owner.line`.execute(tx)
  return rows
}
