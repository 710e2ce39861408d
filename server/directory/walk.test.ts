import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import type { App } from '../../contract/words.ts'
import {
  buildApp,
  buildConnection,
  buildExternalAccount,
  buildFailure,
  buildStaffMember,
} from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { type DirectoryPage, VendorFailure } from '../../vendors/vendor.ts'
import { findInstalled } from '../apps/installed-app.store.ts'
import type { VendorDeps } from '../apps/open-vendor.ts'
import { loadDirectory } from './directory.store.ts'
import { WalkLost, walkDirectory } from './walk.ts'

const { kysely: db } = await testDatabase()

beforeEach(async () => {
  await sql`truncate external_account, external_account_key, directory_walk, installed_app, connection, staff_member cascade`.execute(
    db,
  )
})

interface Directory {
  size: number
  perPage?: number
  total?: number
  /** Accounts that are not like the others, by number. */
  unlike?: Record<string, Partial<DirectoryPage['accounts'][number]>>
  /** Called before each answer, with the page's number from 0. */
  before?(page: number): void | Promise<void>
}

/** A vendor whose directory is the numbers from 1, in pages, and that counts how often it is asked. */
function vendorWith(directory: Directory): Pick<VendorDeps, 'db' | 'openVendor'> & { calls: number } {
  const { perPage = 10 } = directory
  const deps = {
    db,
    calls: 0,
    openVendor: async (app: App) => ({
      revision: (await findInstalled(db, app))?.revision ?? randomUUID(),
      organization: 'acme',
      probe: async () => ({ lines: [] }),
      close: async () => {},
      async readDirectory(cursor: string | null): Promise<DirectoryPage> {
        deps.calls++
        const start = cursor === null ? 0 : Number(cursor)
        await directory.before?.(start / perPage)
        const end = Math.min(start + perPage, directory.size)
        const ids = Array.from({ length: end - start }, (_, index) => String(start + index + 1))
        return {
          accounts: ids.map((id) => ({
            externalId: id,
            login: `login-${id}`,
            name: `Person ${id}`,
            kind: 'human' as const,
            suspended: false,
            ...directory.unlike?.[id],
          })),
          keys: ids.map((id) => ({
            externalId: id,
            kind: 'verified-email' as const,
            value: `${id}@acme.example`,
          })),
          next: end < directory.size ? String(end) : null,
          total: directory.total,
        }
      },
    }),
  }
  return deps
}

const failure = (code: 'vendor_busy' | 'cursor_expired') =>
  new VendorFailure({ code, step: 'directory', at: new Date().toISOString(), details: {}, evidence: {} })

async function ids(): Promise<string[]> {
  const rows = await db.selectFrom('external_account').select('external_id').execute()
  return rows.map((row) => row.external_id).sort()
}

test('reads every page once, tells how far it is, and the directory is what was read', async () => {
  await buildApp(db)
  const progress: unknown[] = []
  const vendor = vendorWith({ size: 25, total: 25 })
  const walked = await walkDirectory(vendor, 'github', { onPage: (page) => progress.push(page) })
  expect(walked).toEqual({ snapshot: 1, accounts: 25 })
  expect(vendor.calls).toBe(3)
  expect(progress).toEqual([
    { pages: 1, accounts: 10, total: 25 },
    { pages: 2, accounts: 20, total: 25 },
    { pages: 3, accounts: 25, total: 25 },
  ])
  const { accounts, keys } = await loadDirectory(db, 'github', 1)
  expect(accounts).toHaveLength(25)
  expect(keys).toContainEqual({ externalId: '7', kind: 'verified-email', value: '7@acme.example' })
  expect(await db.selectFrom('directory_walk').selectAll().execute()).toEqual([])
})

