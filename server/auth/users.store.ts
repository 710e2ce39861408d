import type { UserShape } from '../../contract/routes/shapes.ts'
import type { Role } from '../../contract/words.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Db, Tx } from '../db/handle.ts'
import { OperatorError } from '../operator-error.ts'

export interface NewUser {
  email: string
  name?: string
  role: Role
}

/**
 * Creates a user who can sign in. Where the email belongs to one already, that user gets the role, becomes
 * active again and keeps name and password. `actor` as in the audit log.
 */
export async function createUser(db: Db, user: NewUser, actor: string): Promise<UserShape> {
  const email = normalEmail(user.email)
  return db.transaction().execute(async (tx) => {
    await forgetSignIns(tx, email)
    const created = await tx
      .insertInto('app_user')
      .values({
        email,
        name: user.name?.trim() || email,
        role: user.role,
        account_id: await staffMemberWith(tx, email),
        password_hash: null,
      })
      .onConflict((conflict) => conflict.column('email').doUpdateSet({ role: user.role, active: true }))
      .returning(userColumns)
      .executeTakeFirstOrThrow()
    await appendAudit(tx, { actor, action: 'user.create', subject: email, detail: { role: user.role } })
    return presentUser(created)
  })
}

/** Whoever was signed in when they were deactivated does not come back signed in. */
async function forgetSignIns(tx: Tx, email: string): Promise<void> {
  const deactivated = tx
    .selectFrom('app_user')
    .select('id')
    .where('email', '=', email)
    .where('active', '=', false)
  for (const table of ['session', 'sign_in_link'] as const)
    await tx.deleteFrom(table).where('user_id', 'in', deactivated).execute()
}

/** For `muster admin create`. */
export function createAdministrator(db: Db, user: { email: string; name?: string }): Promise<UserShape> {
  return createUser(db, { ...user, role: 'administrator' }, 'command line')
}

export async function hasAdministrator(db: Db): Promise<boolean> {
  const found = await db
    .selectFrom('app_user')
    .select('id')
    .where('role', '=', 'administrator')
    .where('active', '=', true)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

export async function loadUser(db: Db, id: string): Promise<UserShape> {
  const row = await db
    .selectFrom('app_user')
    .select(userColumns)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return presentUser(row)
}

/** The active user with this email, with what is needed to check a password. */
export async function findUserByEmail(db: Db, email: string) {
  return db
    .selectFrom('app_user')
    .select(['id', 'email', 'password_hash'])
    .where('email', '=', normalEmail(email))
    .where('active', '=', true)
    .executeTakeFirst()
}

/** As {@link findUserByEmail}, for the command line. @throws OperatorError when there is none */
export async function requireUser(db: Db, email: string): Promise<{ id: string; email: string }> {
  const user = await findUserByEmail(db, email)
  if (user) return user
  throw new OperatorError(
    `There is no active user with the email ${normalEmail(email)}: create an administrator with \`muster admin create --email ${normalEmail(email)}\`, or check the spelling.`,
  )
}

export async function storePassword(tx: Tx, userId: string, passwordHash: string): Promise<void> {
  await tx.updateTable('app_user').set({ password_hash: passwordHash }).where('id', '=', userId).execute()
}

/** Lower case without spaces around it, as it is stored. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase()
}

const userColumns = ['id', 'email', 'name', 'role', 'account_id', 'password_hash'] as const

function presentUser(row: {
  id: string
  email: string
  name: string
  role: Role
  account_id: string | null
  password_hash: string | null
}): UserShape {
  const { id, email, name, role } = row
  return { id, email, name, role, accountId: row.account_id, hasPassword: row.password_hash !== null }
}

/** Only when exactly one staff member has this work email. */
async function staffMemberWith(tx: Tx, email: string): Promise<string | null> {
  const found = await tx
    .selectFrom('staff_member')
    .select('account_id')
    .where((e) => e(e.fn('lower', ['email']), '=', email))
    .limit(2)
    .execute()
  return found.length === 1 ? (found[0]?.account_id ?? null) : null
}
