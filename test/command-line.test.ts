import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../contract/client.ts'
import type { MapFileResult } from '../contract/routes/map-files.ts'
import type { RunShape, StaffMember } from '../contract/routes/shapes.ts'
import { type Demo, run, startDemo } from './demo.ts'

/** The main job from the command line, against the demo, with the exit codes that scripts rely on. */

let demo: Demo

beforeAll(async () => {
  demo = await startDemo('--staff', '200')
}, 60_000)
afterAll(() => demo?.stop())

async function json<T>(...args: string[]): Promise<{ code: number | null; answer: T }> {
  const { code, stdout } = await run(demo, '--json', ...args)
  return { code, answer: JSON.parse(stdout) as T }
}

test('apps check tells each permission and ends with 0', async () => {
  const { code, answer } = await json<{ ok: boolean; lines: { permission: string; ok: boolean }[] }>(
    'apps',
    'check',
    'github',
  )
  expect(code).toBe(0)
  expect(answer.lines.map((line) => line.permission)).toContain('Organization members: read')
})

test('a dry run changes nobody, and says with 2 that some would need mapping', async () => {
  const { code, answer } = await json<RunShape>('connect', 'github', '--all', '--dry-run', '--wait')
  expect(code).toBe(2)
  expect(answer.counts.connected).toBeGreaterThan(100)
  const list = await json<{ total: number }>('staff', 'list', '--status', 'connected')
  expect(list.answer.total).toBe(0)
})

test('connect, read why, accept the proposals', async () => {
  const connect = await json<RunShape>('connect', 'github', '--all', '--wait')
  expect(connect.code).toBe(2)
  const { selected, ...outcomes } = connect.answer.counts
  expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(selected)

  const weak = await json<{ items: StaffMember[]; total: number }>('staff', 'list', '--failure', 'match_weak')
  expect(weak.answer.total).toBeGreaterThan(0)
  expect(weak.answer.items[0]?.connections[0]?.failure?.nextStep).toMatch(/^Accept the proposal/)

  const accept = await json<RunShape>('accept', 'github', '--filter', 'failure=match_weak', '--wait')
  expect(accept.code).toBe(0)
  expect(accept.answer.counts.connected).toBe(weak.answer.total)
})

test('who is left is mapped in a file, refused rows are told with 2, and the result file passes', async () => {
  const folder = dirname(demo.dataDir)
  const file = join(folder, 'map.csv')
  expect((await run(demo, 'map', 'download', 'github', '-o', file)).code).toBe(0)
  const [header = '', first = '', second = ''] = readFileSync(file, 'utf8').split('\r\n')
  const { items } = await createClient({ url: demo.url, token: demo.token })('GET /apps/{app}/accounts', {
    params: { app: 'github' },
    query: { limit: 500 },
  })
  const free = items.find(({ kind, suspended, takenBy }) => kind === 'human' && !suspended && !takenBy)
  const filled = (a: string, b: string) => [
    header,
    first.replace(/,,$/, `${a},,`),
    second.replace(/,,$/, `${b},,`),
  ]
  writeFileSync(file, filled(free?.login ?? '', 'nobody-has-this').join('\r\n'))
  const dry = await json<MapFileResult>('map', 'upload', 'github', file, '--dry-run')
  expect([dry.code, dry.answer.counts]).toMatchObject([2, { connected: 1, refused: 1 }])

  const result = join(folder, 'result.csv')
  const applied = await run(demo, 'map', 'upload', 'github', file, '--result', result)
  expect(applied.code).toBe(2)
  expect(applied.stdout).toMatch(/^line 2 \(.*\): connected: .* gets the account/m)
  expect(applied.stdout).toMatch(/^line 3 \(.*\): row_account_unknown: On GitHub, /m)
  writeFileSync(result, readFileSync(result, 'utf8').replace(',nobody-has-this,', ',,'))
  const again = await json<MapFileResult>('map', 'upload', 'github', result)
  expect([again.code, again.answer.counts]).toMatchObject([0, { unchanged: 2, refused: 0 }])
  expect((await run(demo, 'map', 'upload', 'github', join(folder, 'missing.csv'))).code).toBe(1)
  expect((await run(demo, 'map', 'download', 'gitlab')).code).toBe(1)
})

