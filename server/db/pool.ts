import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Tables } from './tables.ts'

export type Database = {
  kysely: Kysely<Tables>
  /** The same connections, for components that speak pg themselves (the queue, COPY). */
  pool: pg.Pool
  close(): Promise<void>
}

const { builtins } = pg.types

/** What the database's types become: bigint a number, timestamptz a Date, date the text `2026-11-23`. */
const parsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, exactNumber],
  // pg would make a Date at midnight of this machine's time zone, which is another day elsewhere.
  [builtins.DATE, (text) => text],
])

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    (format !== 'binary' && parsers.get(oid)) || pg.types.getTypeParser(oid, format),
}

/** How every connection of ours is opened; also for the one that listens. */
export function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    types,
    application_name: 'muster',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    options: '-c timezone=UTC -c jit=off',
  }
}

/** Opens a pool (nothing is connected until the first query). */
export function openDatabase(url: string, { connections = 20 } = {}): Database {
  const pool = new pg.Pool({
    ...connectionOptions(url),
    max: connections,
    // Nothing we ask takes this long; whoever forgets a transaction must not hold its locks for ever.
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
  })
  // An idle connection broke (a restart, a fail-over). The pool has already replaced it, and if the database is
  // really gone the next query says so; without a listener this event would end the process.
  pool.on('error', () => {})
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return { kysely, pool, close: () => kysely.destroy() }
}

function exactNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value))
    throw new RangeError(`The bigint ${text} does not fit a JavaScript number`)
  return value
}
