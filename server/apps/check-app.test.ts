import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import type { FailureCode } from '../../contract/failure.ts'
import { buildApp, buildFailure } from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { type ProbeLine, VendorFailure } from '../../vendors/vendor.ts'
import { checkApp, recordFault } from './check-app.ts'
import { findInstalled } from './installed-app.store.ts'
import type { VendorDeps } from './open-vendor.ts'
import { verdict } from './verdict.ts'

const { kysely: db } = await testDatabase()

beforeEach(() => sql`truncate installed_app`.execute(db))

const good: ProbeLine = { permission: 'Members: read', ok: true }
const bad = (code: FailureCode, optional = false): ProbeLine => ({
  permission: code,
  ok: false,
  optional,
  failure: buildFailure(code),
})

function vendorThatProbes(probe: () => Promise<ProbeLine[]>): VendorDeps {
  return {
    db,
    openCandidate: async () => undefined,
    openVendor: async () => ({
      revision: 'any',
      organization: 'acme',
      probe: async () => ({ lines: await probe(), credentialExpiresAt: new Date('2027-01-01T00:00:00Z') }),
      readDirectory: () => Promise.reject(new Error('not asked for')),
      close: async () => {},
    }),
  }
}

test('the first line that is no good and is needed is the fault of the app', () => {
  expect(verdict([good, bad('app_api_disabled', true)])).toBeNull()
  expect(verdict([good, bad('rate_limited'), bad('app_permission_missing')])?.code).toBe(
    'app_permission_missing',
  )
  expect(verdict([bad('app_suspended'), bad('app_permission_missing')])?.code).toBe('app_suspended')
  expect(verdict([good, bad('vendor_timeout')])).toBeUndefined()
})

test('a fault is stored with its lines, goes on the record once, and is cleared by a good check', async () => {
  await buildApp(db)
  const lines = [good, bad('app_permission_missing')]
  const outcome = await checkApp(
    vendorThatProbes(async () => lines),
    'github',
  )
  expect(outcome).toMatchObject({ fault: { code: 'app_permission_missing' }, passing: undefined })
  const faulty = await findInstalled(db, 'github')
  expect(faulty).toMatchObject({ failure: { code: 'app_permission_missing' }, checks: lines })
  await checkApp(
    vendorThatProbes(async () => [bad('app_permission_missing')]),
    'github',
  )
  expect((await findInstalled(db, 'github'))?.fault_since).toEqual(faulty?.fault_since)
  await checkApp(
    vendorThatProbes(async () => [good]),
    'github',
  )
  expect(await findInstalled(db, 'github')).toMatchObject({
    failure: null,
    fault_since: null,
    credential_expires_at: new Date('2027-01-01T00:00:00Z'),
  })
  const audit = await db.selectFrom('audit_entry').select(['action', 'detail']).orderBy('seq').execute()
  expect(audit).toEqual([
    { action: 'app.fault', detail: { code: 'app_permission_missing' } },
    { action: 'app.recover', detail: { code: 'app_permission_missing' } },
  ])
})

test('what passes by itself is told to the caller and leaves the app as it was', async () => {
  await buildApp(db, { failure: buildFailure('app_suspended') })
  const limited = new VendorFailure(buildFailure('rate_limited'), new Date())
  const outcome = await checkApp(
    vendorThatProbes(() => Promise.reject(limited)),
    'github',
  )
  expect(outcome).toMatchObject({ fault: undefined, passing: limited })
  expect(await findInstalled(db, 'github')).toMatchObject({
    failure: { code: 'app_suspended' },
    checks: [{ ok: false, failure: { code: 'rate_limited' } }],
  })
})

test('a check of a configuration that was replaced meanwhile is not written', async () => {
  await buildApp(db)
  const before = await findInstalled(db, 'github')
  const replaced = vendorThatProbes(async () => {
    await sql`update installed_app set revision = gen_random_uuid()`.execute(db)
    return [bad('app_suspended')]
  })
  await checkApp(replaced, 'github')
  expect(await findInstalled(db, 'github')).toEqual({ ...before, revision: expect.any(String) })
})

test('a fault that is met while working stands on the app at once, unless it was configured anew since', async () => {
  const before = await buildApp(db)
  await sql`update installed_app set revision = gen_random_uuid()`.execute(db)
  expect(await recordFault(db, before, buildFailure('app_suspended'))).toBe(false)
  const installed = await findInstalled(db, 'github')
  if (!installed) throw new Error('it is installed')
  expect(installed.failure).toBeNull()
  expect(await recordFault(db, installed, buildFailure('app_suspended'))).toBe(true)
  const faulty = await findInstalled(db, 'github')
  expect(faulty).toMatchObject({ failure: { code: 'app_suspended' }, fault_since: expect.any(Date) })
})
