import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { startSandbox } from '../../sandbox/start.ts'
import { buildApp, buildExternalAccount } from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { vendors } from '../../vendors/registry.ts'
import { vendorDeps } from '../apps/vendor-context.ts'
import { readOrCreateKeyFile } from '../secrets/key-file.ts'
import { createOpener } from '../secrets/opener.ts'
import { sealer } from '../secrets/sealer.ts'
import { walkDirectory } from './walk.ts'

const database = await testDatabase()
const { kysely: db } = database
const sandbox = await startSandbox({ staff: 1_500, latencyMs: 30 })
const { github } = sandbox
const keys = mkdtempSync(join(tmpdir(), 'muster-keys-'))
const keyFile = join(keys, 'master.key')
await readOrCreateKeyFile(keyFile)
const opener = await createOpener(db, keyFile)
const host = new URL(sandbox.url).host
const outbound = { allowedPrivateHosts: { hosts: [host], ranges: [] } }
const deps = vendorDeps({ db, vendors, opener, outbound })

afterAll(async () => {
  await sandbox.close()
  rmSync(keys, { recursive: true })
})

const pagesAtVendor = () => github.calls().byEndpoint['POST /graphql'] ?? 0

test('a walk killed with kill -9 goes on elsewhere at the cost of at most one call', {
  timeout: 30_000,
}, async () => {
  const { appId, organization, apiUrl, installationId } = github
  await buildApp(db, { settings: { appId, organization, apiUrl, installationId } })
  await sealer.seal(db, { owner: 'app:github', name: 'privateKey', plaintext: github.privateKeyPem })
  const undisturbed = await walkDirectory(deps, 'github')
  const calls = pagesAtVendor()
  await buildExternalAccount(db, { external_id: 'left long ago', snapshot: undisturbed.snapshot })
  github.resetCalls()

  const victim = spawn(process.execPath, ['--input-type=module-typescript', '--eval', walker], {
    env: { ...process.env, URL_OF_DATABASE: database.url, KEY_FILE: keyFile, HOST: host },
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const walkRow = () => db.selectFrom('directory_walk').selectAll().executeTakeFirst()
  await vi.waitFor(async () => expect((await walkRow())?.pages).toBeGreaterThanOrEqual(5), {
    timeout: 15_000,
    interval: 5,
  })
  victim.kill('SIGKILL')
  const gone = await db
    .selectFrom('external_account')
    .where('external_id', '=', 'left long ago')
    .selectAll()
    .execute()
  expect(gone).toHaveLength(1)

  const walked = await walkDirectory(deps, 'github')
  expect(walked).toEqual({ snapshot: undisturbed.snapshot + 1, accounts: undisturbed.accounts })
  expect(pagesAtVendor()).toBeGreaterThanOrEqual(calls)
  expect(pagesAtVendor()).toBeLessThanOrEqual(calls + 1)
  const left = await db
    .selectFrom('external_account')
    .where('external_id', '=', 'left long ago')
    .selectAll()
    .execute()
  expect(left).toEqual([])
})

const walker = `
import { vendorDeps } from './server/apps/vendor-context.ts'
import { openDatabase } from './server/db/pool.ts'
import { walkDirectory } from './server/directory/walk.ts'
import { createOpener } from './server/secrets/opener.ts'
import { vendors } from './vendors/registry.ts'
const db = openDatabase(process.env.URL_OF_DATABASE).kysely
const opener = await createOpener(db, process.env.KEY_FILE)
const outbound = { allowedPrivateHosts: { hosts: [process.env.HOST], ranges: [] } }
await walkDirectory(vendorDeps({ db, vendors, opener, outbound }), 'github')
`
