import { type RawBuilder, sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import type { Db, Tx } from '../db/handle.ts'
import type { ConnectionRow, PersonRow } from './staff-columns.ts'
import { StaffIndex } from './staff-index.ts'

/**
 * A copy that was not looked at for so long is filled anew. Rows about removals are kept twice as long
 * (server/jobs/clean-up.store.ts), so none can have been missed.
 */
const FORGET_AFTER_MS = 12 * 60 * 60 * 1000

/** Rows read at a time, so that loading everybody never holds up other requests for long. */
const BATCH = 2000

/**
 * Keeps a StaffIndex in step with the database. The answer shows everything that was committed before the
 * call: each row carries the transaction that wrote it, so exactly those rows are read that the snapshot of the
 * last look did not show. When nothing changed, that is one query on two empty ends of indexes.
 */
export function followStaff(db: Db): { upToDate(): Promise<StaffIndex> } {
  let index = new StaffIndex()
  /** What the last look showed, as PostgreSQL's pg_snapshot; undefined before the first. */
  let shown: string | undefined
  let lookedAt = 0
  let looking: Promise<void> | undefined
  let lookingNext: Promise<void> | undefined

  async function look(): Promise<void> {
    const begun = performance.now()
    if (begun - lookedAt > FORGET_AFTER_MS) shown = undefined
    await catchUp()
    lookedAt = begun
  }

  async function catchUp(): Promise<void> {
    if (shown) {
      const { snapshot, changed, rewound } = await compare(db, shown)
      // Transactions only count upwards, unless this is another copy of the database after a fail-over.
      if (rewound) shown = undefined
      else if (!changed) {
        shown = snapshot
        return
      }
    }
    if (!shown) index = new StaffIndex()
    await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        shown = await readChanges(tx, index, shown)
      })
  }

  /** A look that began before the call may have missed what the caller knows of, so one more follows it. */
  function lookOnce(): Promise<void> {
    if (looking) {
      lookingNext ??= looking
        .catch(() => {})
        .then(() => {
          lookingNext = undefined
          return lookOnce()
        })
      return lookingNext
    }
    looking = look().finally(() => {
      looking = undefined
    })
    return looking
  }

  return {
    async upToDate() {
      await lookOnce()
      return index
    },
  }
}

async function compare(
  db: Db,
  shown: string,
): Promise<{ snapshot: string; changed: boolean; rewound: boolean }> {
  const since = changedSince(shown)
  const { rows } = await sql<{ snapshot: string; changed: boolean; rewound: boolean }>`
    select pg_current_snapshot()::text as snapshot,
      exists (select from connection where ${since}) or exists (select from staff_member where ${since})
        or exists (select from staff_removal where ${since}) as changed,
      pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(${shown}::pg_snapshot) as rewound`.execute(
    db,
  )
  const [row] = rows
  if (!row) throw new Error('A query without a condition answered with no row')
  return row
}

/**
 * Rows that a snapshot did not show. The last line leaves out rows that a restored backup brought along with
 * the transaction numbers of another server: those were read when the index was first filled.
 */
function changedSince(shown: string | undefined): RawBuilder<boolean> {
  if (!shown) return sql`true`
  return sql`(changed_in >= pg_snapshot_xmin(${shown}::pg_snapshot)
    and not pg_visible_in_snapshot(changed_in, ${shown}::pg_snapshot)
    and changed_in < pg_snapshot_xmax(pg_current_snapshot()))`
}

/** Puts what changed since `shown` into the index; answers with the snapshot it is now at. */
async function readChanges(
  tx: Tx,
  index: StaffIndex,
  shown: string | undefined,
): Promise<string | undefined> {
  const since = changedSince(shown)
  const { rows } = await sql<{ snapshot: string }>`select pg_current_snapshot()::text as snapshot`.execute(tx)
  if (shown) {
    // First, because who was removed may have come back.
    const removed = sql<{ account_id: string; app: App | null }>`
      select account_id, app from staff_removal where ${since}`
    await inBatches(tx, removed, ({ account_id, app }) =>
      app ? index.removeConnection(account_id, app) : index.removePerson(account_id),
    )
  }
  // In the order of most lists, because sorting what is sorted already takes a tenth of the time.
  const people = sql<PersonRow>`
    select account_id, display_name, email, search_text, active, groups, teams from staff_member where ${since}
    order by display_name collate people, account_id`
  await inBatches(tx, people, (row) => index.putPerson(row))
  const connections = sql<ConnectionRow>`
    select account_id, app, status, failure_code from connection where ${since}`
  await inBatches(tx, connections, (row) => index.putConnection(row))
  return rows[0]?.snapshot
}

async function inBatches<Row>(tx: Tx, query: RawBuilder<Row>, each: (row: Row) => void): Promise<void> {
  await sql`declare batches no scroll cursor for ${query}`.execute(tx)
  for (;;) {
    const { rows } = await sql<Row>`fetch ${sql.lit(BATCH)} from batches`.execute(tx)
    for (const row of rows) each(row)
    if (rows.length < BATCH) break
  }
  await sql`close batches`.execute(tx)
}