test('a complete walk removes accounts and keys that it has not seen, an interrupted one removes none', async () => {
  await buildApp(db, { directory_snapshot: 1 })
  const old = await buildExternalAccount(db, {
    external_id: 'old',
    keys: [{ kind: 'public-email', value: 'a@b.c' }],
  })
  await buildExternalAccount(db, { external_id: '1', keys: [{ kind: 'public-email', value: 'gone@b.c' }] })
  const broken = vendorWith({
    size: 30,
    before: (page) => {
      if (page === 2) throw failure('vendor_busy')
    },
  })
  await expect(walkDirectory(broken, 'github')).rejects.toThrow('vendor_busy')
  expect(await ids()).toContain(old.external_id)
  expect(
    (await db.selectFrom('installed_app').selectAll().executeTakeFirstOrThrow()).directory_snapshot,
  ).toBe(1)

  const mended = vendorWith({ size: 30 })
  await walkDirectory(mended, 'github')
  expect(mended.calls).toBe(1)
  expect(await ids()).toHaveLength(30)
  const { keys } = await loadDirectory(db, 'github', 2)
  expect(keys.filter((key) => key.kind === 'public-email')).toEqual([])
})

test('a walk that is interrupted after each page ends the same, at the cost of one call for each interruption', async () => {
  await buildApp(db)
  let calls = 0
  for (;;) {
    const vendor = vendorWith({ size: 60, total: 60 })
    const stop = new AbortController()
    try {
      await walkDirectory(vendor, 'github', { onPage: () => stop.abort(), signal: stop.signal })
      break
    } catch {
      expect(stop.signal.aborted).toBe(true)
    } finally {
      calls += vendor.calls
    }
  }
  expect(calls).toBe(6 + 5)
  expect((await loadDirectory(db, 'github', 1)).accounts).toHaveLength(60)
})

test('a stale worker cannot write a page after another one has taken the walk over', async () => {
  await buildApp(db)
  const paused = Promise.withResolvers<void>()
  const atPage2 = Promise.withResolvers<void>()
  const stale = vendorWith({
    size: 40,
    before: async (page) => {
      if (page !== 2) return
      atPage2.resolve()
      await paused.promise
    },
  })
  const lost = walkDirectory(stale, 'github')
  const refused = expect(lost).rejects.toThrow(WalkLost)
  await atPage2.promise
  await walkDirectory(vendorWith({ size: 40 }), 'github')
  await db.deleteFrom('external_account').execute()
  paused.resolve()
  await refused
  expect(await ids()).toEqual([])
})

test('a worker whose app was uninstalled under it writes nothing more', async () => {
  await buildApp(db)
  const vendor = vendorWith({
    size: 40,
    before: async (page) => {
      if (page !== 2) return
      await db.deleteFrom('directory_walk').execute()
      await db.deleteFrom('external_account').execute()
    },
  })
  await expect(walkDirectory(vendor, 'github')).rejects.toThrow(WalkLost)
  expect((await ids()).length).toBeLessThanOrEqual(10)
})

test('a vendor that was opened before the app was configured anew, or uninstalled, fills no directory', async () => {
  await buildApp(db)
  for (const change of [
    sql`update installed_app set revision = gen_random_uuid()`,
    sql`delete from installed_app`,
  ]) {
    const vendor = vendorWith({ size: 5 })
    const changed = {
      ...vendor,
      openVendor: async (app: App) => {
        const opened = await vendor.openVendor(app)
        await change.execute(db)
        return opened
      },
    }
    await expect(walkDirectory(changed, 'github')).rejects.toThrow(WalkLost)
  }
  expect(await ids()).toEqual([])
  expect(await db.selectFrom('directory_walk').selectAll().execute()).toEqual([])
})

test.each([
  ['no accounts at all', { size: 0, total: undefined }],
  ['3 of 500', { size: 3, total: 500 }],
  ['5 accounts where there were 100', { size: 5, total: undefined }],
])('a list with %s is not believed, and nobody disappears', async (fact, directory) => {
  await buildApp(db, { directory_snapshot: 1, directory_accounts: 100 })
  await buildExternalAccount(db, { external_id: 'stays' })
  const walk = walkDirectory(vendorWith(directory), 'github')
  await expect(walk).rejects.toMatchObject({
    failure: { code: 'data_unexpected', details: { fact: expect.stringContaining(fact) } },
  })
  expect(await ids()).toContain('stays')
  const walked = await walkDirectory(vendorWith({ size: 100 }), 'github')
  expect(walked).toEqual({ snapshot: 3, accounts: 100 })
  expect(await ids()).not.toContain('stays')
})

