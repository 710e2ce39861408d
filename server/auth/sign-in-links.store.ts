import { sql } from 'kysely'
import { appendAudit } from '../audit/audit.store.ts'
import type { Db, Tx } from '../db/handle.ts'
import { hashToken, newToken } from './token.ts'
import { requireUser } from './users.store.ts'

const defaultMinutes = 30

/**
 * A link that signs its user in once, within the next 30 minutes unless said otherwise. The token stands in
 * the fragment, which browsers send to no server and put in no log; the page there posts it.
 * @throws OperatorError when there is no active user with this email
 */
export async function createSignInLink(
  db: Db,
  options: { email: string; publicUrl: string; minutes?: number; actor?: string },
): Promise<string> {
  const { publicUrl, minutes = defaultMinutes, actor = 'command line' } = options
  const user = await requireUser(db, options.email)
  const token = newToken()
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('sign_in_link')
      .values({
        token_hash: hashToken(token),
        user_id: user.id,
        expires_at: sql`now() + make_interval(mins => ${minutes})`,
        used_at: null,
      })
      .execute()
    await appendAudit(tx, { actor, action: 'sign-in-link.create', subject: user.email, detail: { minutes } })
  })
  return `${publicUrl.replace(/\/$/, '')}/sign-in#${token}`
}

/**
 * Uses a link up and answers with its user; undefined for a link that is used, ended, unknown or of somebody
 * deactivated. Of two at once the row lock lets one win.
 */
export async function useSignInLink(
  tx: Tx,
  token: string,
): Promise<{ id: string; email: string } | undefined> {
  return tx
    .updateTable('sign_in_link as l')
    .from('app_user as u')
    .set({ used_at: sql`now()` })
    .whereRef('u.id', '=', 'l.user_id')
    .where('l.token_hash', '=', hashToken(token))
    .where('l.used_at', 'is', null)
    .where('l.expires_at', '>', sql<Date>`now()`)
    .where('u.active', '=', true)
    .returning(['u.id', 'u.email'])
    .executeTakeFirst()
}

export async function deleteSignInLinks(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('sign_in_link').where('user_id', '=', userId).execute()
}
