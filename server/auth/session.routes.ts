import type { FastifyRequest } from 'fastify'
import { appendAudit } from '../audit/audit.store.ts'
import type { Db } from '../db/handle.ts'
import type { Actor, Api } from '../http/api.ts'
import { ProblemError } from '../http/problem-error.ts'
import type { SessionCookie } from './cookies.ts'
import { endSession } from './sessions.store.ts'
import { changePassword, confirmPassword, signInByLink, signInByPassword } from './sign-in.ts'
import { hashToken } from './token.ts'
import { hasAdministrator, loadUser } from './users.store.ts'

/** Signing in and out, and one's own password. */
export function sessionRoutes(api: Api, { db, cookie }: { db: Db; cookie: SessionCookie }): void {
  /** The session that the request came with; these routes are about it, so an API token cannot use them. */
  function sessionOf(request: FastifyRequest, actor: Actor): Buffer {
    const token = cookie.read(request)
    if (actor.via === 'session' && token) return hashToken(token)
    throw new ProblemError(
      'not_allowed',
      'This is about a sign-in in the browser, and an API token has none: sign in there.',
    )
  }

  api.handle('GET /session', async ({ actor }) => ({
    user: actor && (await loadUser(db, actor.userId)),
    authenticatedAt: actor?.authenticatedAt?.toISOString() ?? null,
    firstRun: !(await hasAdministrator(db)),
  }))

  api.handle('POST /session', async ({ body, request, reply }) => {
    const { userId, token } =
      'link' in body
        ? await signInByLink(db, body.link, request.ip)
        : await signInByPassword(db, body, request.ip)
    const former = cookie.read(request)
    if (former) await endSession(db, hashToken(former))
    cookie.set(reply, token)
    return { user: await loadUser(db, userId) }
  })

  api.handle('POST /session/confirm', async ({ body, actor, request, reply }) => {
    const session = sessionOf(request, actor)
    const { token } = await confirmPassword(db, { ...body, email: actor.email, session }, request.ip)
    cookie.set(reply, token)
    return { authenticatedAt: new Date().toISOString() }
  })

  api.handle('DELETE /session', async ({ actor, request, reply }) => {
    const session = sessionOf(request, actor)
    await db.transaction().execute(async (tx) => {
      await endSession(tx, session)
      await appendAudit(tx, { actor: actor.email, action: 'session.sign-out', subject: actor.email })
    })
    cookie.clear(reply)
  })

  api.handle('GET /me', ({ actor }) => loadUser(db, actor.userId))

  api.handle('PUT /me/password', async ({ body, actor, request }) => {
    const session = sessionOf(request, actor)
    await changePassword(db, { ...body, userId: actor.userId, email: actor.email, session })
  })
}
