import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { buildUser } from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { testServer } from '../../test/server.ts'
import { hashPassword } from './password.ts'
import { createSignInLink } from './sign-in-links.store.ts'
import { createAdministrator } from './users.store.ts'

const database = await testDatabase()
const db = database.kysely
const server = await testServer(database)
const password = 'correct horse battery'
const passwordHash = await hashPassword(password)

beforeEach(async () => {
  await db.deleteFrom('sign_in_attempt').execute()
})

const sameOrigin = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }

function send(
  method: string,
  path: string,
  body?: unknown,
  cookie?: string,
  url = server.url,
): Promise<Response> {
  const headers = { ...sameOrigin, ...(cookie && { cookie }) }
  return fetch(`${url}/api/v1${path}`, {
    method,
    headers,
    ...(method !== 'GET' && { body: JSON.stringify(body) }),
  })
}

const signIn = (body: unknown, cookie?: string, url?: string) => send('POST', '/session', body, cookie, url)

/** `name=value` of the cookie that an answer sets. */
function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

async function linkFor(email: string, minutes?: number): Promise<string> {
  const link = await createSignInLink(db, { email, publicUrl: 'http://localhost', minutes })
  expect(link).toMatch(/^http:\/\/localhost\/sign-in#[\w-]{43}$/)
  return link.split('#')[1] ?? ''
}

const isSignedIn = async (cookie: string) => (await send('GET', '/me', undefined, cookie)).status === 200

async function withPassword() {
  return buildUser(db, { password_hash: passwordHash })
}

test('an installation without an administrator says so, until there is one', async () => {
  const asked = async () => (await (await send('GET', '/session')).json()).firstRun
  await db.deleteFrom('app_user').execute()
  expect(await asked()).toBe(true)
  await createAdministrator(db, { email: 'First@Acme.example', name: 'First' })
  expect(await asked()).toBe(false)
})

test('a link signs its user in once', async () => {
  const { email } = await buildUser(db)
  const link = await linkFor(email)
  const first = await signIn({ link })
  expect(await first.json()).toMatchObject({ user: { email, hasPassword: false } })
  expect(await isSignedIn(cookieOf(first))).toBe(true)
  const second = await signIn({ link })
  expect([second.status, (await second.json()).code]).toEqual([401, 'sign_in_refused'])
})

test('of twenty who use one link at the same moment one gets in', async () => {
  const link = await linkFor((await buildUser(db)).email)
  const answers = await Promise.all(Array.from({ length: 20 }, () => signIn({ link })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(401)])
})

test('a link that ended, or whose user was deactivated, signs nobody in', async () => {
  const { id, email } = await buildUser(db)
  const ended = await linkFor(email, 0)
  expect((await signIn({ link: ended })).status).toBe(401)
  const link = await linkFor(email)
  await db.updateTable('app_user').set({ active: false }).where('id', '=', id).execute()
  expect((await signIn({ link })).status).toBe(401)
})

test('only hashes of links, sessions and passwords are in the database', async () => {
  const { email } = await withPassword()
  const link = await linkFor(email)
  const cookie = cookieOf(await signIn({ email, password })).split('=')[1] ?? ''
  const { rows } = await sql<{ row: string }>`
    select l::text as row from sign_in_link l union all select s::text from session s
    union all select u::text from app_user u union all select a::text from audit_entry a`.execute(db)
  const dump = rows.map(({ row }) => row).join('\n')
  for (const secret of [link, cookie, password]) {
    expect(secret.length).toBeGreaterThan(10)
    expect(dump).not.toContain(secret)
    expect(dump).not.toContain(Buffer.from(secret, 'base64url').toString('hex'))
  }
})

test('email and password sign in, however the email is written', async () => {
  const { email } = await withPassword()
  const response = await signIn({ email: ` ${email.toUpperCase()} `, password })
  expect(response.status).toBe(200)
  expect(response.headers.getSetCookie()[0]).toMatch(
    /^muster=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
  )
})

test('on https the cookie belongs to this host alone and browsers are told to stay on https', async () => {
  const secure = await testServer(database, undefined, { publicUrl: 'https://muster.acme.example' })
  const { email } = await withPassword()
  const response = await signIn({ email, password }, undefined, secure.url)
  expect(response.headers.getSetCookie()[0]).toMatch(
    /^__Host-muster=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
  expect(response.headers.get('strict-transport-security')).toMatch(/max-age=63072000/)
  const stolen = cookieOf(response).replace('__Host-', '')
  expect((await send('GET', '/me', undefined, stolen, secure.url)).status).toBe(401)
})

test('who does not exist, has no password or is deactivated is answered like who mistyped', async () => {
  const { email } = await withPassword()
  const linkOnly = await buildUser(db)
  const gone = await buildUser(db, { password_hash: passwordHash, active: false })
  const answers: string[] = []
  for (const body of [
    { email, password: 'wrong password' },
    { email: 'nobody@acme.example', password },
    { email: linkOnly.email, password },
    { email: gone.email, password },
  ]) {
    const response = await signIn(body)
    answers.push(`${response.status} ${await response.text()}`)
  }
  expect(new Set(answers).size).toBe(1)
  expect(answers[0]).toMatch(/^401 .*sign_in_refused/)
})

test('an unknown email takes as long as a wrong password', async () => {
  const { email } = await withPassword()
  const timed = async (body: unknown) => {
    const start = performance.now()
    await signIn(body)
    return performance.now() - start
  }
  const wrong: number[] = []
  const unknown: number[] = []
  for (let i = 0; i < 6; i++) {
    wrong.push(await timed({ email, password: 'wrong password' }))
    unknown.push(await timed({ email: 'nobody@acme.example', password: 'wrong password' }))
  }
  // The fastest of each: without the hashing it would be a tenth.
  expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...wrong) * 0.6)
})

