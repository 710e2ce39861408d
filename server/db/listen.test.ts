import { sql } from 'kysely'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { type Listener, openListener } from './listen.ts'

describe('openListener', () => {
  let database: TestDatabase
  const open: Listener[] = []
  beforeAll(async () => {
    database = await testDatabase({ empty: true })
  })
  afterEach(async () => {
    for (const listener of open.splice(0)) await listener.close()
  })

  async function listener(): Promise<Listener> {
    const made = await openListener(database.url)
    open.push(made)
    return made
  }
  const notify = (channel: string, payload: string) =>
    sql`select pg_notify(${channel}, ${payload})`.execute(database.kysely)
  /** Ends every connection of this database but the one that asks. */
  const cutOff = () =>
    sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(database.kysely)

  /** What was heard, and a wait for the next thing. */
  function ear() {
    const heard: string[] = []
    let wake = () => {}
    return {
      heard,
      hear(what: string) {
        heard.push(what)
        wake()
      },
      async until(count: number) {
        while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve))
        return heard
      },
    }
  }

  it('hears what is announced on its channels, in order, and nothing else', async () => {
    const { listen } = await listener()
    const runs = ear()
    await listen('Odd "channel"', runs.hear)
    await notify('another', 'x')
    await notify('Odd "channel"', 'one')
    await notify('Odd "channel"', 'two')
    expect(await runs.until(2)).toEqual(['one', 'two'])
  })

  it('keeps a channel until its last handler has gone', async () => {
    const { listen } = await listener()
    const [first, second, end] = [ear(), ear(), ear()]
    const stopFirst = await listen('c', first.hear)
    const stopSecond = await listen('c', second.hear)
    await listen('end', end.hear)
    await stopFirst()
    await notify('c', 'one')
    await second.until(1)
    await stopSecond()
    await notify('c', 'two')
    await notify('end', '')
    await end.until(1)
    expect([first.heard, second.heard]).toEqual([[], ['one']])
  })

  it('comes back by itself when its connection is lost, and says that something may have been missed', async () => {
    const { listen } = await listener()
    const one = ear()
    await listen('c', one.hear, () => one.hear('missed'))
    for (const round of [1, 2]) {
      await cutOff()
      await one.until(round * 2 - 1)
      await notify('c', `after ${round}`)
      await one.until(round * 2)
    }
    expect(one.heard).toEqual(['missed', 'after 1', 'missed', 'after 2'])
  })

  it('makes good what was asked for while it was cut off', async () => {
    const { listen } = await listener()
    const [early, late] = [ear(), ear()]
    await listen('early', early.hear, () => early.hear('missed'))
    await cutOff()
    await listen('late', late.hear)
    await early.until(1)
    await notify('late', 'heard')
    expect(await late.until(1)).toEqual(['heard'])
  })

  it('stays closed once it is closed', async () => {
    const { listen, close } = await openListener(database.url)
    await listen('c', () => {})
    await cutOff()
    await close()
    const { rows } = await sql<{ n: number }>`select count(*) as n from pg_stat_activity
      where datname = current_database() and query like 'listen%'`.execute(database.kysely)
    expect(rows).toEqual([{ n: 0 }])
  })
})
