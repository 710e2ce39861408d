import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessionHours } from './sessions.store.ts'

export interface SessionCookie {
  read(request: FastifyRequest): string | undefined
  set(reply: FastifyReply, token: string): void
  clear(reply: FastifyReply): void
}

/**
 * The cookie of a session. On https its `__Host-` name makes browsers take it only from this very host, over
 * https, for the whole of it; plain http (loopback) cannot have that name.
 */
export function sessionCookie(secure: boolean): SessionCookie {
  const name = secure ? '__Host-muster' : 'muster'
  const options: CookieSerializeOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure }
  return {
    read: (request) => request.cookies[name],
    set: (reply, token) => void reply.setCookie(name, token, { ...options, maxAge: sessionHours * 3600 }),
    clear: (reply) => void reply.clearCookie(name, options),
  }
}
