import type { FastifyRequest } from 'fastify'
import type { Db } from '../db/handle.ts'
import type { Actor } from '../http/api.ts'
import { ProblemError } from '../http/problem-error.ts'
import { actorOfToken } from './api-tokens.store.ts'
import type { SessionCookie } from './cookies.ts'
import { actorOfSession } from './sessions.store.ts'
import { hashToken } from './token.ts'

/** What somebody let themself in with: whose it is can be asked again (streams do, each second). */
export interface Credential {
  via: Actor['via']
  hash: Buffer
  /** Who it was when it was presented. */
  actor: Actor
}

/**
 * Reads who asks: the API token where there is an Authorization header, otherwise the session cookie. A wrong
 * token is refused even on public routes, so that nobody works on as nobody without noticing; an ended session
 * is simply nobody.
 */
export async function identify(
  db: Db,
  cookie: SessionCookie,
  request: FastifyRequest,
): Promise<Credential | undefined> {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
    const hash = token ? hashToken(token) : undefined
    const actor = hash && (await actorOfToken(db, hash))
    if (!hash || !actor)
      throw new ProblemError(
        'sign_in_required',
        'The API token is not valid (mistyped, expired, or its user was deactivated): create another with `muster token create`.',
      )
    return { via: 'token', hash, actor }
  }
  const token = cookie.read(request)
  if (!token) return undefined
  const hash = hashToken(token)
  const actor = await actorOfSession(db, hash)
  return actor && { via: 'session', hash, actor }
}
