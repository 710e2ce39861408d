import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { startSandbox } from '../../sandbox/start.ts'
import {
  buildApp,
  buildConnection,
  buildExternalAccount,
  buildProposal,
  buildRun,
  buildRunItem,
} from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { testServer } from '../../test/server.ts'
import { vendors } from '../../vendors/registry.ts'
import { openListener } from '../db/listen.ts'
import { walkDirectory } from '../directory/walk.ts'
import { openQueue } from '../jobs/queue.ts'
import { startWorker } from '../jobs/worker.ts'
import { createLog } from '../log.ts'
import { readOrCreateKeyFile } from '../secrets/key-file.ts'
import { createOpener } from '../secrets/opener.ts'
import { sealer } from '../secrets/sealer.ts'
import { appRoutes } from './apps.routes.ts'
import { vendorDeps } from './vendor-context.ts'

const database = await testDatabase()
const { kysely: db } = database
const sandbox = await startSandbox({ staff: 60 })
const { github } = sandbox
const keys = mkdtempSync(join(tmpdir(), 'muster-keys-'))
const keyFile = join(keys, 'master.key')
await readOrCreateKeyFile(keyFile)
const opener = await createOpener(db, keyFile)
const listener = await openListener(database.url)
const queue = await openQueue({ ...database, listener, log: createLog('silent') })
const options = {
  db,
  vendors,
  opener,
  queue,
  outbound: { allowedPrivateHosts: { hosts: [new URL(sandbox.url).host], ranges: [] } },
}
await startWorker(options)
const server = await testServer(database, (api, { changes }) =>
  appRoutes(api, { db, queue, sealer, changes }),
)
const admin = await server.client('administrator')

afterAll(async () => {
  await queue.stop()
  await listener.close()
  await sandbox.close()
  rmSync(keys, { recursive: true })
})

beforeEach(async () => {
  github.clearFaults()
  await sql`truncate installed_app, app_candidate, sealed_secret, external_account, external_account_key,
    directory_walk, vendor_pause, connection, staff_member, run cascade`.execute(db)
})

const config = {
  appId: github.appId,
  privateKey: github.privateKeyPem,
  webhookSecret: github.webhookSecret,
  organization: github.organization,
  apiUrl: github.apiUrl,
}
const params = { app: 'github' } as const
const install = (body: Record<string, unknown> = config) => admin('PUT /apps/{app}', { params, body })

async function auditActions(): Promise<string[]> {
  const rows = await db.selectFrom('audit_entry').select('action').orderBy('seq').execute()
  return rows.map((row) => row.action)
}

test('installing answers with the health that a check over HTTP found', async () => {
  const app = await install()
  expect(app).toMatchObject({ health: 'healthy', disabledReason: null, failure: null })
  expect(app.checks.map((line) => line.ok)).not.toContain(false)
  expect(app.settings).toEqual({
    appId: github.appId,
    organization: github.organization,
    apiUrl: github.apiUrl,
  })
  expect(await auditActions()).toContain('app.install')
})

test('apps that cannot be used say why', async () => {
  const { items } = await admin('GET /apps')
  expect(items.map(({ app, health, disabledReason }) => ({ app, health, disabledReason }))).toMatchObject([
    { app: 'github', health: 'not_installed', disabledReason: 'GitHub is not installed yet.' },
    {
      app: 'gitlab',
      health: 'unavailable',
      disabledReason: 'GitLab is not part of this version of Muster yet.',
    },
    { app: 'google-calendar', health: 'unavailable' },
    { app: 'office365', health: 'unavailable' },
  ])
  const refused = admin('PUT /apps/{app}', { params: { app: 'gitlab' }, body: {} })
  await expect(refused).rejects.toMatchObject({ problem: { code: 'app_not_available' } })
})

test('no answer, row or audit entry shows a secret, and the web role cannot open one', async () => {
  await install()
  const answers = [
    await admin('GET /apps'),
    await admin('POST /apps/{app}/check', { params, body: undefined }),
    await db.selectFrom('installed_app').selectAll().execute(),
    await db.selectFrom('audit_entry').selectAll().execute(),
    (await sql`select * from pgboss.job`.execute(db)).rows,
    (await db.selectFrom('sealed_secret').selectAll().execute()).map((row) => row.sealed.toString('latin1')),
  ]
  const text = JSON.stringify(answers)
  const middleOfKey = github.privateKeyPem.split('\n')[5] ?? ''
  expect(middleOfKey.length).toBeGreaterThan(40)
  for (const secret of [middleOfKey, github.webhookSecret, 'ghs_']) expect(text).not.toContain(secret)
  expect((await opener.open('app:github', 'webhookSecret'))?.reveal()).toBe(github.webhookSecret)
  const elsewhere = join(keys, 'another.key')
  await readOrCreateKeyFile(elsewhere)
  await expect(createOpener(db, elsewhere)).rejects.toThrow('belongs to another installation')
})

