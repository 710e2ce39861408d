import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { buildRun } from '../test/builders.ts'
import { testDatabase } from '../test/database.ts'
import { createApiToken } from './auth/api-tokens.store.ts'
import { createAdministrator } from './auth/users.store.ts'
import { type Config, readConfig } from './config.ts'
import { joinOrStartEmbedded } from './db/embedded.ts'
import { openDatabase } from './db/pool.ts'
import { startServer } from './main.ts'
import { OperatorError } from './operator-error.ts'
import { findRun } from './runs/runs.store.ts'
import { readOrCreateKeyFile } from './secrets/key-file.ts'

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'muster-main-'))
  directories.push(directory)
  return directory
}

function configuration(env: NodeJS.ProcessEnv = {}, role = 'web,worker'): Config {
  return readConfig({ MUSTER_LOG_LEVEL: 'silent', MUSTER_PORT: '0', ...env }, { role }, newDirectory())
}

const statusOf = async (url: string) => (await fetch(url)).status

test('from an empty directory to ready, with a key of its own, then clean away and back again', async () => {
  const config = configuration()
  const server = await startServer(config)
  expect(await statusOf(`${server.url}/readyz`)).toBe(200)
  expect(existsSync(join(config.dataDir, 'master.key'))).toBe(true)
  await server.stop()
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
  const again = await startServer(config)
  expect(await statusOf(`${again.url}/readyz`)).toBe(200)
  await again.stop()
})

test('both roles find each other in one database, and stop while a stream is open', async () => {
  const { url: DATABASE_URL } = await testDatabase({ empty: true })
  const worker = await startServer(
    configuration({ DATABASE_URL, MUSTER_KEY_FILE: await keyFile() }, 'worker'),
  )
  const web = await startServer(configuration({ DATABASE_URL }, 'web'))
  const database = openDatabase(DATABASE_URL, { connections: 1 })
  await createAdministrator(database.kysely, { email: 'ana@acme.example' })
  const token = await createApiToken(database.kysely, { email: 'ana@acme.example' })
  const stream = await fetch(`${web.url}/api/v1/events`, { headers: { authorization: `Bearer ${token}` } })
  expect(stream.status).toBe(200)
  const stopping = performance.now()
  await Promise.all([web.stop(), worker.stop()])
  expect(performance.now() - stopping).toBeLessThan(10_000)
  await stream.text()
  await database.close()
})

test('a worker alone serves its health and metrics where it has a port, the metrics to administrators', async () => {
  const { url: DATABASE_URL, kysely } = await testDatabase()
  const env = { DATABASE_URL, MUSTER_KEY_FILE: await keyFile() }
  const worker = await startServer(configuration(env, 'worker'))
  expect(await statusOf(`${worker.url}/healthz`)).toBe(200)
  expect(await statusOf(`${worker.url}/readyz`)).toBe(200)
  expect(await statusOf(`${worker.url}/metrics`)).toBe(401)
  for (const path of ['/', '/api/v1/session', '/api/v1/openapi.json', '/api/v1/staff'])
    expect([path, await statusOf(worker.url + path)]).toEqual([path, 404])
  await createAdministrator(kysely, { email: 'ana@acme.example' })
  const authorization = `Bearer ${await createApiToken(kysely, { email: 'ana@acme.example' })}`
  const metrics = await fetch(`${worker.url}/metrics`, { headers: { authorization } })
  expect(await metrics.text()).toContain('muster_vendor_call_seconds')
  await worker.stop()
  await expect(fetch(`${worker.url}/healthz`)).rejects.toThrow()

  const silent = readConfig({ ...env, MUSTER_LOG_LEVEL: 'silent' }, { role: 'worker' }, newDirectory())
  const nowhere = await startServer(silent)
  expect(nowhere.url).toBe('')
  await nowhere.stop()
})

test('a worker that starts takes up a run whose job was lost', async () => {
  const { url: DATABASE_URL, kysely } = await testDatabase()
  const { id } = await buildRun(kysely, { action: 'disconnect', state: 'running', stage: 'Disconnecting' })
  const worker = await startServer(
    configuration({ DATABASE_URL, MUSTER_KEY_FILE: await keyFile() }, 'worker'),
  )
  await expect.poll(async () => (await findRun(kysely, id))?.state, { timeout: 4_000 }).toBe('finished')
  await worker.stop()
})

test('a server whose database got another schema meanwhile is not ready', async () => {
  const { url: DATABASE_URL, kysely } = await testDatabase()
  const server = await startServer(configuration({ DATABASE_URL }, 'web'))
  expect(await statusOf(`${server.url}/readyz`)).toBe(200)
  await kysely.insertInto('schema_migration').values({ number: 9999, name: '9999-from-the-future' }).execute()
  expect(await statusOf(`${server.url}/readyz`)).toBe(503)
  expect(await statusOf(`${server.url}/healthz`)).toBe(200)
  await server.stop()
})

test('what keeps it from starting is said in a sentence, and nothing is left running', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const address = taken.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const { url: DATABASE_URL } = await testDatabase()
  const key = await keyFile()
  const readable = await keyFile()
  chmodSync(readable, 0o644)
  const damaged = join(newDirectory(), 'damaged.key')
  writeFileSync(damaged, '{}', { mode: 0o600 })
  const cases: [NodeJS.ProcessEnv, string][] = [
    [{ MUSTER_PORT: port }, `port ${port}`],
    [{ DATABASE_URL: 'postgresql://127.0.0.1:1/muster', MUSTER_KEY_FILE: key }, 'nobody listens'],
    [
      { DATABASE_URL: DATABASE_URL.replace(/\/[^/]*$/, '/not_there'), MUSTER_KEY_FILE: key },
      'no database with that name',
    ],
    [{ DATABASE_URL, MUSTER_KEY_FILE: readable }, 'chmod 600'],
    [{ DATABASE_URL, MUSTER_KEY_FILE: damaged }, 'damaged'],
  ]
  for (const [env, sentence] of cases) {
    const config = configuration(env)
    const error = await startServer(config).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(OperatorError)
    expect(String(error)).toContain(sentence)
    if (config.databaseUrl) continue
    const free = await joinOrStartEmbedded({ dataDir: config.dataDir })
    await free.stop()
  }
  taken.close()
})

async function keyFile(): Promise<string> {
  const path = join(newDirectory(), 'master.key')
  await readOrCreateKeyFile(path)
  return path
}
