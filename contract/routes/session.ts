import { z } from 'zod'
import { cursorQuery, page, route, Time } from './route.ts'
import { UserShape } from './shapes.ts'

export const sessionRoutes = {
  'GET /session': route({
    summary: 'Who is signed in, and whether this installation still has no administrator',
    access: 'public',
    response: z.object({
      user: UserShape.nullable(),
      /** RFC 3339; when the person last proved who they are. */
      authenticatedAt: Time.nullable(),
      firstRun: z.boolean(),
    }),
  }),
  'POST /session': route({
    summary: 'Sign in with a one-time link’s token or with email and password',
    access: 'public',
    body: z.union([
      z.strictObject({ link: z.string().min(1).max(200) }),
      z.strictObject({ email: z.string().min(1).max(320), password: z.string().min(1).max(1000) }),
    ]),
    response: z.object({ user: UserShape }),
  }),
  'POST /session/confirm': route({
    summary: 'Confirm that it is still you (step-up)',
    access: 'self',
    body: z.strictObject({ password: z.string().min(1).max(1000) }),
    response: z.object({ authenticatedAt: Time }),
  }),
  'DELETE /session': route({ summary: 'Sign out', access: 'self' }),
  'GET /me': route({ summary: 'The signed-in person', access: 'self', response: UserShape }),
  'PUT /me/password': route({
    summary: 'Set or change one’s own password (at least 12 characters)',
    access: 'self',
    stepUp: true,
    body: z.strictObject({ password: z.string().min(12, 'at least 12 characters').max(1000) }),
  }),
  'GET /audit': route({
    summary: 'Who did what to whom, newest first',
    access: 'administrator',
    query: z.strictObject({
      ...cursorQuery,
      action: z.string().max(100).optional(),
      subject: z.string().max(200).optional(),
    }),
    response: page(
      z.object({
        seq: z.number().int(),
        at: Time,
        actor: z.string(),
        action: z.string(),
        subject: z.string().nullable(),
        app: z.string().nullable(),
        detail: z.record(z.string(), z.unknown()),
        hash: z.string(),
      }),
    ),
  }),
}
