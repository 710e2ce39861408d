import { expect, test } from 'vitest'
import { buildApp, buildFailure } from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { VendorFailure } from '../../vendors/vendor.ts'
import type { VendorDeps } from '../apps/open-vendor.ts'
import { checkAppJob } from './check-app.job.ts'

const { kysely: db } = await testDatabase()
const { revision } = await buildApp(db)

function inTrouble(retryAt?: Date): VendorDeps {
  return {
    db,
    openCandidate: async () => undefined,
    openVendor: async () => ({
      revision,
      organization: 'acme',
      probe: () => Promise.reject(new VendorFailure(buildFailure('vendor_busy'), retryAt)),
      readDirectory: () => Promise.reject(new Error('not asked for')),
      close: async () => {},
    }),
  }
}

test('a check that something passing came between is made again when the vendor says, or half a minute later', async () => {
  const { signal } = new AbortController()
  const stated = new Date(Date.now() + 3_600_000)
  expect(await checkAppJob(inTrouble(stated))({ app: 'github' }, signal)).toEqual({ again: stated })
  const before = Date.now()
  const outcome = await checkAppJob(inTrouble())({ app: 'github' }, signal)
  const wait = (outcome?.again.getTime() ?? 0) - before
  expect(wait).toBeGreaterThanOrEqual(30_000)
  expect(wait).toBeLessThan(40_000)
})
