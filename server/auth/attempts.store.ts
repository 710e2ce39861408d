import { createHash } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import { sql } from 'kysely'
import type { Db } from '../db/handle.ts'
import { ProblemError } from '../http/problem-error.ts'

/** Attempts within the last {@link windowMinutes}, right or wrong, before the next is refused unseen. */
const perAccount = 10
const perAddress = 100
const windowMinutes = 15

/**
 * Counts an attempt to sign in and throws `too_many_attempts` when there were too many for the account or
 * from the address. It is counted before it is looked at, so that a hundred at once are not all the first.
 * An account that does not exist counts like one that does.
 */
export async function countAttempt(db: Db, attempt: { email?: string; address: string }): Promise<void> {
  const limits = [
    { key: attemptKey('address', network(attempt.address)), most: perAddress },
    ...(attempt.email ? [{ key: attemptKey('email', attempt.email), most: perAccount }] : []),
  ]
  for (const { key, most } of limits) {
    await db.insertInto('sign_in_attempt').values({ key }).execute()
    const { count } = await db
      .selectFrom('sign_in_attempt')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('key', '=', key)
      .where('at', '>', windowStart)
      .executeTakeFirstOrThrow()
    if (count > most)
      throw new ProblemError(
        'too_many_attempts',
        `There were too many attempts to sign in, so this one was not looked at: wait ${windowMinutes} minutes and try again, or use a one-time link.`,
      )
  }
}

/** A right password ends the count for its account; the address keeps its own. */
export async function forgetAttempts(db: Db, email: string): Promise<void> {
  await db.deleteFrom('sign_in_attempt').where('key', '=', attemptKey('email', email)).execute()
}

const windowStart = sql<Date>`now() - make_interval(mins => ${sql.lit(windowMinutes)})`

/**
 * Whom an address stands for: with IPv6 the network of its first 64 bits, because whoever has one has them all.
 */
export function network(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString()
}

/** Hashed, so that the table is no list of who tried to sign in from where. */
function attemptKey(kind: 'email' | 'address', value: string): Buffer {
  return createHash('sha256').update(`${kind}:${value}`).digest()
}
