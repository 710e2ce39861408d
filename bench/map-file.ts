import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { type Client, createClient } from '../contract/client.ts'
import { createApiToken } from '../server/auth/api-tokens.store.ts'
import { createUser } from '../server/auth/users.store.ts'
import { startEmbedded } from '../server/db/embedded.ts'
import type { Db } from '../server/db/handle.ts'
import { openDatabase } from '../server/db/pool.ts'
import { readOrCreateKeyFile } from '../server/secrets/key-file.ts'
import { generateStaff } from './generated-staff.ts'
import { freePort, peakMemory, start, until } from './installation.ts'

/**
 * bench: a map file of 50,000 rows: preview (bar 3 s), apply (10 s), memory (+100 MB), others’ p95 (300 ms)
 *
 *     bin/node bench/map-file.ts --staff 100000 --rows 50000
 */
const { values: flags } = parseArgs({
  options: { staff: { type: 'string', default: '100000' }, rows: { type: 'string', default: '50000' } },
})
const staff = Number(flags.staff)
const wanted = Number(flags.rows)
const params = { app: 'github' } as const

async function main(): Promise<void> {
  await using done = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'))
  done.defer(() => rm(folder, { recursive: true, force: true }))
  const postgres = await startEmbedded({ dataDir: join(folder, 'data') })
  done.defer(postgres.stop)
  const port = await freePort()
  const keyFile = join(folder, 'master.key')
  await readOrCreateKeyFile(keyFile)
  const environment = {
    DATABASE_URL: postgres.url,
    MUSTER_KEY_FILE: keyFile,
    MUSTER_PORT: String(port),
    MUSTER_LOG_LEVEL: 'warn',
  }
  const web = start('muster', ['serve', '--role', 'web'], environment, done)
  const url = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok)
  const database = openDatabase(postgres.url, { connections: 1 })
  done.defer(database.close)
  const db = database.kysely
  await prepare(db)
  const email = 'bench@acme.example'
  await createUser(db, { email, role: 'administrator' }, 'bench')
  const client = createClient({ url, token: await createApiToken(db, { email }) })
  await client('GET /staff', { query: {} })

  const empty = await timed(client, () => client('GET /map-files/{app}', { params, query: {} }))
  const file = fillIn(empty.answer)
  const upload = (dryRun: 'true' | 'false') =>
    client('POST /map-files/{app}', { params, query: { dryRun }, body: file })
  // The first one warms up what every process has once: compiled code, connections, room to work in.
  await upload('true')
  const pid = web.pid ?? 0
  const before = await residentMemory(pid)
  await writeFile(`/proc/${pid}/clear_refs`, '5')
  const preview = await timed(client, () => upload('true'))
  const apply = await timed(client, () => upload('false'))
  const again = await timed(client, () => upload('false'))
  const back = await timed(client, () =>
    client.csv('POST /map-files/{app}', { params, query: { dryRun: 'true' }, body: file }),
  )
  const peak = await peakMemory(pid)

  const size = (Buffer.byteLength(file) / 2 ** 20).toFixed(1)
  process.stdout.write(`\nMap file of ${wanted} rows (${size} MB), ${staff} people on the roster\n`)
  process.stdout.write(`${JSON.stringify(apply.answer.counts)}\n`)
  process.stdout.write('step               seconds  others p95 ms\n')
  for (const [name, step] of Object.entries({ download: empty, preview, apply, again, result: back }))
    process.stdout.write(
      `${name.padEnd(18)} ${step.seconds.toFixed(2).padStart(7)}  ${step.p95.toFixed(0).padStart(13)}\n`,
    )
  process.stdout.write(`Memory of the web process: ${before} MB before, +${peak - before} MB at most\n`)
}

/** An account for everybody, nobody connected, so that everybody can be mapped. */
async function prepare(db: Db): Promise<void> {
  await generateStaff(db, staff)
  await sql`update staff_member set active = true`.execute(db)
  await sql`delete from connection where app = 'github' and (status in ('connected', 'opted_out') or random() < 0.1)`.execute(
    db,
  )
  await sql`insert into external_account (app, external_id, login, name, kind, suspended, snapshot)
    select 'github', n::text, 'login-' || n, 'Name ' || n, 'human', false, 1
    from generate_series(1, ${staff}::bigint) n`.execute(db)
  await sql`insert into installed_app (app, settings, installed_by) values ('github', '{"organization": "acme"}', 'bench')`.execute(
    db,
  )
  await sql`analyze`.execute(db)
}

/** The first rows, each with an account of their own; one in fifty with a login that nobody has. */
function fillIn(file: string): string {
  const [header = '', ...rows] = file.split('\r\n')
  const filled = rows
    .slice(0, wanted)
    .map((row, at) => row.replace(/,,,$/, `,${at % 50 === 0 ? 'no-' : ''}login-${at + 1},,`))
  return `${[header, ...filled].join('\r\n')}\r\n`
}

/** How long it takes, and how long somebody else, who looks twenty times a second, waits for the staff list. */
async function timed<T>(
  client: Client,
  work: () => Promise<T>,
): Promise<{ answer: T; seconds: number; p95: number }> {
  let going = true
  const times: number[] = []
  const others = (async () => {
    while (going) {
      const start = performance.now()
      await client('GET /staff', { query: {} })
      times.push(performance.now() - start)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  const start = performance.now()
  const answer = await work()
  const seconds = (performance.now() - start) / 1000
  going = false
  await others
  times.sort((a, b) => a - b)
  return { answer, seconds, p95: times[Math.floor(times.length * 0.95)] ?? 0 }
}

async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}

await main()
