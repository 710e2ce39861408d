import { sql } from 'kysely'
import { appendAudit } from '../audit/audit.store.ts'
import type { Db } from '../db/handle.ts'
import type { Actor } from '../http/api.ts'
import { OperatorError } from '../operator-error.ts'
import { hashToken, newToken } from './token.ts'
import { requireUser } from './users.store.ts'

const mostDays = 366

/**
 * For `muster token create`: a token with which a program acts as that user. It is shown once and kept only
 * as a hash.
 * @throws OperatorError when there is no such user, or the time is not between a day and a year
 */
export async function createApiToken(
  db: Db,
  { email, expiresInDays = 90 }: { email: string; expiresInDays?: number },
): Promise<string> {
  if (!Number.isInteger(expiresInDays) || expiresInDays < 1 || expiresInDays > mostDays)
    throw new OperatorError(`An API token lasts between 1 and ${mostDays} days, for example --expires 90d.`)
  const user = await requireUser(db, email)
  // The prefix lets secret scanners and people recognise a token that got where it should not be.
  const token = `muster_${newToken()}`
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('api_token')
      .values({
        token_hash: hashToken(token),
        user_id: user.id,
        expires_at: sql`now() + make_interval(days => ${expiresInDays})`,
      })
      .execute()
    await appendAudit(tx, {
      actor: 'command line',
      action: 'token.create',
      subject: user.email,
      detail: { expiresInDays },
    })
  })
  return token
}

export async function actorOfToken(db: Db, tokenHash: Buffer): Promise<Actor | undefined> {
  const row = await db
    .selectFrom('api_token as t')
    .innerJoin('app_user as u', 'u.id', 't.user_id')
    .select(['u.id', 'u.email', 'u.name', 'u.role', 'u.account_id'])
    .select(sql<boolean>`coalesce(t.last_used_at < now() - interval '1 minute', true)`.as('stale'))
    .where('t.token_hash', '=', tokenHash)
    .where('t.expires_at', '>', sql<Date>`now()`)
    .where('u.active', '=', true)
    .executeTakeFirst()
  if (!row) return undefined
  if (row.stale)
    await db
      .updateTable('api_token')
      .set({ last_used_at: sql`now()` })
      .where('token_hash', '=', tokenHash)
      .execute()
  return {
    userId: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    accountId: row.account_id,
    via: 'token',
    authenticatedAt: null,
  }
}
