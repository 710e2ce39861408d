import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, createClient } from '../contract/client.ts'
import type { RunShape } from '../contract/routes/shapes.ts'
import { createApiToken } from '../server/auth/api-tokens.store.ts'
import { startEmbedded } from '../server/db/embedded.ts'
import { type Database, openDatabase } from '../server/db/pool.ts'
import { readOrCreateKeyFile } from '../server/secrets/key-file.ts'

const root = join(import.meta.dirname, '..')

/** Everything a measurement is made against, each part a process of its own as an operator would have it. */
export interface Installation {
  client: Client
  /** The database, to look at results from the side. */
  database: Database
  sandboxUrl: string
  /** The worker that runs from the beginning. */
  worker: ChildProcess
  startWorker(): ChildProcess
  /** Calls that the sandbox has counted since it was last asked to forget them. */
  vendorCalls(): Promise<number>
  forgetVendorCalls(): Promise<void>
}

/**
 * An embedded PostgreSQL, a sandbox GitHub with `staff` people, a web process, a worker, the roster imported
 * and GitHub installed and healthy. Everything is stopped and removed with `stack`.
 */
export async function install(staff: number, stack: AsyncDisposableStack): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const postgres = await startEmbedded({ dataDir: join(folder, 'data') })
  stack.defer(postgres.stop)
  const database = openDatabase(postgres.url, { connections: 4 })
  stack.defer(database.close)

  const sandbox = start('node', ['sandbox/main.ts', '--staff', String(staff), '--with-parent'], {}, stack)
  const { url: sandboxUrl, github } = JSON.parse(await firstLine(sandbox)) as {
    url: string
    github: Record<string, unknown>
  }
  const keyFile = join(folder, 'master.key')
  await readOrCreateKeyFile(keyFile)
  const port = await freePort()
  const environment = {
    DATABASE_URL: postgres.url,
    MUSTER_KEY_FILE: keyFile,
    MUSTER_ALLOWED_PRIVATE_HOSTS: new URL(sandboxUrl).host,
    MUSTER_LOG_LEVEL: 'warn',
  }
  const serve = (role: string, ...flags: string[]) =>
    start('muster', ['serve', '--role', role, ...flags], environment, stack)
  const url = `http://127.0.0.1:${port}`
  serve('web', '--port', String(port))
  await until(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok)
  const worker = serve('worker')
  await until(() => database.kysely.selectFrom('sealing_key').select('version').executeTakeFirst())

  const client = createClient({ url, token: await administratorToken(database) })
  const roster = await (await fetch(`${sandboxUrl}/_sandbox/roster.csv`)).text()
  await client('POST /staff/import', { query: {}, body: roster })
  const { apiUrl, appId, privateKey, webhookSecret, organization } = github
  const config = { apiUrl, appId, privateKey, webhookSecret, organization }
  await client('PUT /apps/{app}', { params: { app: 'github' }, body: config })
  await until(async () => (await client('GET /apps')).items.some((app) => app.health === 'healthy'))

  const calls = `${sandboxUrl}/_sandbox/github/calls`
  return {
    client,
    database,
    sandboxUrl,
    worker,
    startWorker: () => serve('worker'),
    vendorCalls: async () => ((await (await fetch(calls)).json()) as { total: number }).total,
    forgetVendorCalls: async () => {
      await fetch(calls, { method: 'DELETE' })
    },
  }
}

async function administratorToken({ kysely }: Database): Promise<string> {
  const email = 'bench@acme.example'
  await kysely.insertInto('app_user').values({ email, name: 'Bench', role: 'administrator' }).execute()
  return createApiToken(kysely, { email })
}

/** A process of ours that is killed with the stack if it is still there. */
export function start(
  command: 'node' | 'muster',
  args: string[],
  environment: Record<string, string>,
  stack: AsyncDisposableStack,
): ChildProcess {
  const started = spawn(join(root, 'bin', command), args, {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  started.stdout.resume()
  stack.defer(async () => {
    if (started.exitCode !== null || started.signalCode !== null) return
    started.kill('SIGTERM')
    const gone = once(started, 'exit')
    const late = AbortSignal.timeout(10_000)
    await Promise.race([gone, once(late, 'abort').then(() => started.kill('SIGKILL'))])
  })
  return started
}

async function firstLine(started: ChildProcess): Promise<string> {
  if (!started.stdout) throw new Error('its output is not ours')
  const [line] = await once(createInterface({ input: started.stdout }), 'line')
  return String(line)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Asks again and again until the answer is yes. */
export async function until(yes: () => Promise<unknown>, everyMs = 50): Promise<void> {
  while (!(await yes())) await pause(everyMs)
}

/** Starts a run over everybody. */
export async function startRun({ client }: Installation, action: 'connect' | 'disconnect'): Promise<string> {
  const { id } = await client('POST /runs', { body: { app: 'github', action, selection: { filter: {} } } })
  return id
}

/** Waits for the run's end. Answers with the run and the seconds that each of its stages was to be seen. */
export async function ended(
  { client }: Installation,
  id: string,
): Promise<{ run: RunShape; stages: Record<string, number> }> {
  const stages: Record<string, number> = {}
  for (let before = performance.now(); ; ) {
    const run = await client('GET /runs/{id}', { params: { id } })
    if (run.finishedAt !== null) return { run, stages }
    await pause(50)
    const now = performance.now()
    const [stage = ''] = run.stage.split(' ', 1)
    stages[stage] = (stages[stage] ?? 0) + (now - before) / 1000
    before = now
  }
}

/** From the request to the last write, by the database's clock. */
export function secondsOf({ createdAt, finishedAt }: RunShape): number {
  return (Date.parse(finishedAt ?? '') - Date.parse(createdAt)) / 1000
}

/** The most memory the process ever had, in MB. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}