test('after ten wrong passwords even the right one waits, known user or not; a link still works', async () => {
  const { email } = await withPassword()
  for (const account of [email, 'nobody@acme.example']) {
    for (let i = 0; i < 10; i++)
      expect((await signIn({ email: account, password: 'wrong password' })).status).toBe(401)
    const response = await signIn({ email: account, password })
    expect([response.status, (await response.json()).code]).toEqual([429, 'too_many_attempts'])
  }
  expect((await signIn({ link: await linkFor(email) })).status).toBe(200)
  await db.updateTable('sign_in_attempt').set({ at: sql`now() - interval '16 minutes'` }).execute()
  expect((await signIn({ email, password })).status).toBe(200)
})

test('of forty wrong passwords at once ten are looked at, however quick they are', async () => {
  const { email } = await withPassword()
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => signIn({ email, password: 'wrong password' })),
  )
  expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(10)
})

test('an address that tries many accounts is refused, whatever address it claims to have', async () => {
  const guess = (i: number, url: string) =>
    fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { ...sameOrigin, 'x-forwarded-for': `203.0.113.${i}` },
      body: JSON.stringify({ link: `guess-${i}` }),
    })
  for (let i = 0; i < 100; i++) expect((await guess(i, server.url)).status).toBe(401)
  expect((await guess(101, server.url)).status).toBe(429)
  const behindProxy = await testServer(database, undefined, { trustedProxies: ['127.0.0.1'] })
  expect((await guess(101, behindProxy.url)).status).toBe(401)
})

test('a right password ends the count for its account', async () => {
  const { email } = await withPassword()
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 5; i++) await signIn({ email, password: 'wrong password' })
    expect((await signIn({ email, password })).status).toBe(200)
  }
})

test('signing in again makes a new session and ends the one before', async () => {
  const { email } = await withPassword()
  const first = cookieOf(await signIn({ email, password }))
  const second = cookieOf(await signIn({ email, password }, first))
  expect(second).not.toBe(first)
  expect([await isSignedIn(first), await isSignedIn(second)]).toEqual([false, true])
})

test('signing out ends the session and takes the cookie away', async () => {
  const { email } = await withPassword()
  const cookie = cookieOf(await signIn({ email, password }))
  const response = await send('DELETE', '/session', {}, cookie)
  expect(response.status).toBe(204)
  expect(response.headers.getSetCookie()[0]).toMatch(/^muster=; Max-Age=0/)
  expect(await isSignedIn(cookie)).toBe(false)
})

test('a deactivated user is out with the next request', async () => {
  const { id, email } = await withPassword()
  const cookie = cookieOf(await signIn({ email, password }))
  expect(await isSignedIn(cookie)).toBe(true)
  await db.updateTable('app_user').set({ active: false }).where('id', '=', id).execute()
  expect(await isSignedIn(cookie)).toBe(false)
})

