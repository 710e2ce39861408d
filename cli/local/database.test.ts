import { expect, test } from 'vitest'
import { withDatabase } from './database.ts'

test('a database that does not answer is told in a sentence that repeats no password', async () => {
  process.env.DATABASE_URL = 'postgres://muster:planted@127.0.0.1:1/muster'
  process.env.MUSTER_KEY_FILE = '/nowhere/master.key'
  const error = await withDatabase(async () => undefined).catch((thrown: Error) => thrown)
  expect(error).toMatchObject({
    name: 'OperatorError',
    message: expect.stringContaining('nobody listens at that address'),
  })
  expect(String(error)).not.toContain('planted')
})
