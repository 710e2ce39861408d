import type { FastifyRequest } from 'fastify'
import type { RouteContract } from '../../contract/routes/route.ts'
import type { Role } from '../../contract/words.ts'
import type { Actor } from './api.ts'
import { ProblemError } from './problem-error.ts'

/**
 * The one place that decides who may do what: by role, by how fresh the sign-in is, and by where a request
 * comes from. What belongs to whom inside a route is the WHERE clause of its store.
 */

const rank: Record<Role, number> = { employee: 1, manager: 2, administrator: 3 }
const freshForMinutes = 5

/** Throws unless `actor` (null: nobody signed in) may call the route. */
export function requireAccess(actor: Actor | null, route: Pick<RouteContract, 'access' | 'stepUp'>): void {
  if (route.access === 'public') return
  if (!actor)
    throw new ProblemError(
      'sign_in_required',
      'Nobody is signed in, or the sign-in has ended: sign in again, or send a valid API token.',
    )
  if (route.access !== 'self' && rank[actor.role] < rank[route.access])
    throw new ProblemError(
      'not_allowed',
      `Only ${plural[route.access]} may do this, and you are signed in as ${article[actor.role]}: ask an administrator.`,
    )
  if (route.stepUp) requireStepUp(actor)
}

/**
 * Throws unless the person proved who they are within the last five minutes. API tokens are exempt: a program
 * has nothing to prove itself with again.
 */
export function requireStepUp(actor: Actor): void {
  if (isFresh(actor)) return
  throw new ProblemError(
    'step_up_required',
    `This needs a sign-in at most ${freshForMinutes} minutes old: enter your password again, or, without a password, sign in with a new one-time link.`,
  )
}

/** Whether {@link requireStepUp} would let this actor pass, for screens that ask beforehand. */
export function isFresh(actor: Actor): boolean {
  if (actor.via === 'token') return true
  const at = actor.authenticatedAt?.getTime() ?? 0
  return Date.now() - at <= freshForMinutes * 60_000
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A browser sends our cookie along with requests that another site makes it send. So an unsafe request with a
 * session needs proof that it comes from our own pages: Sec-Fetch-Site where the browser tells, Origin where
 * it is too old or the address is not a secure one. A program without a cookie has neither and needs neither.
 */
export function requireSameOrigin(request: FastifyRequest, actor: Actor | null, publicUrl: string): void {
  if (safeMethods.has(request.method) || actor?.via === 'token') return
  const site = request.headers['sec-fetch-site']
  const origin = request.headers.origin
  if (!site && !origin && !actor) return
  if (site ? site === 'same-origin' : origin === new URL(publicUrl).origin) return
  throw new ProblemError(
    'cross_origin',
    `This request does not come from a page of ${publicUrl}, so it was refused: open Muster at that address and try again. Programs use an API token instead of a cookie.`,
  )
}

const plural: Record<Role, string> = {
  employee: 'signed-in people',
  manager: 'managers and administrators',
  administrator: 'administrators',
}
const article: Record<Role, string> = {
  employee: 'an employee',
  manager: 'a manager',
  administrator: 'an administrator',
}