test('another app’s key is the app’s fault, in a sentence, and the right key mends it', async () => {
  const app = await install({ ...config, privateKey: github.otherPrivateKeyPem })
  expect(app).toMatchObject({ health: 'fault', failure: { code: 'app_credential_invalid' } })
  expect(app.disabledReason).toContain('GitHub does not accept the credential')
  expect(app.faultSince).not.toBeNull()
  expect(await install()).toMatchObject({ health: 'healthy', faultSince: null })
  expect((await auditActions()).filter((action) => action.startsWith('app.')).slice(-3)).toEqual([
    'app.install',
    'app.fault',
    'app.configure',
  ])
})

test('settings can be changed without entering the secrets again, but not the place they are sent to', async () => {
  await install()
  const { privateKey: _key, webhookSecret: _hook, ...settings } = config
  expect(await install({ ...settings, installationId: github.installationId })).toMatchObject({
    health: 'healthy',
    settings: { installationId: github.installationId },
  })
  github.resetCalls()
  await expect(install({ ...settings, apiUrl: github.enterpriseApiUrl })).rejects.toMatchObject({
    problem: {
      code: 'input_invalid',
      errors: [{ path: 'privateKey' }, { path: 'webhookSecret' }],
    },
  })
  expect(await install({ ...config, apiUrl: github.enterpriseApiUrl })).toMatchObject({ health: 'healthy' })
})

test('a configuration is checked before it is installed, and nothing of it stays', async () => {
  const check = (body: Record<string, unknown>) =>
    admin('POST /apps/{app}/check', { params, body: { config: body } })
  expect(await check(config)).toMatchObject({ ok: true, finished: true })
  const bad = await check({ ...config, privateKey: github.otherPrivateKeyPem })
  expect(bad).toMatchObject({ ok: false, finished: true })
  expect(bad.lines.some((line) => line.failure?.code === 'app_credential_invalid')).toBe(true)
  expect(await db.selectFrom('app_candidate').selectAll().execute()).toEqual([])
  expect(await db.selectFrom('sealed_secret').selectAll().execute()).toEqual([])
  expect(await admin('GET /apps')).toMatchObject({ items: [{ health: 'not_installed' }, {}, {}, {}] })
})

test('checking again finds a permission that was taken away, keeps since when, and finds it given back', async () => {
  await install()
  github.setFault({ fault: 'permission_missing', permission: 'members' })
  const check = await admin('POST /apps/{app}/check', { params, body: undefined })
  expect(check.ok).toBe(false)
  const since = (await admin('GET /apps')).items[0]?.faultSince
  expect(since).not.toBeNull()
  await admin('POST /apps/{app}/check', { params, body: undefined })
  expect((await admin('GET /apps')).items[0]?.faultSince).toBe(since)
  github.clearFaults()
  expect(await admin('POST /apps/{app}/check', { params, body: undefined })).toMatchObject({ ok: true })
  expect((await admin('GET /apps')).items[0]).toMatchObject({ health: 'healthy', faultSince: null })
})

test('a limit of the vendor is told in the lines and is no fault of the app', async () => {
  await install()
  github.setFault({ fault: 'primary_rate_limit', resetAfterSeconds: 2 })
  const check = await admin('POST /apps/{app}/check', { params, body: undefined })
  expect(check.ok).toBe(false)
  expect(check.lines.map((line) => line.failure?.code)).toContain('rate_limited')
  expect((await admin('GET /apps')).items[0]).toMatchObject({ health: 'healthy', failure: null })
})

test('an app that was never checked to the end is being checked until its vendor answers', async () => {
  github.setFault({ fault: 'primary_rate_limit', resetAfterSeconds: 2 })
  expect(await install()).toMatchObject({ health: 'checking', checkedAt: null, failure: null })
  github.clearFaults()
  await vi.waitFor(
    async () => expect((await admin('GET /apps')).items[0]).toMatchObject({ health: 'healthy' }),
    { timeout: 8_000, interval: 100 },
  )
})

test('a secret that was altered in the database is the credential’s fault', async () => {
  await install()
  await sql`update sealed_secret set sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1)
    where owner = 'app:github' and name = 'privateKey'`.execute(db)
  await db.deleteFrom('sealed_secret').where('owner', '=', 'token:github').execute()
  const check = await admin('POST /apps/{app}/check', { params, body: undefined })
  expect(check.lines.map((line) => line.failure?.sentence)).toContainEqual(
    expect.stringContaining('does not open with this server’s key'),
  )
  expect((await admin('GET /apps')).items[0]).toMatchObject({
    health: 'fault',
    failure: { code: 'app_credential_invalid' },
  })
})

