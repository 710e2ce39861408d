import { sql } from 'kysely'
import type { Failure } from '../../contract/failure.ts'
import type { App } from '../../contract/words.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Tx } from '../db/handle.ts'
import type { HeldAccount } from './presence.ts'

export interface HeldConnection extends HeldAccount {
  accountId: string
  person: string
  externalId: string
  login: string | null
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
    .select([
      'connection.account_id as accountId',
      'person.display_name as person',
      'connection.external_id as externalId',
      'connection.login',
      'connection.status',
      'connection.failure',
    ])
    .select(sql<boolean>`account.external_id is not null`.as('present'))
    .where('connection.app', '=', app)
    .where('connection.external_id', 'is not', null)
    .$narrowType<{ externalId: string }>()
    .where((is) =>
      is.or([is('account.external_id', 'is', null), is('failure_code', '=', 'account_not_found')]),
    )
    .forUpdate('connection')
    .execute()
}

/** The account stays on the row, so that the connection can come back with it. */
export async function loseConnection(
  tx: Tx,
  app: App,
  held: HeldConnection,
  failure: Failure,
): Promise<void> {
  await tx
    .updateTable('connection')
    .set({ status: 'failed', failure: JSON.stringify(failure), updated_at: sql<Date>`now()` })
    .where('account_id', '=', held.accountId)
    .where('app', '=', app)
    .execute()
  await record(tx, app, held, 'connection.lose')
}

export async function restoreConnection(tx: Tx, app: App, held: HeldConnection): Promise<void> {
  await tx
    .updateTable('connection')
    .set({ status: 'connected', failure: null, updated_at: sql<Date>`now()` })
    .where('account_id', '=', held.accountId)
    .where('app', '=', app)
    .execute()
  await record(tx, app, held, 'connection.restore')
}

async function record(tx: Tx, app: App, held: HeldConnection, action: string): Promise<void> {
  const detail = { externalId: held.externalId, login: held.login }
  await appendAudit(tx, { actor: 'system', action, subject: held.accountId, app, detail })
}
