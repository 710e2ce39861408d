import { type RawBuilder, sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import type { Db, Tx } from '../db/handle.ts'
import type { Directory } from './directory.store.ts'

/** A walk as the worker that claimed it knows it. */
export interface ClaimedWalk {
  app: App
  /** Proves that the walk is still ours: another worker that claims it writes its own. */
  owner: string
  snapshot: number
  /** Where to go on; null from the start. */
  cursor: string | null
  pages: number
  total: number | undefined
}

/** An interrupted walk older than this starts anew: what it saw first may be long untrue. */
const OLDEST_WALK_H = 24

/**
 * Takes over the app's interrupted walk, or starts one. Whoever walked before is refused from here on.
 * Undefined when the app is not installed, or not with the configuration of this revision any more.
 */
export async function claimWalk(
  db: Db,
  { app, revision }: { app: App; revision: string },
  owner: string,
): Promise<ClaimedWalk | undefined> {
  return db.transaction().execute(async (tx) => {
    const installed = await tx
      .selectFrom('installed_app')
      .select('directory_snapshot')
      .where('app', '=', app)
      .where('revision', '=', revision)
      .forShare()
      .executeTakeFirst()
    if (!installed) return undefined
    await tx
      .updateTable('directory_walk')
      .set(startedAnew)
      .where('app', '=', app)
      .where('started_at', '<', sql<Date>`now() - make_interval(hours => ${OLDEST_WALK_H})`)
      .execute()
    const walk = await tx
      .insertInto('directory_walk')
      .values({ app, owner, snapshot: installed.directory_snapshot + 1, cursor: null, total: null })
      .onConflict((conflict) => conflict.column('app').doUpdateSet({ owner }))
      .returning(['snapshot', 'cursor', 'pages', 'total'])
      .executeTakeFirstOrThrow()
    return { app, owner, ...walk, total: walk.total ?? undefined }
  })
}

/** Another number, because rows that the abandoned walk has marked must not pass for seen. */
const startedAnew = {
  snapshot: sql<number>`directory_walk.snapshot + 1`,
  owner: null,
  cursor: null,
  pages: 0,
  accounts: 0,
  total: null,
  started_at: sql<Date>`now()`,
}

/** Gives a walk up: the next one begins at the first page. */
export async function abandonWalk(db: Db, walk: ClaimedWalk): Promise<void> {
  await db
    .updateTable('directory_walk')
    .set(startedAnew)
    .where('app', '=', walk.app)
    .where('owner', '=', walk.owner)
    .execute()
}

export interface WalkPage extends Directory {
  next: string | null
  total?: number
}

/**
 * Writes a page and where the walk goes on, as one statement: both or neither, and nothing when another worker
 * has claimed the walk, which is answered with undefined. Otherwise answers with how many accounts were read.
 */
export async function writePage(db: Db, walk: ClaimedWalk, page: WalkPage): Promise<number | undefined> {
  const accounts = lastOfEach(page.accounts, (account) => account.externalId)
  const keys = lastOfEach(page.keys, (key) => `${key.externalId} ${key.kind} ${key.value}`)
  const { rows } = await sql<{ accounts: number }>`
    with walk as (
      update directory_walk
      set cursor = ${page.next}, pages = pages + 1, accounts = accounts + ${accounts.length},
        total = coalesce(${page.total ?? null}::integer, total)
      where app = ${walk.app} and owner = ${walk.owner}
      returning app, snapshot, accounts
    ), seen as (
      insert into external_account as known (app, external_id, login, name, kind, suspended, snapshot)
      select walk.app, page.*, walk.snapshot from walk, unnest(
        ${column(accounts, (account) => account.externalId)}::text[],
        ${column(accounts, (account) => account.login)}::text[],
        ${column(accounts, (account) => account.name)}::text[],
        ${column(accounts, (account) => account.kind)}::text[],
        ${column(accounts, (account) => account.suspended)}::boolean[]
      ) page
      on conflict (app, external_id) do update
      set login = excluded.login, name = excluded.name, kind = excluded.kind,
        suspended = excluded.suspended, snapshot = excluded.snapshot
    ), found as (
      insert into external_account_key (app, external_id, kind, value, snapshot)
      select walk.app, page.*, walk.snapshot from walk, unnest(
        ${column(keys, (key) => key.externalId)}::text[],
        ${column(keys, (key) => key.kind)}::text[],
        ${column(keys, (key) => key.value)}::text[]
      ) page
      on conflict (app, external_id, kind, value) do update set snapshot = excluded.snapshot
    )
    select accounts from walk`.execute(db)
  return rows[0]?.accounts
}

/** One statement cannot upsert a row twice, and vendors repeat themselves when the list moves under a walk. */
function lastOfEach<T>(rows: readonly T[], identity: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [identity(row), row])).values()]
}

function column<T>(rows: readonly T[], value: (row: T) => unknown): RawBuilder<unknown> {
  return sql`${rows.map(value)}`
}

/**
 * Whether what is stored is all of the last complete walk. One that has begun since, and waits for the vendor
 * perhaps, has taken over the rows of the pages it has read.
 */
export async function isDirectoryWhole(db: Db, app: App): Promise<boolean> {
  const begun = await db.selectFrom('directory_walk').select('app').where('app', '=', app).executeTakeFirst()
  return begun === undefined
}

/** Holds the app's row to the end of the transaction; locked before the walk's row everywhere. */
export async function lockApp(tx: Tx, app: App): Promise<void> {
  await tx.selectFrom('installed_app').select('app').where('app', '=', app).forUpdate().execute()
}

/** How many accounts this walk has seen, and how many the last complete one had seen. */
export async function countSeen(tx: Tx, walk: ClaimedWalk): Promise<{ seen: number; before: number }> {
  const { rows } = await sql<{ seen: number; before: number }>`
    select directory_accounts as before, (
      select count(*)::integer from external_account
      where app = ${walk.app} and snapshot = ${walk.snapshot}
    ) as seen
    from installed_app where app = ${walk.app}`.execute(tx)
  return rows[0] ?? { seen: 0, before: 0 }
}

/** Makes what this walk has seen the directory, and removes what it has not. */
export async function completeWalk(tx: Tx, { app, snapshot }: ClaimedWalk, seen: number): Promise<void> {
  await tx
    .updateTable('installed_app')
    .set({
      directory_snapshot: snapshot,
      directory_accounts: seen,
      directory_read_at: sql<Date>`now()`,
    })
    .where('app', '=', app)
    .execute()
  const older = (table: 'external_account_key' | 'external_account') =>
    tx.deleteFrom(table).where('app', '=', app).where('snapshot', '<>', snapshot).execute()
  await older('external_account_key')
  await older('external_account')
  await tx.deleteFrom('directory_walk').where('app', '=', app).execute()
}
