import { type Selectable, sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import type { Db, Tx } from '../db/handle.ts'
import type { ConnectionTable } from '../db/tables.ts'
import { noConnection, type Settlement, type Standing } from './connections.ts'
import type { OpenProposal } from './settle.ts'

/*
 * Rows are looked up by key here, one for each of a thousand people. While a table fills up for the first time
 * its statistics do not exist yet, and a plain join would read all of it for every batch: so the look-ups are
 * lateral subqueries that cannot be turned into joins, and writes go through ON CONFLICT.
 */

/**
 * The people and their connections, ordered by account id and locked to the end of the transaction where a row
 * exists, so that what is decided from them is still true when it is written.
 */
export async function lockStandings(tx: Tx, app: App, accountIds: readonly string[]): Promise<Standing[]> {
  const ids = [...accountIds].sort()
  const { rows: connections } = await sql<Selectable<ConnectionTable>>`
    select connection.* from unnest(${ids}::text[]) id
    cross join lateral (
      select * from connection where account_id = id and app = ${app} for update
    ) connection`.execute(tx)
  const stored = new Map(connections.map((row) => [row.account_id, row]))
  const people = await tx
    .selectFrom('staff_member')
    .select(['account_id as accountId', 'display_name as displayName', 'active'])
    .where('account_id', '=', sql<string>`any (${ids}::text[])`)
    .orderBy('account_id')
    .execute()
  return people.map((person) => ({ ...person, ...connectionOf(stored.get(person.accountId)) }))
}

function connectionOf(row: Selectable<ConnectionTable> | undefined) {
  if (!row) return { ...noConnection, status: 'not_connected', failure: null, stored: false } as const
  const { status, origin, external_id, login, evidence, failure, connected_by, connected_at } = row
  return {
    status,
    origin,
    externalId: external_id,
    login,
    evidence,
    failure,
    connectedBy: connected_by,
    connectedAt: connected_at?.toISOString() ?? null,
    stored: true,
  }
}

/** Who has which of these accounts. */
export async function holdersOf(
  db: Db,
  app: App,
  externalIds: readonly string[],
): Promise<Map<string, { accountId: string; displayName: string }>> {
  const { rows } = await sql<{ externalId: string; accountId: string; displayName: string }>`
    select id as "externalId", account_id as "accountId", display_name as "displayName"
    from unnest(${externalIds}::text[]) id
    cross join lateral (
      select account_id from connection where app = ${app} and external_id = id limit 1
    ) holder
    join staff_member using (account_id)`.execute(db)
  return new Map(rows.map(({ externalId, ...holder }) => [externalId, holder]))
}

/** Which accounts were said not to be theirs. */
export async function rejectionsOf(
  db: Db,
  app: App,
  accountIds: readonly string[],
): Promise<{ accountId: string; externalId: string }[]> {
  return db
    .selectFrom('proposal_rejection')
    .select(['account_id as accountId', 'external_id as externalId'])
    .where('app', '=', app)
    .where('account_id', '=', sql<string>`any (${accountIds}::text[])`)
    .execute()
}

/** The proposals of these people, likeliest first, with what has become of the accounts. */
export async function openProposals(
  db: Db,
  app: App,
  accountIds: readonly string[],
): Promise<Map<string, OpenProposal[]>> {
  const { rows } = await sql<{
    accountId: string
    externalId: string
    login: string | null
    name: string | null
    usable: boolean | null
    contested: boolean
    holderId: string | null
    holderName: string | null
  }>`
    select p.account_id as "accountId", p.external_id as "externalId", a.login, a.name,
      a.kind = 'human' and not a.suspended as usable,
      exists (select 1 from proposal q where q.app = p.app and q.external_id = p.external_id
        and q.account_id <> p.account_id) as contested,
      c.account_id as "holderId", holder.display_name as "holderName"
    from proposal p
    left join external_account a on a.app = p.app and a.external_id = p.external_id
    left join connection c on c.app = p.app and c.external_id = p.external_id and c.account_id <> p.account_id
    left join staff_member holder on holder.account_id = c.account_id
    where p.app = ${app} and p.account_id = any (${accountIds}::text[])
    order by p.account_id, p.rank`.execute(db)
  const found = new Map<string, OpenProposal[]>()
  for (const row of rows) {
    const { login, name, usable, holderId } = row
    const list = found.get(row.accountId) ?? []
    list.push({
      externalId: row.externalId,
      account: login === null ? null : { login, name, usable: usable ?? false },
      contested: row.contested,
      takenBy: holderId === null ? null : { accountId: holderId, displayName: row.holderName ?? holderId },
    })
    found.set(row.accountId, list)
  }
  return found
}

/** The account is somebody else's since a moment ago: begin the transaction again, it will be seen then. */
export function isAccountTaken(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'connection_account'
}

/**
 * Writes connections and proposals of people whose standings are locked. Answers with the settlements that
 * hold: somebody without a row may have got one in the meantime, and is then to be looked at again.
 */
export async function writeSettlements(
  tx: Tx,
  app: App,
  standings: readonly Standing[],
  settlements: readonly Settlement[],
): Promise<Settlement[]> {
  const stored = new Set(standings.flatMap((standing) => (standing.stored ? [standing.accountId] : [])))
  const changed = settlements.filter((settlement) => settlement.next)
  const written = new Set(await writeConnections(tx, app, changed, stored))
  const holding = settlements.filter(({ accountId, next }) => !next || written.has(accountId))
  await writeProposals(tx, app, holding)
  return holding
}

async function writeConnections(
  tx: Tx,
  app: App,
  settlements: readonly Settlement[],
  stored: ReadonlySet<string>,
): Promise<string[]> {
  if (settlements.length === 0) return []
  const rows = settlements.map(({ accountId, next }) => ({
    account_id: accountId,
    stored: stored.has(accountId),
    ...next,
  }))
  const columns = sql`account_id, app, status, origin, external_id, login, evidence, failure, connected_by,
    connected_at`
  const values = sql`account_id, ${app}, status, origin, "externalId", login, evidence, failure, "connectedBy",
    "connectedAt"`
  const { rows: written } = await sql<{ account_id: string }>`
    with next as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as next (
        account_id text, stored boolean, status text, origin text, "externalId" text, login text,
        evidence jsonb, failure jsonb, "connectedBy" text, "connectedAt" timestamptz)
    ), changed as (
      insert into connection (${columns}) select ${values} from next where stored
      on conflict (account_id, app) do update set status = excluded.status, origin = excluded.origin,
        external_id = excluded.external_id, login = excluded.login, evidence = excluded.evidence,
        failure = excluded.failure, connected_by = excluded.connected_by,
        connected_at = excluded.connected_at, updated_at = now()
      returning account_id
    ), added as (
      insert into connection (${columns}) select ${values} from next where not stored
      on conflict (account_id, app) do nothing
      returning account_id
    )
    select account_id from changed union all select account_id from added`.execute(tx)
  return written.map((row) => row.account_id)
}

async function writeProposals(tx: Tx, app: App, settlements: readonly Settlement[]): Promise<void> {
  const people = settlements.filter(({ proposals }) => proposals)
  if (people.length === 0) return
  const ids = people.map(({ accountId }) => accountId)
  await sql`delete from proposal where app = ${app} and account_id = any (${ids}::text[])`.execute(tx)
  const rows = people.flatMap(({ accountId, proposals = [] }) =>
    proposals.map(({ externalId, reasons }, at) => ({ accountId, externalId, rank: at + 1, reasons })),
  )
  if (rows.length === 0) return
  await tx
    .insertInto('proposal')
    .values(
      rows.map(({ accountId, externalId, rank, reasons }) => ({
        account_id: accountId,
        app,
        external_id: externalId,
        rank,
        reasons,
      })),
    )
    .execute()
}
