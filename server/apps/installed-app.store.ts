import { type Selectable, sql } from 'kysely'
import type { Failure } from '../../contract/failure.ts'
import type { App } from '../../contract/words.ts'
import type { Db, Tx } from '../db/handle.ts'
import type { InstalledAppTable } from '../db/tables.ts'

export type InstalledApp = Selectable<InstalledAppTable>
/** Lines of a check. */
export type Checks = InstalledApp['checks']

export async function findInstalled(db: Db, app: App): Promise<InstalledApp | undefined> {
  return db.selectFrom('installed_app').selectAll().where('app', '=', app).executeTakeFirst()
}

/** The same, held to the end of the transaction. */
export async function lockInstalled(tx: Tx, app: App): Promise<InstalledApp | undefined> {
  return tx.selectFrom('installed_app').selectAll().where('app', '=', app).forUpdate().executeTakeFirst()
}

export async function listInstalled(db: Db): Promise<InstalledApp[]> {
  return db.selectFrom('installed_app').selectAll().execute()
}

export async function storedSecretNames(db: Db, app: App): Promise<string[]> {
  const rows = await db.selectFrom('sealed_secret').select('name').where('owner', '=', `app:${app}`).execute()
  return rows.map((row) => row.name)
}

/** What a check has to find out again. */
const unchecked = {
  attempted_at: null,
  checked_at: null,
  checks: '[]',
  failure: null,
  fault_since: null,
  credential_expires_at: null,
}

/** Installs the app, or gives the installed one another configuration; either way it is unchecked. */
export async function putInstalled(
  tx: Tx,
  { app, settings, installedBy }: { app: App; settings: Record<string, unknown>; installedBy: string },
): Promise<void> {
  const text = JSON.stringify(settings)
  await tx
    .insertInto('installed_app')
    .values({ app, settings: text, installed_by: installedBy, ...unchecked })
    .onConflict((conflict) =>
      conflict.column('app').doUpdateSet({
        settings: text,
        revision: sql<string>`gen_random_uuid()`,
        ...unchecked,
      }),
    )
    .execute()
}

/** The directory that was read belongs to another organisation. */
export async function markDirectoryUnread(tx: Tx, app: App): Promise<void> {
  await tx
    .updateTable('installed_app')
    .set({ directory_accounts: 0, directory_read_at: null })
    .where('app', '=', app)
    .execute()
}

export async function setConnectUniqueNames(tx: Tx, app: App, connectUniqueNames: boolean): Promise<void> {
  await tx
    .updateTable('installed_app')
    .set({ connect_unique_names: connectUniqueNames })
    .where('app', '=', app)
    .execute()
}

export interface CheckResult {
  checks: Checks
  /** Null clears the app's fault, undefined leaves it as it is. */
  fault: Failure | null | undefined
  credentialExpiresAt?: Date
}

/** Writes what a check of this revision found; nothing when the configuration has changed since. */
export async function storeCheck(
  tx: Tx,
  installed: Pick<InstalledApp, 'app' | 'revision'>,
  { checks, fault, credentialExpiresAt }: CheckResult,
): Promise<void> {
  await tx
    .updateTable('installed_app')
    .set({
      checks: JSON.stringify(checks),
      attempted_at: sql<Date>`clock_timestamp()`,
      ...(fault !== undefined && { checked_at: sql<Date>`clock_timestamp()`, ...faultColumns(fault) }),
      ...(fault === null && { credential_expires_at: credentialExpiresAt ?? null }),
    })
    .where('app', '=', installed.app)
    .where('revision', '=', installed.revision)
    .execute()
}

/** A fault that was met outside a check. */
export async function storeFault(tx: Tx, app: App, fault: Failure): Promise<void> {
  await tx.updateTable('installed_app').set(faultColumns(fault)).where('app', '=', app).execute()
}

/** `fault_since` tells when the app was last well, however the fault has changed since. */
function faultColumns(fault: Failure | null) {
  return {
    failure: fault && JSON.stringify(fault),
    fault_since: fault ? sql<Date>`coalesce(fault_since, clock_timestamp())` : null,
  }
}

export async function deleteInstalled(tx: Tx, app: App): Promise<void> {
  await tx.deleteFrom('installed_app').where('app', '=', app).execute()
}