test('the same run again finds everybody as they are', async () => {
  const { answer } = await json<RunShape>('connect', 'github', '--all', '--wait')
  expect(answer.counts.connected).toBe(0)
  const { items } = (await json<{ items: { outcome: string }[] }>('run', 'show', answer.id, '--items')).answer
  expect(items).toHaveLength(answer.counts.selected)
})

test('a fault of the app stops the run with 1 and leaves people as they are', async () => {
  const before = await json<{ total: number }>('staff', 'list', '--status', 'connected')
  await fault('installation_suspended')
  const stopped = await run(demo, 'connect', 'github', '--all', '--wait')
  expect(stopped.code).toBe(1)
  expect(stopped.stdout + stopped.stderr).toContain('suspended')
  const check = await run(demo, 'apps', 'check', 'github')
  expect(check.code).toBe(1)
  const after = await json<{ total: number }>('staff', 'list', '--status', 'connected')
  expect(after.answer.total).toBe(before.answer.total)

  await fetch(`${demo.sandboxUrl}/_sandbox/github/faults`, { method: 'DELETE' })
  expect((await run(demo, 'apps', 'check', 'github')).code).toBe(0)
})

test('disconnect takes everybody off', async () => {
  const { code, answer } = await json<RunShape>('disconnect', 'github', '--all', '--wait')
  expect(code).toBe(0)
  expect(answer.counts.connected).toBeGreaterThan(100)
  expect((await json<{ total: number }>('staff', 'list', '--status', 'connected')).answer.total).toBe(0)
})

test('a roster is tried, then taken, and refused rows are told with their lines', async () => {
  const file = join(demo.dataDir, 'roster.csv')
  writeFileSync(
    file,
    'account_id;display_name;email\nnew-1;Zoë Ångström;zoe@acme.example\n;Nobody;x@acme.example\n',
  )
  const tried = await json<{ counts: { added: number }; refused: { line: number }[] }>(
    'staff',
    'import',
    file,
    '--dry-run',
  )
  expect(tried).toMatchObject({ code: 2, answer: { counts: { added: 1 }, refused: [{ line: 3 }] } })
  await run(demo, 'staff', 'import', file)
  const found = await json<{ items: StaffMember[] }>('staff', 'list', '--search', 'angstrom zoe')
  expect(found.answer.items.map((person) => person.accountId)).toEqual(['new-1'])
})

test.each([
  ['nobody named', ['connect', 'github'], 'Say who is meant'],
  ['an unknown app', ['connect', 'gihub', '--all'], '“gihub” is not an app'],
  ['an app that is not built', ['connect', 'gitlab', '--all'], 'not part of this version'],
  ['an unknown filter', ['connect', 'github', '--filter', 'gruop=x'], '“gruop” is not a filter'],
  ['an unknown run', ['run', 'show', '00000000-0000-4000-8000-000000000000'], 'There is no such run'],
  ['a file that is not there', ['staff', 'import', 'nowhere.csv'], 'there is no such file'],
  ['an unknown command', ['conect'], 'unknown command'],
  ['a wrong token', ['apps', 'list', '--token', 'muster_wrong'], 'does not accept this API token'],
  ['no server', ['apps', 'list', '--url', 'http://127.0.0.1:1'], 'No Muster server answers'],
])('%s is answered with a sentence and 1', async (_name, args, sentence) => {
  const answer = await run(demo, ...args)
  expect(answer.code).toBe(1)
  expect(answer.stderr).toContain(sentence)
  expect(answer.stderr).not.toMatch(/\n\s+at /)
})

async function fault(name: string): Promise<void> {
  const response = await fetch(`${demo.sandboxUrl}/_sandbox/github/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fault: name }),
  })
  expect(response.ok).toBe(true)
}
