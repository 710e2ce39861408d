import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { createEgress } from '../../vendors/egress.ts'
import { openDatabase } from '../db/pool.ts'
import { deleteEndedPauses, vendorPauses } from './vendor-pause.store.ts'

const database = await testDatabase()
const db = database.kysely
const another = openDatabase(database.url, { connections: 1 })
let arrived: number[] = []
const vendor = createServer((_request, response) => {
  arrived.push(Date.now())
  response.setHeader('content-type', 'application/json').end('{}')
})
await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve))
const host = `127.0.0.1:${(vendor.address() as AddressInfo).port}`
const get = { method: 'GET', url: `http://${host}/user`, resource: 'core' } as const

/** A worker's way out, with a connection to the database of its own. */
function worker(of: typeof db) {
  return createEgress({
    app: 'github',
    origin: `http://${host}`,
    endpoints: ['GET /user'],
    allowedPrivateHosts: { hosts: [host], ranges: [] },
    pauses: vendorPauses(of),
    deadlineMs: 5_000,
    maxBodyBytes: 1_000,
  })
}
const workers = [worker(db), worker(another.kysely)] as const

afterAll(async () => {
  for (const egress of workers) await egress.close()
  await another.close()
  vendor.close()
})
beforeEach(async () => {
  arrived = []
  await db.deleteFrom('vendor_pause').execute()
})

test('a pause that one worker was told is obeyed by every worker to its end', async () => {
  const until = new Date(Date.now() + 700)
  await workers[0].pause('core', until, 'Retry-After')
  for (const egress of workers) await expect(egress.request(get)).rejects.toMatchObject({ until })
  expect(arrived).toEqual([])
  // Both ask without rest; whoever comes too early would be seen at the vendor.
  const asking = workers.map(async (egress) => {
    while (!(await egress.request(get).catch(() => undefined)));
  })
  await Promise.all(asking)
  expect(arrived).toHaveLength(2)
  for (const at of arrived) expect(at).toBeGreaterThanOrEqual(until.getTime())
})

test('a pause holds for its own resource, host and app, and is never shortened', async () => {
  const pauses = vendorPauses(db)
  const long = new Date(Date.now() + 60_000)
  await pauses.pause('github', host, 'core', long, 'Retry-After')
  await pauses.pause('github', host, 'core', new Date(Date.now() + 1_000), 'Retry-After')
  expect(await pauses.until('github', host, 'core')).toEqual(long)
  expect(await pauses.until('github', host, 'graphql')).toBeNull()
  expect(await pauses.until('github', 'api.github.com', 'core')).toBeNull()
  expect(await pauses.until('gitlab', host, 'core')).toBeNull()
})

test('a worker whose clock is late does not make the others call early', async () => {
  const pauses = vendorPauses(db)
  const now = Date.now()
  vi.useFakeTimers({ toFake: ['Date'], now: now - 90_000 })
  try {
    await pauses.pause('github', host, 'core', new Date(Date.now() + 60_000), 'Retry-After')
  } finally {
    vi.useRealTimers()
  }
  const until = await pauses.until('github', host, 'core')
  expect((until?.getTime() ?? 0) - now).toBeGreaterThanOrEqual(60_000)
})

test('pauses that have ended are removed, others stay', async () => {
  const pauses = vendorPauses(db)
  await pauses.pause('github', host, 'core', new Date(Date.now() - 1), 'over')
  await pauses.pause('github', host, 'graphql', new Date(Date.now() + 60_000), 'not over')
  expect(await pauses.until('github', host, 'core')).toBeNull()
  await deleteEndedPauses(db)
  const left = await db.selectFrom('vendor_pause').select('resource').execute()
  expect(left).toEqual([{ resource: 'graphql' }])
})
