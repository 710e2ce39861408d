import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { migrate } from './migrate.ts'
import { openDatabase } from './pool.ts'

describe('migrate', () => {
  let directory: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'muster-migrations-'))
    await add('0001-first', 'create table visit (n integer); insert into visit values (1)')
    await add('0002-second', 'insert into visit values (2)')
  })
  afterAll(() => rm(directory, { recursive: true }))

  async function add(name: string, statements: string): Promise<void> {
    // Plain text for `sql.raw`, so that the file needs no import that its folder could not resolve.
    const up = `export const up = (db) => db.executeQuery({ sql: ${JSON.stringify(statements)}, parameters: [], query: { kind: 'RawNode' } })`
    await writeFile(join(directory, `${name}.ts`), up)
  }

  it('brings an empty database up to date, and does nothing the second time', async () => {
    const { kysely } = await testDatabase({ empty: true })
    expect(await migrate(kysely, directory)).toEqual(['0001-first', '0002-second'])
    expect(await migrate(kysely, directory)).toEqual([])
    expect(await visits(kysely)).toEqual([1, 2])
  })

  it('applies each migration once when several processes start at the same time', async () => {
    const { url } = await testDatabase({ empty: true })
    const processes = Array.from({ length: 4 }, () => openDatabase(url, { connections: 1 }))
    const applied = await Promise.all(processes.map(({ kysely }) => migrate(kysely, directory)))
    expect(applied.flat()).toEqual(['0001-first', '0002-second'])
    for (const { close } of processes) await close()
  })

  it('refuses a schema from the future and says which migration it does not know', async () => {
    const { kysely } = await testDatabase()
    await sql`insert into schema_migration (number, name) values (9000, '9000-from-tomorrow')`.execute(kysely)
    await expect(migrate(kysely)).rejects.toThrow(
      /another version of Muster.*9000-from-tomorrow.*start that version/,
    )
  })

  it('leaves nothing behind when a migration fails', async () => {
    const { kysely } = await testDatabase({ empty: true })
    await add('0003-broken', 'insert into visit values (3); select no_such_column')
    await expect(migrate(kysely, directory)).rejects.toThrow('no_such_column')
    await rm(join(directory, '0003-broken.ts'))
    const { rows } = await sql<{ there: boolean }>`select to_regclass('visit') is not null as there`.execute(
      kysely,
    )
    expect(rows).toEqual([{ there: false }])
  })

  it('refuses a database that cannot hold every name', async () => {
    const { kysely } = await testDatabase({ empty: true, encoding: 'LATIN1' })
    await expect(migrate(kysely)).rejects.toThrow(/stores text as LATIN1.*ENCODING 'UTF8'/)
  })

  async function visits(kysely: TestDatabase['kysely']): Promise<number[]> {
    const { rows } = await sql<{ n: number }>`select n from visit order by n`.execute(kysely)
    return rows.map((row) => row.n)
  }
})
