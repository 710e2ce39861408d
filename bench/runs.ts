/**
 * bench: a run over 10,000 and 100,000 people: seconds, vendor calls, memory
 *
 * How long a run over everybody takes, what it asks of the vendor and what the worker needs for it, with the
 * sandbox answering without added latency:
 *
 *   bin/node bench/runs.ts [PEOPLE …]      (10000 and 100000 when none are given)
 */
import { ended, install, peakMemory, secondsOf, startRun } from './installation.ts'

const bars: Record<number, { seconds: number; megabytes?: number }> = {
  10000: { seconds: 5 },
  100000: { seconds: 45, megabytes: 500 },
}
/** App, installation, token and overview; the token may be there from the check before. */
const probeCalls = 4

async function measure(people: number) {
  await using stack = new AsyncDisposableStack()
  const installation = await install(people, stack)
  const { client, worker, vendorCalls, forgetVendorCalls } = installation
  await forgetVendorCalls()
  const { run: connect, stages } = await ended(installation, await startRun(installation, 'connect'))
  const calls = await vendorCalls()
  const megabytes = await peakMemory(worker.pid ?? 0)
  const { run: again } = await ended(installation, await startRun(installation, 'connect'))
  const { items } = await client('GET /apps')
  const accounts = items.find(({ app }) => app === 'github')?.directory.accounts ?? 0
  const { selected, connected, needsMapping, failed, skipped } = connect.counts
  return {
    people: selected,
    accounts,
    seconds: secondsOf(connect),
    'bar (s)': bars[people]?.seconds ?? '–',
    reading: stages.Reading?.toFixed(1),
    comparing: stages.Comparing?.toFixed(1),
    writing: stages.Connecting?.toFixed(1),
    'again (s)': secondsOf(again),
    'vendor calls': calls,
    '⌈N/100⌉ + probe ≤': Math.ceil(accounts / 100) + probeCalls,
    'worker peak (MB)': megabytes,
    'bar (MB)': bars[people]?.megabytes ?? '–',
    connected,
    needsMapping,
    failed,
    skipped,
    state: connect.state,
  }
}

const given = process.argv.slice(2).map(Number)
const rows = []
for (const people of given.length > 0 ? given : [10_000, 100_000]) rows.push(await measure(people))
console.table(rows)
