import { sql } from 'kysely'
import type { Db } from '../db/handle.ts'

const now = sql<Date>`now()`
/** The longest time that a limit on sign-in attempts looks back. */
const ATTEMPTS_KEPT = sql<Date>`now() - interval '1 day'`

/** Twice as long as a staff list goes without looking before it reads everybody anew. */
const REMOVALS_KEPT = sql<Date>`now() - interval '1 day'`

/** How long a run that has ended, and what it did about each person, can be looked at. */
const RUNS_KEPT = sql<Date>`now() - interval '90 days'`

/** Removes what has ended by itself and is of no use to anybody. */
export async function deleteExpired(db: Db): Promise<void> {
  await db.deleteFrom('session').where('expires_at', '<', now).execute()
  await db.deleteFrom('sign_in_link').where('expires_at', '<', now).execute()
  await db.deleteFrom('api_token').where('expires_at', '<', now).execute()
  await db.deleteFrom('sign_in_attempt').where('at', '<', ATTEMPTS_KEPT).execute()
  await db.deleteFrom('staff_removal').where('at', '<', REMOVALS_KEPT).execute()
  await db.deleteFrom('run').where('finished_at', '<', RUNS_KEPT).execute()
  await db.deleteFrom('sealed_secret').where('expires_at', '<', now).execute()
}
