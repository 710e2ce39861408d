import { expect, test } from 'vitest'
import { buildStaffMember, buildUser } from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { OperatorError } from '../operator-error.ts'
import { createApiToken } from './api-tokens.store.ts'
import { createSignInLink } from './sign-in-links.store.ts'
import { createAdministrator, createUser } from './users.store.ts'

const { kysely: db } = await testDatabase()

test('an administrator may be created twice and stays one, with the name first given', async () => {
  const first = await createAdministrator(db, { email: ' Ana@Acme.example', name: 'Ana' })
  const second = await createAdministrator(db, { email: 'ana@acme.example', name: 'Somebody' })
  expect(second).toEqual(first)
  expect(first).toMatchObject({ email: 'ana@acme.example', name: 'Ana', role: 'administrator' })
})

test('the command line makes anybody an administrator, also who was deactivated', async () => {
  const { email } = await buildUser(db, { role: 'employee', active: false })
  expect(await createAdministrator(db, { email })).toMatchObject({ role: 'administrator' })
  expect(await createSignInLink(db, { email, publicUrl: 'http://localhost:8080/' })).toMatch(
    /^http:\/\/localhost:8080\/sign-in#/,
  )
})

test('a user is the staff member with the same email, where there is exactly one', async () => {
  const one = await buildStaffMember(db, { email: 'One@acme.example' })
  await buildStaffMember(db, { email: 'two@acme.example' })
  await buildStaffMember(db, { email: 'two@acme.example' })
  const accountOf = async (email: string) =>
    (await createUser(db, { email, role: 'employee' }, 'test')).accountId
  expect(await accountOf('one@acme.example')).toBe(one.account_id)
  expect(await accountOf('two@acme.example')).toBeNull()
})

test('links and tokens for nobody, and tokens for no time, are refused with a sentence', async () => {
  const nobody = { email: 'nobody@acme.example', publicUrl: 'http://localhost' }
  await expect(createSignInLink(db, nobody)).rejects.toThrow(
    'muster admin create --email nobody@acme.example',
  )
  await expect(createApiToken(db, nobody)).rejects.toThrow(OperatorError)
  for (const expiresInDays of [0, 1.5, 367, Number.NaN])
    await expect(createApiToken(db, { email: 'ana@acme.example', expiresInDays })).rejects.toThrow(
      'between 1',
    )
})

test('a token can be recognised as ours and is on the record', async () => {
  expect(await createApiToken(db, { email: 'ana@acme.example' })).toMatch(/^muster_[\w-]{43}$/)
  const entry = await db
    .selectFrom('audit_entry')
    .select(['actor', 'action', 'subject'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  expect(entry).toEqual({ actor: 'command line', action: 'token.create', subject: 'ana@acme.example' })
})
