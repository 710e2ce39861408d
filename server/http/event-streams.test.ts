import { expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { testServer } from '../../test/server.ts'
import { type Change, notifyChange } from '../db/notify.ts'
import type { EventStream } from './api.ts'

const database = await testDatabase()
const db = database.kysely
const batches: Change[][] = []
let told: EventStream['read'] = async () => ({ events: [] })
const server = await testServer(database, (api) =>
  api.handle('GET /events', async () => ({
    concerns: (change) => change.kind === 'app',
    read: (changes) => {
      batches.push(changes)
      return told(changes)
    },
  })),
)

/** Follows the stream as a browser would; `text` grows, `ended` resolves with it. */
async function follow(fetchAs: typeof fetch) {
  const gone = new AbortController()
  const response = await fetchAs(`${server.url}/api/v1/events`, { signal: gone.signal })
  const stream = { response, text: '', gone, ended: Promise.resolve() }
  stream.ended = (async () => {
    for await (const chunk of response.body ?? []) stream.text += Buffer.from(chunk).toString()
  })()
  stream.ended.catch(() => {})
  return stream
}

test('a stream begins with everything and goes on with what changed', async () => {
  batches.length = 0
  told = async (changes) => ({ events: [{ event: 'app', data: { changes: changes.length } }] })
  const stream = await follow(await server.browser('administrator'))
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(stream.response.headers.get('cache-control')).toBe('no-store')
  await expect.poll(() => stream.text).toContain('event: app\ndata: {"changes":0}\n\n')
  await notifyChange(db, { kind: 'candidate', id: 'of no concern' })
  await notifyChange(db, { kind: 'app', app: 'github' })
  await expect.poll(() => stream.text).toContain('data: {"changes":1}')
  expect(batches).toEqual([[], [{ kind: 'app', app: 'github' }]])
  stream.gone.abort()
})

test('many changes are read together, each once, at most four times a second', async () => {
  told = async () => ({ events: [] })
  const stream = await follow(await server.browser('administrator'))
  batches.length = 0
  const start = performance.now()
  for (let i = 0; i < 200; i++) {
    await notifyChange(db, { kind: 'app', app: 'github' })
    await notifyChange(db, { kind: 'app', app: 'gitlab' })
  }
  await expect.poll(() => batches.flat().length).toBeGreaterThanOrEqual(2)
  const quarters = (performance.now() - start) / 250
  expect(batches.length).toBeLessThanOrEqual(quarters + 1)
  for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(2)
  stream.gone.abort()
})

test('a stream that has told all is closed', async () => {
  told = async () => ({ events: [{ event: 'run', data: 'last' }], ended: true })
  const stream = await follow(await server.browser('administrator'))
  await stream.ended
  expect(stream.text).toContain('data: "last"')
})

test('a stream whose reading fails is closed, so that the browser comes back', async () => {
  told = async () => {
    throw new Error('unexpected')
  }
  const stream = await follow(await server.browser('administrator'))
  await stream.ended
  expect(stream.text).not.toContain('unexpected')
})

test.each([
  ['session ends', () => db.deleteFrom('session').execute()],
  ['user is deactivated', () => db.updateTable('app_user').set({ active: false }).execute()],
  ['user loses the role', () => db.updateTable('app_user').set({ role: 'employee' }).execute()],
])('soon after the %s nothing is told any more', async (_, happens) => {
  told = async () => ({ events: [] })
  const stream = await follow(await server.browser('administrator'))
  await happens()
  const start = performance.now()
  await stream.ended
  expect(performance.now() - start).toBeLessThan(5_000)
})

test('nobody else may follow', async () => {
  const response = await (await server.browser('manager'))(`${server.url}/api/v1/events`)
  expect(response.status).toBe(403)
})
