import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { testDatabase } from '../../test/database.ts'

describe('openDatabase', () => {
  it('reads bigint as a number, timestamptz as a Date, and a date as the day that is written', async () => {
    const { kysely } = await testDatabase({ empty: true })
    const { rows } = await sql`select 9007199254740991::bigint as big, count(*) as n,
      '2026-11-23T23:30:00+05:30'::timestamptz as at, date '2026-11-23' as day`.execute(kysely)
    expect(rows).toEqual([
      { big: 9007199254740991, n: 1, at: new Date('2026-11-23T18:00:00Z'), day: '2026-11-23' },
    ])
  })

  it('refuses to round a bigint that a number cannot hold', async () => {
    const { kysely } = await testDatabase({ empty: true })
    await expect(sql`select 9007199254740993::bigint`.execute(kysely)).rejects.toThrow(
      /9007199254740993 does not fit/,
    )
    await expect(sql`select 1 as n`.execute(kysely)).resolves.toMatchObject({ rows: [{ n: 1 }] })
  })

  it('does not wait for a statement for ever, works in UTC, and survives the loss of idle connections', async () => {
    const { kysely, pool } = await testDatabase({ empty: true })
    const settings = sql`select current_setting('statement_timeout') as timeout, current_setting('TimeZone') as zone`
    expect((await settings.execute(kysely)).rows).toEqual([{ timeout: '1min', zone: 'UTC' }])
    const [asking, idle] = [await pool.connect(), await pool.connect()]
    const gone = new Promise((resolve) => pool.once('remove', resolve))
    const { rows } = await idle.query('select pg_backend_pid() as pid')
    idle.release()
    await asking.query('select pg_terminate_backend($1)', [rows[0].pid])
    await gone
    asking.release()
    expect((await settings.execute(kysely)).rows).toHaveLength(1)
  })
})
