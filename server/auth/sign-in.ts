import { appendAudit } from '../audit/audit.store.ts'
import type { Db, Tx } from '../db/handle.ts'
import { ProblemError } from '../http/problem-error.ts'
import { countAttempt, forgetAttempts } from './attempts.store.ts'
import { hashPassword, isPassword } from './password.ts'
import { endOtherSessions, endSession, startSession } from './sessions.store.ts'
import { deleteSignInLinks, useSignInLink } from './sign-in-links.store.ts'
import { findUserByEmail, normalEmail, storePassword } from './users.store.ts'

/** A new session: the user and the token for the cookie. */
export interface SignedIn {
  userId: string
  token: string
}

/** Signs in with a one-time link's token. `address` is the sender's, for the rate limit. */
export async function signInByLink(db: Db, link: string, address: string): Promise<SignedIn> {
  await countAttempt(db, { address })
  return db.transaction().execute(async (tx) => {
    const user = await useSignInLink(tx, link)
    if (!user)
      throw new ProblemError(
        'sign_in_refused',
        'This sign-in link was used already, is older than it may be, or was cut off when it was copied: ask for a new one (`muster admin create --email …` prints one for an administrator).',
      )
    return signIn(tx, user, 'link')
  })
}

/** Signs in with email and password. Who does not exist is answered like who mistyped, and as slowly. */
export async function signInByPassword(
  db: Db,
  { email, password }: { email: string; password: string },
  address: string,
): Promise<SignedIn> {
  await countAttempt(db, { email: normalEmail(email), address })
  const user = await findUserByEmail(db, email)
  const right = await isPassword(user?.password_hash, password)
  if (user && !right) await recordRefusal(db, user.email, 'sign-in')
  if (!user || !right)
    throw new ProblemError(
      'sign_in_refused',
      'Email and password do not fit together: check both, or ask an administrator for a one-time sign-in link.',
    )
  await forgetAttempts(db, user.email)
  return db.transaction().execute((tx) => signIn(tx, user, 'password'))
}

/** Step-up: the person proves again who they are, and the session gets a new token. */
export async function confirmPassword(
  db: Db,
  { email, password, session }: { email: string; password: string; session: Buffer },
  address: string,
): Promise<SignedIn> {
  await countAttempt(db, { email, address })
  const user = await findUserByEmail(db, email)
  const right = await isPassword(user?.password_hash, password)
  if (user && !right) await recordRefusal(db, user.email, 'confirm')
  if (!user || !right)
    throw new ProblemError(
      'sign_in_refused',
      'This is not the password: try again, or, if you never set one, sign in with a new one-time link.',
    )
  await forgetAttempts(db, user.email)
  return db.transaction().execute(async (tx) => {
    await endSession(tx, session)
    const token = await startSession(tx, user.id)
    await appendAudit(tx, { actor: user.email, action: 'session.confirm', subject: user.email })
    return { userId: user.id, token }
  })
}

/**
 * Only of users that exist, and only what was looked at (see {@link countAttempt}): so the record cannot be
 * flooded, and holds no email, nor a password typed in its place, of anybody else.
 */
async function recordRefusal(db: Db, email: string, at: 'sign-in' | 'confirm'): Promise<void> {
  await db
    .transaction()
    .execute((tx) =>
      appendAudit(tx, { actor: 'system', action: 'session.refuse', subject: email, detail: { at } }),
    )
}

/** Sets a password, signs the person out everywhere else, and makes their open sign-in links useless. */
export async function changePassword(
  db: Db,
  user: { userId: string; email: string; password: string; session: Buffer },
): Promise<void> {
  const passwordHash = await hashPassword(user.password)
  await db.transaction().execute(async (tx) => {
    await storePassword(tx, user.userId, passwordHash)
    await endOtherSessions(tx, user.userId, user.session)
    await deleteSignInLinks(tx, user.userId)
    await appendAudit(tx, { actor: user.email, action: 'user.password', subject: user.email })
  })
}

async function signIn(
  tx: Tx,
  user: { id: string; email: string },
  by: 'link' | 'password',
): Promise<SignedIn> {
  const token = await startSession(tx, user.id)
  await appendAudit(tx, {
    actor: user.email,
    action: 'session.sign-in',
    subject: user.email,
    detail: { by },
  })
  return { userId: user.id, token }
}