test('after six minutes a password can only be changed by who confirms the present one', async () => {
  const { id, email } = await withPassword()
  const old = cookieOf(await signIn({ email, password }))
  const sixMinutesAgo = sql<Date>`now() - interval '6 minutes'`
  await db.updateTable('session').set({ authenticated_at: sixMinutesAgo }).where('user_id', '=', id).execute()
  const change = (cookie: string) =>
    send('PUT', '/me/password', { password: 'another long password' }, cookie)
  const refused = await change(old)
  expect([refused.status, (await refused.json()).code]).toEqual([403, 'step_up_required'])

  expect((await send('POST', '/session/confirm', { password: 'wrong password' }, old)).status).toBe(401)
  const confirmed = await send('POST', '/session/confirm', { password }, old)
  expect(confirmed.status).toBe(200)
  const fresh = cookieOf(confirmed)
  expect([await isSignedIn(old), await isSignedIn(fresh)]).toEqual([false, true])
  expect((await change(fresh)).status).toBe(204)
})

test('a new password ends every other session and is the one that counts', async () => {
  const { email } = await withPassword()
  const here = cookieOf(await signIn({ email, password }))
  const elsewhere = cookieOf(await signIn({ email, password }))
  const changed = await send('PUT', '/me/password', { password: 'another long password' }, here)
  expect(changed.status).toBe(204)
  expect([await isSignedIn(here), await isSignedIn(elsewhere)]).toEqual([true, false])
  expect((await signIn({ email, password })).status).toBe(401)
  expect((await signIn({ email, password: 'another long password' })).status).toBe(200)
})

test('a new password makes sign-in links useless that were not used yet', async () => {
  const { email } = await withPassword()
  const here = cookieOf(await signIn({ email, password }))
  const link = await linkFor(email)
  await send('PUT', '/me/password', { password: 'another long password' }, here)
  expect((await signIn({ link })).status).toBe(401)
})

test('whoever is made an administrator again has to sign in again', async () => {
  const { id, email } = await withPassword()
  const cookie = cookieOf(await signIn({ email, password }))
  const link = await linkFor(email)
  await createAdministrator(db, { email })
  expect(await isSignedIn(cookie)).toBe(true)
  await db.updateTable('app_user').set({ active: false }).where('id', '=', id).execute()
  await createAdministrator(db, { email })
  expect(await isSignedIn(cookie)).toBe(false)
  expect((await signIn({ link })).status).toBe(401)
  expect((await signIn({ email, password })).status).toBe(200)
})

test('wrong passwords of users are on the record, as many as were looked at; of others nothing is', async () => {
  const { email } = await withPassword()
  const cookie = cookieOf(await signIn({ email, password }))
  await send('POST', '/session/confirm', { password: 'my secret slip' }, cookie)
  for (let i = 0; i < 15; i++) await signIn({ email, password: 'my secret slip' })
  await signIn({ email: 'nobody@acme.example', password: 'my secret slip' })
  const refusals = await db
    .selectFrom('audit_entry')
    .select(['actor', 'subject', 'detail'])
    .where('action', '=', 'session.refuse')
    .where('subject', 'in', [email, 'nobody@acme.example'])
    .orderBy('seq')
    .execute()
  expect(refusals).toHaveLength(10)
  expect(refusals.slice(0, 2)).toEqual([
    { actor: 'system', subject: email, detail: { at: 'confirm' } },
    { actor: 'system', subject: email, detail: { at: 'sign-in' } },
  ])
})

test('a short password is refused with the reason', async () => {
  const { email } = await withPassword()
  const cookie = cookieOf(await signIn({ email, password }))
  const response = await send('PUT', '/me/password', { password: 'short' }, cookie)
  expect(await response.json()).toMatchObject({
    code: 'input_invalid',
    errors: [{ path: 'password', message: 'at least 12 characters' }],
  })
})

test('an API token cannot change the password, confirm or sign out', async () => {
  const authorization = `Bearer ${await server.token('administrator')}`
  const headers = { authorization, 'content-type': 'application/json' }
  for (const [method, path, body] of [
    ['PUT', '/me/password', { password: 'another long password' }],
    ['POST', '/session/confirm', { password }],
    ['DELETE', '/session', {}],
  ] as const) {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    })
    expect([path, response.status, (await response.json()).code]).toEqual([path, 403, 'not_allowed'])
  }
})

test('each act is on the record', async () => {
  const { email } = await withPassword()
  const cookie = cookieOf(await signIn({ email, password }))
  await send('PUT', '/me/password', { password: 'another long password' }, cookie)
  await send('DELETE', '/session', {}, cookie)
  const admin = await server.client('administrator')
  const { items, total } = await admin('GET /audit', { query: { subject: email } })
  expect(items.map(({ action }) => action)).toEqual(['session.sign-out', 'user.password', 'session.sign-in'])
  expect(total).toBe(3)
})
