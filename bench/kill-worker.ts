/**
 * bench: kill -9 of the worker at 20 random moments of a 10,000-person run
 *
 * Kills the worker (kill -9) at random moments of a run over everybody, starts another one, and compares the end
 * with that of a run that nobody disturbed: the same people connected to the same accounts with the same
 * evidence, hardly a vendor call more, and work going on within 30 s.
 *
 *   bin/node bench/kill-worker.ts [PEOPLE] [KILLS]      (10000 and 20)
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { ended, type Installation, install, secondsOf, startRun, until } from './installation.ts'

const [people = 10_000, kills = 20] = process.argv.slice(2).map(Number)
const bar = { seconds: 30, calls: 1.02 }

await using stack = new AsyncDisposableStack()
const installation = await install(people, stack)
const db = installation.database.kysely

/** The run from an empty start; `disturb` may do to it what it likes. */
async function runOnce(disturb: (id: string) => Promise<void>) {
  await sql`truncate connection, proposal, run, run_item, external_account, external_account_key,
    directory_walk`.execute(db)
  await db.updateTable('installed_app').set({ directory_snapshot: 0, directory_accounts: 0 }).execute()
  await installation.forgetVendorCalls()
  const id = await startRun(installation, 'connect')
  await disturb(id)
  const { run } = await ended(installation, id)
  return { run, calls: await installation.vendorCalls(), state: await endState() }
}

/** Everything but the times, as one fingerprint. */
async function endState(): Promise<string> {
  const { rows } = await sql<{ state: string }>`select md5(concat(
    (select string_agg(concat_ws('|', account_id, status, origin, external_id, login, evidence,
      failure - 'at'), ',' order by account_id) from connection),
    (select string_agg(concat_ws('|', account_id, external_id, rank, reasons), ',' order by account_id, rank)
      from proposal),
    (select string_agg(concat_ws('|', account_id, outcome, external_id, failure - 'at'), ','
      order by account_id) from run_item))) as state`.execute(db)
  return rows[0]?.state ?? ''
}

/** Something of the run that changes whenever a worker does anything for it. */
async function pulse({ database }: Installation, id: string): Promise<string> {
  const { rows } = await database.pool.query<{ pulse: string }>(
    `select concat_ws('|', state, stage, fence, connected, unchanged, needs_mapping, failed, skipped,
      (select pages from directory_walk where app = 'github')) as pulse from run where id = $1`,
    [id],
  )
  return rows[0]?.pulse ?? ''
}

async function killAndReplace(worker: ChildProcess): Promise<ChildProcess> {
  const gone = once(worker, 'exit')
  worker.kill('SIGKILL')
  await gone
  return installation.startWorker()
}

const undisturbed = await runOnce(async () => {})
const seconds = secondsOf(undisturbed.run)
let { worker } = installation
let sameEnd = 0
let mostCalls = 0
let longestPause = 0
const moments: string[] = []

for (let kill = 0; kill < kills; kill++) {
  // One somewhere in each twentieth of the run, so that every stage gets its share.
  const at = ((kill + Math.random()) / kills) * seconds
  const outcome = await runOnce(async (id) => {
    await pause(at * 1000)
    worker = await killAndReplace(worker)
    const killed = performance.now()
    const before = await pulse(installation, id)
    moments.push(before.split('|')[1]?.split(' ')[0] ?? '')
    if (!before.startsWith('finished')) await until(async () => (await pulse(installation, id)) !== before)
    longestPause = Math.max(longestPause, (performance.now() - killed) / 1000)
  })
  if (outcome.state === undisturbed.state && outcome.run.state === 'finished') sameEnd++
  mostCalls = Math.max(mostCalls, outcome.calls / undisturbed.calls)
}

console.table([
  {
    people,
    kills,
    'killed while': [...Map.groupBy(moments, (stage) => stage)]
      .map(([stage, list]) => `${stage} ${list.length}`)
      .join(', '),
    'same end': `${sameEnd} of ${kills}`,
    'vendor calls ×': mostCalls.toFixed(3),
    'bar ×': bar.calls,
    'goes on after (s)': longestPause.toFixed(1),
    'bar (s)': bar.seconds,
  },
])