test('a walk interrupted more than a day ago starts anew', async () => {
  await buildApp(db)
  const broken = vendorWith({
    size: 30,
    before: (page) => {
      if (page === 2) throw failure('vendor_busy')
    },
  })
  await expect(walkDirectory(broken, 'github')).rejects.toThrow('vendor_busy')
  await sql`update directory_walk set started_at = now() - interval '25 hours'`.execute(db)
  const vendor = vendorWith({ size: 30 })
  expect(await walkDirectory(vendor, 'github')).toEqual({ snapshot: 2, accounts: 30 })
  expect(vendor.calls).toBe(3)
})

test('a cursor that the vendor has forgotten starts the walk anew', async () => {
  await buildApp(db)
  let expired = false
  const directory: Directory = {
    size: 30,
    before: (page) => {
      if (page === 2 && !expired) throw failure('vendor_busy')
    },
  }
  await expect(walkDirectory(vendorWith(directory), 'github')).rejects.toThrow('vendor_busy')
  directory.before = (page) => {
    if (page === 0) expired = true
    else if (!expired) throw failure('cursor_expired')
  }
  expect(await walkDirectory(vendorWith(directory), 'github')).toEqual({ snapshot: 2, accounts: 30 })
})

test('a connected person whose account is gone has failed with account_not_found, and is connected again with it', async () => {
  await buildApp(db)
  const ana = await buildStaffMember(db, { display_name: 'Ana' })
  await buildConnection(db, { account_id: ana.account_id, external_id: 'gone', login: 'ana-gh' })
  await buildConnection(db, { external_id: '3' })
  const connection = () =>
    db.selectFrom('connection').selectAll().where('account_id', '=', ana.account_id).executeTakeFirstOrThrow()

  await walkDirectory(vendorWith({ size: 30 }), 'github')
  expect(await connection()).toMatchObject({
    status: 'failed',
    external_id: 'gone',
    failure: { code: 'account_not_found', details: { person: 'Ana', other: 'ana-gh', organization: 'acme' } },
  })
  const others = await db.selectFrom('connection').select('status').where('external_id', '=', '3').execute()
  expect(others).toEqual([{ status: 'connected' }])

  await db.updateTable('connection').set({ external_id: '30' }).where('external_id', '=', 'gone').execute()
  await walkDirectory(vendorWith({ size: 30 }), 'github')
  expect(await connection()).toMatchObject({ status: 'connected', failure: null, origin: 'admin' })
  const audit = await db.selectFrom('audit_entry').select(['action', 'subject']).orderBy('seq').execute()
  expect(audit).toEqual([
    { action: 'connection.lose', subject: ana.account_id },
    { action: 'connection.restore', subject: ana.account_id },
  ])
})

test('an account that comes back suspended, or to somebody who left, connects nobody', async () => {
  await buildApp(db)
  const lost = { status: 'failed', failure: buildFailure('account_not_found'), login: 'ana-gh' } as const
  const left = await buildStaffMember(db, { display_name: 'Ana', active: false })
  await buildConnection(db, { ...lost, account_id: left.account_id, external_id: '1' })
  const suspended = await buildConnection(db, { ...lost, external_id: '2' })
  const bot = await buildConnection(db, { ...lost, external_id: '3' })
  await walkDirectory(
    vendorWith({ size: 30, unlike: { 2: { suspended: true }, 3: { kind: 'bot' } } }),
    'github',
  )
  const rows = await db.selectFrom('connection').selectAll().orderBy('external_id').execute()
  expect(rows.map((row) => [row.account_id, row.status, row.failure_code])).toEqual([
    [left.account_id, 'paused', 'person_inactive'],
    [suspended.account_id, 'failed', 'account_suspended'],
    [bot.account_id, 'failed', 'account_suspended'],
  ])
  expect(rows[0]?.failure?.details).toEqual({
    app: 'github',
    person: 'Ana',
    other: 'ana-gh',
    organization: 'acme',
  })
})

test('a login that another account has now ends the connection as account_changed and moves to nobody', async () => {
  await buildApp(db)
  const ana = await buildStaffMember(db)
  await buildConnection(db, { account_id: ana.account_id, external_id: 'gone', login: 'LOGIN-3' })
  await walkDirectory(vendorWith({ size: 30 }), 'github')
  const row = await db.selectFrom('connection').selectAll().executeTakeFirstOrThrow()
  expect(row).toMatchObject({ status: 'failed', external_id: 'gone', failure_code: 'account_changed' })
})
