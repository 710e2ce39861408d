import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { type Client, createClient } from '../contract/client.ts'
import type { RouteInput } from '../contract/routes/index.ts'
import type { StaffFilter } from '../contract/routes/shapes.ts'
import { createApiToken } from '../server/auth/api-tokens.store.ts'
import { createUser } from '../server/auth/users.store.ts'
import { readConfig } from '../server/config.ts'
import { startEmbedded } from '../server/db/embedded.ts'
import type { Db } from '../server/db/handle.ts'
import { openDatabase } from '../server/db/pool.ts'
import { startServer } from '../server/main.ts'
import { followStaff } from '../server/staff/staff-index.store.ts'
import { generateStaff } from './generated-staff.ts'

/**
 * bench: the staff list and its facets at 100,000 people × 4 apps
 *
 * How fast the staff list answers over HTTP, with a database and a web server of its own in this process.
 * Bar: 25 ms for any page and 80 ms for the facets, both p95.
 *
 *     bin/node bench/staff-list.ts --staff 100000 --repeat 60
 */
const { values: flags } = parseArgs({
  options: { staff: { type: 'string', default: '100000' }, repeat: { type: 'string', default: '60' } },
})
const staff = Number(flags.staff)
const repeat = Number(flags.repeat)

type Query = NonNullable<RouteInput<'GET /staff'>['query']>

const lists: Query[] = [
  {},
  { sort: '-name' },
  { sort: 'email' },
  { sort: 'status' },
  { active: 'true' },
  { search: 'ana' },
  { search: 'per ana', sort: '-status' },
  { search: 'p4711@' },
  { search: 'nobody at all' },
  { group: 'Group 7' },
  { group: 'Everyone', team: 'Team 9', sort: 'email' },
  { app: 'github', status: 'connected' },
  { app: 'gitlab', status: 'failed', sort: '-email' },
  { status: 'not_connected' },
  { failure: 'any' },
  { failure: 'match_weak', sort: 'status' },
  { failure: 'office365', group: 'Location 3', active: 'true', search: 'er' },
  { limit: 500 },
]
const facets = lists
  .map(({ sort, limit, ...filter }) => filter)
  .filter((_, at) => ![1, 2, 3, 17].includes(at))

interface Line {
  query: string
  p50: number
  p95: number
  rows: number
}

async function main(): Promise<void> {
  await using done = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-bench-'))
  done.defer(() => rm(dataDir, { recursive: true, force: true }))
  const embedded = await startEmbedded({ dataDir })
  done.defer(embedded.stop)
  const env = {
    DATABASE_URL: embedded.url,
    MUSTER_DATA_DIR: dataDir,
    MUSTER_PORT: '0',
    MUSTER_LOG_LEVEL: 'error',
  }
  const server = await startServer(readConfig(env, { role: 'web' }, dataDir))
  done.defer(server.stop)
  const database = openDatabase(embedded.url, { connections: 1 })
  done.defer(database.close)
  const db = database.kysely

  await generateStaff(db, staff)
  const email = 'bench@acme.example'
  await createUser(db, { email, role: 'administrator' }, 'bench')
  const client = createClient({ url: server.url, token: await createApiToken(db, { email }) })

  const started = performance.now()
  await followStaff(db).upToDate()
  const filled = performance.now() - started
  const pages: Line[] = []
  for (const query of lists) pages.push(...(await measureList(client, query)))
  const counts: Line[] = []
  for (const query of facets) counts.push(await measureFacets(client, query))
  const underWay = await whileWriting(db, async () => [
    await measure('page, filter connected', () =>
      client('GET /staff', { query: { app: 'github', status: 'connected' } }),
    ),
    await measure('page, sort status', () => client('GET /staff', { query: { sort: 'status' } })),
    await measure('facets', () => client('GET /staff/facets', { query: {} })),
  ])
  print(`Pages of ${staff} people (bar: p95 ≤ 25 ms)`, pages)
  print('Facets (bar: p95 ≤ 80 ms)', counts)
  print(
    `The same while 1,000 connections are written every 100 ms (${underWay.write.toFixed(0)} ms each)`,
    underWay.lines,
  )
  process.stdout.write(`\nFilling the index after a start: ${filled.toFixed(0)} ms\n`)
  process.stdout.write(`Memory of the process: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB\n`)
}

/** The first page and one from the middle. */
async function measureList(client: Client, query: Query): Promise<Line[]> {
  const name = JSON.stringify(query)
  const lines = [await measure(name, () => client('GET /staff', { query }))]
  let deep: string | undefined
  let skipped = 0
  for (;;) {
    const page = await client('GET /staff', { query: { ...query, limit: 500, cursor: deep } })
    skipped += page.items.length
    if (!page.nextCursor || skipped > page.total / 2) break
    deep = page.nextCursor
  }
  if (deep)
    lines.push(
      await measure(`${name}, middle`, () => client('GET /staff', { query: { ...query, cursor: deep } })),
    )
  return lines
}

function measureFacets(client: Client, query: StaffFilter): Promise<Line> {
  return measure(JSON.stringify(query), () => client('GET /staff/facets', { query }))
}

async function measure(query: string, ask: () => Promise<{ total: number }>): Promise<Line> {
  const times: number[] = []
  let rows = 0
  for (let turn = 0; turn < repeat; turn++) {
    const start = performance.now()
    rows = (await ask()).total
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { query, p50: at(0.5), p95: at(0.95), rows }
}

/** Measures while statuses change as a run changes them. */
async function whileWriting(db: Db, work: () => Promise<Line[]>): Promise<{ lines: Line[]; write: number }> {
  let going = true
  const times: number[] = []
  const writing = (async () => {
    for (let batch = 0; going; batch++) {
      const start = performance.now()
      await sql`update connection set updated_at = now(),
          status = case status when 'connected' then 'waiting' else 'connected' end
        where app = 'github' and external_id is not null and account_id in (
          select account_id from staff_member order by account_id offset ${(batch * 1000) % staff} limit 1000)`.execute(
        db,
      )
      times.push(performance.now() - start)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  const lines = await work()
  going = false
  await writing
  return { lines, write: times.reduce((sum, time) => sum + time, 0) / times.length }
}

function print(title: string, lines: Line[]): void {
  const width = Math.max(...lines.map(({ query }) => query.length))
  const out = [`\n${title}`, `${'query'.padEnd(width)}  p50 ms  p95 ms     rows`]
  for (const { query, p50, p95, rows } of lines)
    out.push(
      `${query.padEnd(width)}  ${p50.toFixed(1).padStart(6)}  ${p95.toFixed(1).padStart(6)}  ${String(rows).padStart(7)}`,
    )
  process.stdout.write(`${out.join('\n')}\n`)
}

await main()
