import { sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'
import { deleteSealed } from '../secrets/sealed-secret.store.ts'
import type { Checks } from './installed-app.store.ts'

/** Nobody waits that long for a check. */
const FORGOTTEN_MINUTES = 10

export interface NewCandidate {
  app: App
  settings: Record<string, unknown>
  createdBy: string
}

export async function addCandidate(tx: Db, { app, settings, createdBy }: NewCandidate): Promise<string> {
  const { id } = await tx
    .insertInto('app_candidate')
    .values({ app, settings: JSON.stringify(settings), created_by: createdBy })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function findCandidate(db: Db, id: string) {
  return db
    .selectFrom('app_candidate')
    .select(['app', 'settings', 'checks'])
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function storeCandidateChecks(db: Db, id: string, checks: Checks): Promise<void> {
  await db
    .updateTable('app_candidate')
    .set({ checks: JSON.stringify(checks) })
    .where('id', '=', id)
    .execute()
}

/** The candidate and its secrets. */
export async function removeCandidate(db: Db, id: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('app_candidate').where('id', '=', id).execute()
    await deleteSealed(tx, `candidate:${id}`)
  })
}

/** Candidates whose web process ended before it could remove them. */
export async function removeForgottenCandidates(db: Db): Promise<void> {
  const forgotten = await db
    .selectFrom('app_candidate')
    .select('id')
    .where('created_at', '<', sql<Date>`now() - make_interval(mins => ${FORGOTTEN_MINUTES})`)
    .execute()
  for (const { id } of forgotten) await removeCandidate(db, id)
}