test('checking an app that is not installed says what to do', async () => {
  await expect(admin('POST /apps/{app}/check', { params, body: undefined })).rejects.toMatchObject({
    problem: { code: 'app_not_ready', detail: expect.stringContaining('GitHub is not installed yet') },
  })
})

test('the directory is read over HTTP in pages of 100, and can be searched', async () => {
  await install()
  github.resetCalls()
  const walked = await walkDirectory(vendorDeps(options), 'github')
  const page = await admin('GET /apps/{app}/accounts', { params, query: { limit: 5 } })
  expect(page.total).toBe(walked.accounts)
  expect(page.items).toHaveLength(5)
  const next = await admin('GET /apps/{app}/accounts', {
    params,
    query: { limit: 5, cursor: page.nextCursor ?? '' },
  })
  const logins = [...page.items, ...next.items].map((account) => account.login.toLowerCase())
  expect(new Set(logins).size).toBe(10)
  const wanted = next.items[0]
  const found = await admin('GET /apps/{app}/accounts', {
    params,
    query: { search: wanted?.login.toUpperCase() },
  })
  expect(found.items.map((account) => account.externalId)).toContain(wanted?.externalId)
  expect((await admin('GET /apps')).items[0]?.directory.accounts).toBe(walked.accounts)
})

test('an account that somebody has says whose it is', async () => {
  await buildApp(db)
  const { external_id } = await buildExternalAccount(db, { login: 'ana-gh' })
  const { account_id } = await buildConnection(db, { external_id })
  const { items } = await admin('GET /apps/{app}/accounts', { params, query: { search: '_na-g%' } })
  expect(items).toEqual([])
  const found = await admin('GET /apps/{app}/accounts', { params, query: { search: 'ANA' } })
  expect(found.items[0]?.takenBy?.accountId).toBe(account_id)
})

test('uninstalling forgets all but what people themselves said, and ends the runs', async () => {
  await install()
  await walkDirectory(vendorDeps(options), 'github')
  const { account_id } = await buildConnection(db)
  await buildConnection(db, { status: 'needs_mapping' })
  await buildConnection(db, { status: 'opted_out' })
  await buildProposal(db)
  const run = await buildRun(db, { state: 'running', selected: 1 })
  await buildRunItem(db, { run_id: run.id, account_id })

  expect(await admin('DELETE /apps/{app}', { params })).toEqual({ disconnected: 1 })
  const left = await db.selectFrom('connection').select('status').execute()
  expect(left).toEqual([{ status: 'opted_out' }])
  for (const table of [
    'installed_app',
    'sealed_secret',
    'external_account',
    'external_account_key',
    'proposal',
  ] as const)
    expect(await db.selectFrom(table).selectAll().execute()).toEqual([])
  const ended = await db.selectFrom('run').selectAll().executeTakeFirstOrThrow()
  expect(ended).toMatchObject({ state: 'cancelled', skipped: 1 })
  expect((await auditActions()).at(-1)).toBe('app.uninstall')
  await expect(admin('DELETE /apps/{app}', { params })).rejects.toMatchObject({
    problem: { code: 'app_not_ready' },
  })
})

test('on another host the ids of accounts are other people’s: nobody stays connected, and runs end', async () => {
  await install()
  const { account_id } = await buildConnection(db)
  await buildConnection(db, { status: 'opted_out' })
  await buildProposal(db)
  const run = await buildRun(db, { state: 'running', selected: 1 })
  await buildRunItem(db, { run_id: run.id, account_id })
  await install({ ...config, apiUrl: github.enterpriseApiUrl })
  expect(await db.selectFrom('connection').select('status').execute()).toEqual([{ status: 'opted_out' }])
  expect(await db.selectFrom('proposal').selectAll().execute()).toEqual([])
  const ended = await db.selectFrom('run').selectAll().executeTakeFirstOrThrow()
  expect(ended).toMatchObject({ state: 'cancelled', skipped: 1 })
  const entry = await db
    .selectFrom('audit_entry')
    .select('detail')
    .where('action', '=', 'app.configure')
    .orderBy('seq', 'desc')
    .executeTakeFirst()
  expect(entry?.detail).toMatchObject({ disconnected: 1 })
})

test('with another organisation of the same host people keep their accounts, and runs end', async () => {
  await install()
  await buildConnection(db)
  await buildRun(db, { state: 'waiting' })
  await install({ ...config, organization: 'another' })
  expect(await db.selectFrom('connection').select('status').execute()).toEqual([{ status: 'connected' }])
  expect(await db.selectFrom('run').select('state').execute()).toEqual([{ state: 'cancelled' }])
})

test('unique names connect by themselves only when an administrator has said so', async () => {
  await buildApp(db)
  const app = await admin('PATCH /apps/{app}', { params, body: { connectUniqueNames: true } })
  expect(app.connectUniqueNames).toBe(true)
  expect((await auditActions()).at(-1)).toBe('app.configure')
})
