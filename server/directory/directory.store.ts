import { sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'
import type { ExternalAccountKeyTable, ExternalAccountTable } from '../db/tables.ts'

/** An external account, as the directory keeps it. */
export interface StoredAccount extends Pick<ExternalAccountTable, 'login' | 'name' | 'kind' | 'suspended'> {
  externalId: string
}

/** A value by which an account can be found. */
export interface StoredKey extends Pick<ExternalAccountKeyTable, 'kind' | 'value'> {
  externalId: string
}

export interface Directory {
  accounts: StoredAccount[]
  keys: StoredKey[]
}

const BATCH = 10_000

/** The whole directory as of a complete walk. Read in batches: at 100,000 accounts one answer would be held twice. */
export async function loadDirectory(db: Db, app: App, snapshot: number): Promise<Directory> {
  const [accounts, keys] = await Promise.all([loadAccounts(db, app, snapshot), loadKeys(db, app, snapshot)])
  return { accounts, keys }
}

async function loadAccounts(db: Db, app: App, snapshot: number): Promise<StoredAccount[]> {
  const accounts: StoredAccount[] = []
  for (;;) {
    const batch = await db
      .selectFrom('external_account')
      .select(['external_id as externalId', 'login', 'name', 'kind', 'suspended'])
      .where('app', '=', app)
      .where('snapshot', '=', snapshot)
      .where('external_id', '>', accounts.at(-1)?.externalId ?? '')
      .orderBy('external_id')
      .limit(BATCH)
      .execute()
    for (const account of batch) accounts.push(account)
    if (batch.length < BATCH) return accounts
  }
}

async function loadKeys(db: Db, app: App, snapshot: number): Promise<StoredKey[]> {
  const keys: StoredKey[] = []
  for (;;) {
    const last = keys.at(-1)
    const after = last ? [last.externalId, last.kind, last.value] : ['', '', '']
    const batch = await db
      .selectFrom('external_account_key')
      .select(['external_id as externalId', 'kind', 'value'])
      .where('app', '=', app)
      .where('snapshot', '=', snapshot)
      .where(sql<boolean>`(external_id, kind, value) > (${sql.join(after)})`)
      .orderBy('external_id')
      .orderBy('kind')
      .orderBy('value')
      .limit(BATCH)
      .execute()
    for (const key of batch) keys.push(key)
    if (batch.length < BATCH) return keys
  }
}

/** Forgets everything that was read from the vendor: the app is uninstalled, or reads another organisation now. */
export async function forgetDirectory(tx: Db, app: App): Promise<void> {
  await tx.deleteFrom('directory_walk').where('app', '=', app).execute()
  await tx.deleteFrom('external_account_key').where('app', '=', app).execute()
  await tx.deleteFrom('external_account').where('app', '=', app).execute()
}
