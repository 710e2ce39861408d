import { sql } from 'kysely'
import type { Failure } from '../../contract/failure.ts'
import type { AccountKind, App, ConnectionStatus } from '../../contract/words.ts'
import { organizationOf } from '../connections/connections.store.ts'
import type { Db, Tx } from '../db/handle.ts'
import type { MapRow } from './csv.ts'
import type { Account, Person, World } from './decision.ts'
import { wishOf } from './wish.ts'

/*
 * Everything is looked up by key, for each of up to 50,000 rows: lateral, so that missing statistics never turn
 * it into a join that reads whole tables.
 */

/** The people and accounts that rows speak of. */
export async function loadWorld(db: Db, app: App, rows: readonly MapRow[]): Promise<World> {
  const asking = rows.filter(({ cells }) => cells.action || cells.external_login || cells.external_id)
  const accepting = asking.filter((row) => wishOf(row) === 'accept')
  const proposals = await loadProposals(db, app, unique(accepting.map(({ cells }) => cells.account_id)))
  const people = new Map<string, Person>()
  for (const ids of pieces(unique(asking.map(({ cells }) => cells.account_id))))
    for (const person of await loadPeople(db, app, ids)) {
      const proposed = proposals.get(person.accountId) ?? []
      people.set(person.accountId, { ...person, proposals: proposed })
    }

  const accounts = new Map<string, Account>()
  const take = (found: readonly Account[]) => {
    for (const account of found)
      if (!accounts.has(account.externalId)) accounts.set(account.externalId, account)
  }
  for (const ids of pieces(unique(asking.map(({ cells }) => cells.external_id))))
    take(await loadAccounts(db, app, { externalIds: ids }))
  const logins = [
    ...asking.map(({ cells }) => cells.external_login.replace(/^@/, '')),
    ...accepting.map(({ cells }) => cells.suggested_login),
  ]
  for (const some of pieces(unique(logins))) take(await loadAccounts(db, app, { logins: some }))
  return {
    app,
    organization: await organizationOf(db, app),
    people,
    accounts,
    logins: Map.groupBy(accounts.values(), ({ login }) => login.toLowerCase()),
  }
}

/** So many at a time that other requests get their turn in between. */
function pieces(values: readonly string[]): string[][] {
  const size = 5_000
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) =>
    values.slice(at * size, (at + 1) * size),
  )
}

function unique(values: string[]): string[] {
  return [...new Set(values.filter((value) => value !== ''))]
}

/** External ids by account id, likeliest first. */
async function loadProposals(
  db: Db,
  app: App,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  const { rows } = await sql<{ accountId: string; proposals: string[] }>`
    select account_id as "accountId", array_agg(external_id order by rank) as proposals
    from proposal where app = ${app} and account_id = any (${accountIds}::text[])
    group by account_id`.execute(db)
  return new Map(rows.map(({ accountId, proposals }) => [accountId, proposals]))
}

async function loadPeople(
  db: Db,
  app: App,
  accountIds: readonly string[],
): Promise<Omit<Person, 'proposals'>[]> {
  const { rows } = await sql<Omit<Person, 'proposals'>>`
    select m.account_id as "accountId", m.display_name as "displayName", m.active,
      coalesce(c.status, 'not_connected') as status, c.origin, c.external_id as "externalId",
      coalesce(a.login, c.login) as login, c.failure_code as "failureCode"
    from unnest(${accountIds}::text[]) id
    cross join lateral (select * from staff_member where account_id = id limit 1) m
    left join lateral (select * from connection where account_id = id and app = ${app} limit 1) c on true
    left join lateral (
      select login from external_account where app = ${app} and external_id = c.external_id limit 1) a on true
  `.execute(db)
  return rows
}

async function loadAccounts(
  db: Db,
  app: App,
  { externalIds = [], logins = [] }: { externalIds?: readonly string[]; logins?: readonly string[] },
): Promise<Account[]> {
  const { rows } = await sql<{
    externalId: string
    login: string
    kind: AccountKind
    suspended: boolean
    holderId: string | null
    holderName: string | null
  }>`
    with found as (
      select a.* from unnest(${externalIds}::text[]) id cross join lateral (
        select * from external_account where app = ${app} and external_id = id limit 1) a
      union
      select a.* from unnest(${logins}::text[]) wanted cross join lateral (
        select * from external_account where app = ${app} and lower(login) = lower(wanted)) a)
    select found.external_id as "externalId", login, kind, suspended,
      h.account_id as "holderId", m.display_name as "holderName"
    from found
    left join lateral (
      select account_id from connection where app = ${app} and external_id = found.external_id limit 1) h on true
    left join lateral (select display_name from staff_member where account_id = h.account_id limit 1) m on true
  `.execute(db)
  return rows.map(({ externalId, login, kind, suspended, holderId, holderName }) => ({
    externalId,
    login,
    unusable: suspended ? 'is suspended' : kind === 'human' ? null : 'is not a person’s account',
    holder: holderId === null ? null : { accountId: holderId, displayName: holderName ?? holderId },
  }))
}

/** What a row of a map file shows of somebody. */
export interface Shown {
  accountId: string
  displayName: string
  email: string | null
  status: ConnectionStatus
  failure: Failure | null
  login: string | null
  suggested: { login: string; reasons: string[] } | null
}

/** These people as they are now, in the order of the ids; ids of nobody are left out. */
export async function loadShown(db: Db, app: App, accountIds: readonly string[]): Promise<Shown[]> {
  const { rows } = await sql<
    Omit<Shown, 'suggested'> & { proposed: string | null; reasons: string[] | null }
  >`
    select m.account_id as "accountId", m.display_name as "displayName", m.email,
      coalesce(c.status, 'not_connected') as status, c.failure, coalesce(a.login, c.login) as login,
      s.login as proposed, s.reasons
    from unnest(${accountIds}::text[]) with ordinality as wanted (id, at)
    cross join lateral (select * from staff_member where account_id = id limit 1) m
    left join lateral (select * from connection where account_id = id and app = ${app} limit 1) c on true
    left join lateral (
      select login from external_account where app = ${app} and external_id = c.external_id limit 1) a on true
    left join lateral (
      select account.login, p.reasons from proposal p
      join external_account account on account.app = p.app and account.external_id = p.external_id
      where p.account_id = id and p.app = ${app} order by p.rank limit 1) s on true
    order by at`.execute(db)
  return rows.map(({ proposed, reasons, ...person }) => ({
    ...person,
    suggested: proposed === null ? null : { login: proposed, reasons: reasons ?? [] },
  }))
}

/** An account that was given to somebody is no longer likely for others, nor refused to them. */
export async function forgetProposals(
  tx: Tx,
  app: App,
  given: readonly { accountId: string; externalId: string }[],
): Promise<void> {
  const ids = given.map(({ externalId }) => externalId)
  await sql`delete from proposal where app = ${app} and external_id = any (${ids}::text[])`.execute(tx)
  const people = given.map(({ accountId }) => accountId)
  await sql`
    delete from proposal_rejection using unnest(${people}::text[], ${ids}::text[]) as given (person, account)
    where app = ${app} and account_id = given.person and external_id = given.account`.execute(tx)
}
