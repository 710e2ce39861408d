import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * bench: seconds from an empty data directory to /readyz, and from one that is there (bar: 3 s)
 */
const muster = join(import.meta.dirname, '../bin/muster')
const rows = []
for (let round = 1; round <= 5; round++) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-start-'))
  rows.push({ round, 'empty (s)': await start(folder), 'again (s)': await start(folder), 'bar (s)': 3 })
  await rm(folder, { recursive: true, force: true })
}
console.table(rows)

/** Seconds from starting the process to the first 200 of /readyz; then stops it. */
async function start(cwd: string): Promise<string> {
  const begun = performance.now()
  const child = spawn(muster, ['serve', '--port', '0'], { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stderr)) {
    const url = /ready at (\S+)/.exec(line)?.[1]
    if (!url) continue
    const answer = await fetch(`${url}/readyz`)
    if (!answer.ok) throw new Error(`/readyz answered ${answer.status}`)
    break
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(2)
  child.kill('SIGTERM')
  await exited
  return seconds
}
