import { sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Tx } from '../db/handle.ts'
import { type AfterDirectory, goneCodes, type HeldAccount } from './presence.ts'

export interface HeldConnection extends HeldAccount {
  accountId: string
  person: string
  externalId: string
}

/** Connections that hold an account whose presence is news: gone while it worked, or back. */
export async function connectionsInQuestion(tx: Tx, app: App, snapshot: number): Promise<HeldConnection[]> {
  return tx
    .selectFrom('connection')
    .innerJoin('staff_member as person', 'person.account_id', 'connection.account_id')
    .leftJoin('external_account as account', (join) =>
      join
        .onRef('account.app', '=', 'connection.app')
        .onRef('account.external_id', '=', 'connection.external_id')
        .on('account.snapshot', '=', snapshot),
    )
    .leftJoin('external_account as namesake', (join) =>
      join
        .onRef('namesake.app', '=', 'connection.app')
        .on(sql`lower(namesake.login)`, '=', sql`lower(connection.login)`)
        .onRef('namesake.external_id', '<>', 'connection.external_id')
        .on('namesake.snapshot', '=', snapshot),
    )
    .select([
      'connection.account_id as accountId',
      'person.display_name as person',
      'person.active',
      'connection.external_id as externalId',
      'connection.login',
      'connection.status',
      'connection.failure',
    ])
    .select([
      sql<boolean>`account.external_id is not null`.as('present'),
      sql<boolean>`coalesce(account.kind = 'human' and not account.suspended, false)`.as('usable'),
      sql<boolean>`namesake.external_id is not null`.as('replaced'),
    ])
    .where('connection.app', '=', app)
    .where('connection.external_id', 'is not', null)
    .$narrowType<{ externalId: string }>()
    .where((is) => is.or([is('account.external_id', 'is', null), is('failure_code', 'in', goneCodes)]))
    .forUpdate('connection')
    .execute()
}

/** The account stays on the row, so that it can come back. */
export interface SettledConnection
  extends Pick<HeldConnection, 'accountId' | 'externalId' | 'login' | 'present'> {
  next: AfterDirectory
}

/** Writes what a complete directory means for connections, each with an entry about its person. */
export async function settlePresence(tx: Tx, app: App, settled: SettledConnection[]): Promise<void> {
  if (settled.length === 0) return
  const rows = settled.map(({ accountId, next }) => ({ account_id: accountId, ...next }))
  await sql`
    update connection set
      status = news.status,
      failure = news.failure,
      updated_at = now()
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as news (
      account_id text, status text, failure jsonb)
    where connection.account_id = news.account_id and connection.app = ${app}`.execute(tx)
  await appendAudit(
    tx,
    ...settled.map(({ accountId, externalId, login, present, next }) => ({
      actor: 'system',
      action: present ? 'connection.restore' : 'connection.lose',
      subject: accountId,
      app,
      detail: { externalId, login, status: next.status },
    })),
  )
}
