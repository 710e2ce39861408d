import { randomBytes } from 'node:crypto'
import { afterAll, inject } from 'vitest'
import { type Database, openDatabase } from '../server/db/pool.ts'
import { ask, databaseUrl } from './postgres.ts'

export type TestDatabase = Database & { url: string }

const drops: (() => Promise<void>)[] = []
// Here and not below: Vitest passes over an afterAll that is registered inside a hook or a test.
afterAll(async () => {
  for (const drop of drops) await drop()
})

/**
 * A clean database for the test file that calls it (at the top level, in a hook or in a test), migrated unless
 * it shall be `empty`; dropped when the file is done. Costs about 25 ms.
 *
 * ```ts
 * const { kysely, url } = await testDatabase()
 * ```
 */
export async function testDatabase(
  options: { empty?: boolean; encoding?: string } = {},
): Promise<TestDatabase> {
  const server = inject('postgres')
  if ('problem' in server) throw new Error(`There is no database to test with: ${server.problem}`)
  const name = `${server.template}_${randomBytes(4).toString('hex')}`
  const source = options.empty
    ? `template0 encoding '${options.encoding ?? 'UTF8'}' locale 'C'`
    : server.template
  await ask(server.url, `create database ${name} template ${source}`)
  const url = databaseUrl(server.url, name)
  const database = openDatabase(url, { connections: 8 })
  drops.push(async () => {
    await database.close()
    await ask(server.url, `drop database ${name} with (force)`)
  })
  return { ...database, url }
}
