import { sql } from 'kysely'
import type { Db, Tx } from '../db/handle.ts'
import type { Actor } from '../http/api.ts'
import { hashToken, newToken } from './token.ts'

/** A session ends this long after its sign-in, whatever happens in between. */
export const sessionHours = 12

/** Starts a session and answers with its token, which is not kept anywhere. */
export async function startSession(tx: Tx, userId: string): Promise<string> {
  const token = newToken()
  await tx
    .insertInto('session')
    .values({
      token_hash: hashToken(token),
      user_id: userId,
      expires_at: sql`now() + make_interval(hours => ${sql.lit(sessionHours)})`,
    })
    .execute()
  return token
}

export async function endSession(db: Db, tokenHash: Buffer): Promise<void> {
  await db.deleteFrom('session').where('token_hash', '=', tokenHash).execute()
}

/** Signs a person out everywhere but here. */
export async function endOtherSessions(tx: Tx, userId: string, keep: Buffer): Promise<void> {
  await tx.deleteFrom('session').where('user_id', '=', userId).where('token_hash', '!=', keep).execute()
}

/** Who has this session, now: an ended session or a deactivated user is nobody from the next request on. */
export async function actorOfSession(db: Db, tokenHash: Buffer): Promise<Actor | undefined> {
  const row = await db
    .selectFrom('session as s')
    .innerJoin('app_user as u', 'u.id', 's.user_id')
    .select(['u.id', 'u.email', 'u.name', 'u.role', 'u.account_id', 's.authenticated_at'])
    .select(sql<boolean>`s.last_seen_at < now() - interval '1 minute'`.as('stale'))
    .where('s.token_hash', '=', tokenHash)
    .where('s.expires_at', '>', sql<Date>`now()`)
    .where('u.active', '=', true)
    .executeTakeFirst()
  if (!row) return undefined
  if (row.stale)
    await db
      .updateTable('session')
      .set({ last_seen_at: sql`now()` })
      .where('token_hash', '=', tokenHash)
      .execute()
  return {
    userId: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    accountId: row.account_id,
    via: 'session',
    authenticatedAt: row.authenticated_at,
  }
}
