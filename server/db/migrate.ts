import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Kysely, sql, type Transaction } from 'kysely'
import { OperatorError } from '../operator-error.ts'

/** What each file `migrations/NNNN-name.ts` exports. */
type Migration = { up(db: Transaction<unknown>): Promise<void> }

const OLDEST_POSTGRES = 15
/** Any number that no other program uses for its advisory locks; "muster" in letters of the alphabet. */
const LOCK = 13_21_19_20_05_18
const ours = fileURLToPath(new URL('./migrations', import.meta.url))

/**
 * Brings the schema up to date in one transaction: all of it or nothing. Of several processes starting at once
 * one does it and the others wait. Answers with the names of the migrations that it applied.
 * @throws OperatorError when the database is too old, not UTF-8, or from a newer Muster
 */
export async function migrate<T>(kysely: Kysely<T>, directory = ours): Promise<string[]> {
  const known = findMigrations(directory)
  return kysely.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(tx)
    await sql`set local statement_timeout = 0`.execute(tx)
    await refuseUnsuitable(tx)
    await sql`create table if not exists schema_migration (
      number integer primary key, name text not null, applied_at timestamptz not null default now()
    )`.execute(tx)
    const { rows } = await sql<Applied>`select number, name from schema_migration order by number`.execute(tx)
    refuseFuture(rows, known)
    const pending = [...known].filter(([number]) => !rows.some((row) => row.number === number))
    for (const [number, name] of pending) {
      const { up } = (await import(pathToFileURL(join(directory, `${name}.ts`)).href)) as Migration
      await up(tx as Transaction<unknown>)
      await sql`insert into schema_migration (number, name) values (${number}, ${name})`.execute(tx)
    }
    return pending.map(([, name]) => name)
  })
}

type Applied = { number: number; name: string }

/** Number → file name without its ending, in order. */
function findMigrations(directory: string): Map<number, string> {
  const known = new Map<number, string>()
  for (const file of readdirSync(directory).sort()) {
    const name = /^(\d{4}-[a-z0-9-]+)\.ts$/.exec(file)?.[1]
    if (!name) continue
    const number = Number(name.slice(0, 4))
    if (known.has(number))
      throw new Error(`Two migrations have the number ${number}: ${known.get(number)}, ${name}`)
    known.set(number, name)
  }
  return known
}

function refuseFuture(applied: Applied[], known: Map<number, string>): void {
  const stranger = applied.find(({ number, name }) => known.get(number) !== name)
  if (!stranger) return
  throw new OperatorError(
    `The database was migrated by another version of Muster, most likely a newer one (it has migration ${stranger.name}, which this one does not know): start that version again, or restore a backup from before it.`,
  )
}

async function refuseUnsuitable<T>(tx: Transaction<T>): Promise<void> {
  const { rows } = await sql<{ version: string; major: number; encoding: string }>`
    select current_setting('server_version') as version,
      current_setting('server_version_num')::integer / 10000 as major,
      current_setting('server_encoding') as encoding`.execute(tx)
  const server = rows[0]
  if (server && server.major < OLDEST_POSTGRES)
    throw new OperatorError(
      `The database is PostgreSQL ${server.version}; Muster needs ${OLDEST_POSTGRES} or newer: upgrade it, or point DATABASE_URL to another.`,
    )
  if (server && server.encoding !== 'UTF8')
    throw new OperatorError(
      `The database stores text as ${server.encoding}, which cannot hold everybody's name: create one with ENCODING 'UTF8' and point DATABASE_URL to it.`,
    )
}
