import { sql } from 'kysely'
import type { ConnectionSummary, StaffMember, StaffMemberDetail } from '../../contract/routes/shapes.ts'
import { apps } from '../../contract/words.ts'
import { presentConnection } from '../connections/present.ts'
import type { Db } from '../db/handle.ts'
import { loadHistory } from './history.store.ts'

/** People with their connections, in the order of the ids; ids of nobody are left out. */
export async function loadStaffMembers(db: Db, accountIds: readonly string[]): Promise<StaffMember[]> {
  const [people, connections] = await Promise.all([
    db
      .selectFrom('staff_member')
      .select(['account_id', 'display_name', 'email', 'aliases', 'groups', 'teams', 'active'])
      .where(sql<boolean>`account_id = any(${accountIds})`)
      .execute(),
    loadConnections(db, accountIds),
  ])
  const found = new Map(people.map((person) => [person.account_id, person]))
  return accountIds.flatMap((accountId) => {
    const person = found.get(accountId)
    if (!person) return []
    const { email, aliases, groups, teams, active } = person
    const connected = connections.get(accountId) ?? []
    const displayName = person.display_name
    return [{ accountId, displayName, email, aliases, groups, teams, active, connections: connected }]
  })
}

/** One person with proposals and history, as `GET /staff/{accountId}` answers; undefined for nobody's id. */
export async function loadStaffMember(db: Db, accountId: string): Promise<StaffMemberDetail | undefined> {
  const [people, proposals, history] = await Promise.all([
    loadStaffMembers(db, [accountId]),
    loadProposals(db, accountId),
    loadHistory(db, accountId),
  ])
  const [person] = people
  return person && { ...person, proposals, history }
}

/** In the order of `apps`. */
async function loadConnections(
  db: Db,
  accountIds: readonly string[],
): Promise<Map<string, ConnectionSummary[]>> {
  const rows = await db
    .selectFrom('connection')
    .select(['account_id', 'app', 'status', 'origin', 'login', 'external_id'])
    .select(['connected_by', 'connected_at', 'evidence', 'failure'])
    .where(sql<boolean>`account_id = any(${accountIds})`)
    .execute()
  rows.sort((a, b) => apps.indexOf(a.app) - apps.indexOf(b.app))
  const found = new Map<string, ConnectionSummary[]>()
  for (const row of rows) {
    const shown = presentConnection(row)
    const others = found.get(row.account_id)
    if (others) others.push(shown)
    else found.set(row.account_id, [shown])
  }
  return found
}

/** With the present login and name where the directory still has the account. */
async function loadProposals(db: Db, accountId: string): Promise<StaffMemberDetail['proposals']> {
  const rows = await db
    .selectFrom('proposal')
    .leftJoin('external_account', (join) =>
      join
        .onRef('external_account.app', '=', 'proposal.app')
        .onRef('external_account.external_id', '=', 'proposal.external_id'),
    )
    .select(['proposal.app', 'proposal.external_id', 'rank', 'reasons', 'login', 'name'])
    .where('account_id', '=', accountId)
    .orderBy('proposal.app')
    .orderBy('rank')
    .orderBy('proposal.external_id')
    .execute()
  return rows.map(({ app, external_id, login, name, rank, reasons }) => ({
    app,
    externalId: external_id,
    login: login ?? external_id,
    name,
    rank,
    reasons,
  }))
}
