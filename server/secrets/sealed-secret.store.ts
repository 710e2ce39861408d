import { sql } from 'kysely'
import type { Db, Tx } from '../db/handle.ts'

export interface SealedRow {
  owner: string
  name: string
  key_version: number
  sealed: Buffer
}

/** The public key that the worker registered last. */
export async function newestSealingKey(db: Db): Promise<{ version: number; public_key: Buffer } | undefined> {
  return db
    .selectFrom('sealing_key')
    .select(['version', 'public_key'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function registeredKeys(db: Db): Promise<{ version: number; public_key: Buffer }[]> {
  return db.selectFrom('sealing_key').select(['version', 'public_key']).orderBy('version').execute()
}

/** One rotation at a time, to the end of the transaction: two would each write the file without the other's key. */
export async function lockKeys(tx: Tx): Promise<void> {
  await sql`lock table sealing_key in share row exclusive mode`.execute(tx)
}

/** Keeps the key that is there already, if there is one with this version. */
export async function registerKey(db: Db, version: number, publicKey: Buffer): Promise<void> {
  await db
    .insertInto('sealing_key')
    .values({ version, public_key: publicKey })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function putSealed(db: Db, row: SealedRow & { expires_at: Date | null }): Promise<void> {
  await db
    .insertInto('sealed_secret')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['owner', 'name']).doUpdateSet({
        key_version: row.key_version,
        sealed: row.sealed,
        expires_at: row.expires_at,
        created_at: sql`now()`,
      }),
    )
    .execute()
}

/** Nothing for a row that has expired. */
export async function findSealed(db: Db, owner: string, name: string): Promise<SealedRow | undefined> {
  return db
    .selectFrom('sealed_secret')
    .select(['owner', 'name', 'key_version', 'sealed'])
    .where('owner', '=', owner)
    .where('name', '=', name)
    .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', sql<Date>`now()`)]))
    .executeTakeFirst()
}

/** Forgets one secret, or all of an owner. */
export async function deleteSealed(db: Db, owner: string, name?: string): Promise<void> {
  await db
    .deleteFrom('sealed_secret')
    .where('owner', '=', owner)
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .execute()
}

/** How many rows are sealed with each key version. */
export async function countByVersion(db: Db): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('sealed_secret')
    .select((e) => ['key_version', e.fn.countAll<number>().as('count')])
    .groupBy('key_version')
    .execute()
  return new Map(rows.map((row) => [row.key_version, row.count]))
}

/** Rows sealed with an older key, after the given one, in order. */
export async function sealedBefore(
  db: Db,
  version: number,
  after: { owner: string; name: string },
  limit: number,
): Promise<SealedRow[]> {
  return db
    .selectFrom('sealed_secret')
    .select(['owner', 'name', 'key_version', 'sealed'])
    .where('key_version', '<', version)
    .where((e) => e(e.refTuple('owner', 'name'), '>', e.tuple(after.owner, after.name)))
    .orderBy('owner')
    .orderBy('name')
    .limit(limit)
    .execute()
}

/** Replaces a sealing unless the row was written meanwhile. */
export async function reseal(db: Db, old: SealedRow, fresh: SealedRow): Promise<void> {
  await db
    .updateTable('sealed_secret')
    .set({ key_version: fresh.key_version, sealed: fresh.sealed })
    .where('owner', '=', old.owner)
    .where('name', '=', old.name)
    .where('sealed', '=', old.sealed)
    .execute()
}
