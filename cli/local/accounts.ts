import { createApiToken } from '../../server/auth/api-tokens.store.ts'
import { createSignInLink } from '../../server/auth/sign-in-links.store.ts'
import { createAdministrator } from '../../server/auth/users.store.ts'
import { CommandError, type GlobalOptions } from '../session.ts'
import { withDatabase } from './database.ts'

/** Creates the administrator (or takes the one there is) and prints a one-time link. */
export async function createAdmin(
  options: { email: string; name?: string },
  { url, json }: GlobalOptions,
): Promise<void> {
  if (!/^[^\s@]+@[^\s@]+$/.test(options.email)) {
    throw new CommandError(`“${options.email}” is not an email address.`)
  }
  const { user, signInLink } = await withDatabase(
    async (db, config) => {
      const created = await createAdministrator(db, options)
      const publicUrl = config.publicUrl ?? url ?? `http://localhost:${config.port ?? 8080}`
      return { user: created, signInLink: await createSignInLink(db, { email: created.email, publicUrl }) }
    },
    // The first administrator may come before the first start.
    { create: true },
  )
  const text = json
    ? JSON.stringify({ email: user.email, signInLink })
    : `${user.email} is an administrator. Sign in with this link, once, within 30 minutes:\n${signInLink}`
  process.stdout.write(`${text}\n`)
}

export async function createToken(options: { email: string; expires: string }, json: boolean): Promise<void> {
  const days = /^(\d{1,4})d$/.exec(options.expires)?.[1]
  if (!days) throw new CommandError('--expires takes a number of days, for example 90d.')
  const token = await withDatabase((db) =>
    createApiToken(db, { email: options.email, expiresInDays: Number(days) }),
  )
  process.stdout.write(json ? `${JSON.stringify({ token })}\n` : `${token}\n`)
}
