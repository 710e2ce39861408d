import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { buildRun, buildRunItem, buildUser } from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { cleanUpJob } from './clean-up.job.ts'

const { kysely: db } = await testDatabase()

test('what has expired is removed, and nothing else', async () => {
  const { id } = await buildUser(db)
  await sql`insert into sealing_key (version, public_key) values (1, '\\x00')`.execute(db)
  for (const [name, expires] of [
    ['old', sql`now() - interval '2 days'`],
    ['new', sql`now() + interval '1 hour'`],
  ] as const) {
    const hash = sql`sha256(${name}::text::bytea)`
    await sql`insert into session (token_hash, user_id, expires_at) values (${hash}, ${id}, ${expires})`.execute(
      db,
    )
    await sql`insert into sign_in_link (token_hash, user_id, expires_at) values (${hash}, ${id}, ${expires})`.execute(
      db,
    )
    await sql`insert into api_token (token_hash, user_id, expires_at) values (${hash}, ${id}, ${expires})`.execute(
      db,
    )
    await sql`insert into sign_in_attempt (key, at) values (${hash}, ${expires})`.execute(db)
    await sql`insert into sealed_secret (owner, name, key_version, sealed, expires_at)
      values ('token:github', ${name}, 1, '\\x00', ${expires})`.execute(db)
    await sql`insert into app_candidate (app, settings, created_by, created_at)
      values ('github', '{}', ${name}, ${expires})`.execute(db)
  }
  await sql`insert into sealed_secret (owner, name, key_version, sealed)
    values ('app:github', 'privateKey', 1, '\\x00')`.execute(db)

  await cleanUpJob(db)({}, AbortSignal.timeout(5_000))
  const left = async (table: string) => (await sql`select 1 from ${sql.table(table)}`.execute(db)).rows.length
  for (const table of ['session', 'sign_in_link', 'api_token', 'sign_in_attempt', 'app_candidate'])
    expect([table, await left(table)]).toEqual([table, 1])
  expect(await left('sealed_secret')).toBe(2)
})

test('a run is kept for 90 days after its end, with its people, and one under way for good', async () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3_600_000)
  const old = await buildRun(db, { created_at: daysAgo(92), finished_at: daysAgo(91) })
  const recent = await buildRun(db, { created_at: daysAgo(92), finished_at: daysAgo(89) })
  const open = await buildRun(db, { created_at: daysAgo(92), state: 'waiting' })
  for (const { id } of [old, recent, open]) await buildRunItem(db, { run_id: id, account_id: 'ana' })
  await cleanUpJob(db)({}, AbortSignal.timeout(5_000))
  const items = await db.selectFrom('run_item').select('run_id').execute()
  expect(items.map((item) => item.run_id).sort()).toEqual([recent.id, open.id].sort())
  expect(await db.selectFrom('run').select('id').execute()).toHaveLength(2)
})
