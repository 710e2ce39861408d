import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { failureCodes } from '../../contract/failure.ts'
import type { StaffFilter } from '../../contract/routes/shapes.ts'
import { staffSorts } from '../../contract/routes/staff.ts'
import { apps, connectionStatuses } from '../../contract/words.ts'
import { buildConnection, buildFailure, buildStaffMember } from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { applyStaffFilter } from './filter.store.ts'
import { staffList } from './staff-list.ts'

const { kysely: db } = await testDatabase()
const staff = staffList(db)

beforeEach(async () => {
  await db.deleteFrom('connection').execute()
  await db.deleteFrom('staff_member').execute()
})

async function names(filter: StaffFilter, sort: (typeof staffSorts)[number] = 'name'): Promise<string[]> {
  const { items } = await staff.page({ ...filter, sort, limit: 50 })
  return items.map(({ displayName }) => displayName)
}

describe('search', () => {
  test('finds parts of words without regard to case and accents', async () => {
    await buildStaffMember(db, { display_name: 'Ana Pérez', email: 'ana.perez@acme.example' })
    await buildStaffMember(db, { display_name: 'Søren Þórsson' })
    await buildStaffMember(db, { display_name: 'ПЁТР Иванов' })
    await buildStaffMember(db, { display_name: 'Zoë', aliases: ['zoe.old@acme.example'] })
    expect(await names({ search: 'PERE' })).toEqual(['Ana Pérez'])
    expect(await names({ search: 'soren' })).toEqual(['Søren Þórsson'])
    expect(await names({ search: 'Пётр' })).toEqual(['ПЁТР Иванов'])
    expect(await names({ search: 'Zoe\u0308' })).toEqual(['Zoë'])
    expect(await names({ search: 'zoe.old' })).toEqual(['Zoë'])
  })

  test('wants every word, wherever it stands', async () => {
    const ana = await buildStaffMember(db, { display_name: 'Ana Pérez', account_id: '712020:b1' })
    await buildStaffMember(db, { display_name: 'Ana Ruiz' })
    expect(await names({ search: ' perez   ana ' })).toEqual(['Ana Pérez'])
    expect(await names({ search: `ana ${ana.account_id}` })).toEqual(['Ana Pérez'])
    expect(await names({ search: 'ana bo' })).toEqual([])
    expect(await names({ search: '  ' })).toHaveLength(2)
  })

  test('takes % _ and \\ as they are', async () => {
    await buildStaffMember(db, { display_name: '100% Ana_B\\C' })
    await buildStaffMember(db, { display_name: 'Bo' })
    for (const search of ['0%', 'a_b', 'b\\c']) expect(await names({ search })).toEqual(['100% Ana_B\\C'])
    expect(await names({ search: '1%0' })).toEqual([])
  })
})

describe('sorting', () => {
  test('by name follows people, not code points: accents, case, numbers by value', async () => {
    for (const name of ['Zoë', 'ana 10', 'Ána 2', 'bo', 'Łukasz', 'Mei', 'Émile', 'Esther'])
      await buildStaffMember(db, { display_name: name })
    const sorted = ['Ána 2', 'ana 10', 'bo', 'Émile', 'Esther', 'Łukasz', 'Mei', 'Zoë']
    expect(await names({})).toEqual(sorted)
    expect(await names({}, '-name')).toEqual(sorted.toReversed())
    const inDatabase = await sql<{ display_name: string }>`
      select display_name from staff_member order by display_name collate people`.execute(db)
    expect(inDatabase.rows.map(({ display_name }) => display_name)).toEqual(sorted)
  })

  test('by status puts those first that somebody must act on', async () => {
    for (const status of ['connected', 'waiting', 'failed', 'needs_mapping'] as const) {
      const { account_id } = await buildStaffMember(db, { display_name: status })
      await buildConnection(db, { account_id, status })
      await buildConnection(db, { account_id, app: 'gitlab' })
    }
    await buildStaffMember(db, { display_name: 'nothing' })
    expect(await names({}, 'status')).toEqual(['failed', 'needs_mapping', 'waiting', 'connected', 'nothing'])
  })

  test('by email puts people without one last', async () => {
    await buildStaffMember(db, { display_name: 'None', email: null })
    await buildStaffMember(db, { display_name: 'Second', email: 'B@acme.example' })
    await buildStaffMember(db, { display_name: 'First', email: 'a@acme.example' })
    expect(await names({}, 'email')).toEqual(['First', 'Second', 'None'])
  })
})

describe('what was just written', () => {
  test('is in the next answer: added, renamed, connected, disconnected, deleted, come back', async () => {
    expect((await staff.facets({})).total).toBe(0)
    const { account_id } = await buildStaffMember(db, { display_name: 'Ana', groups: ['Data'] })
    expect(await names({ group: 'Data' })).toEqual(['Ana'])
    await db
      .updateTable('staff_member')
      .set({ display_name: 'Anna', groups: ['Web'] })
      .execute()
    expect(await names({ group: 'Data' })).toEqual([])
    expect(await names({ search: 'anna' })).toEqual(['Anna'])
    await buildConnection(db, { account_id })
    expect(await names({ app: 'github', status: 'connected' })).toEqual(['Anna'])
    await db.updateTable('connection').set({ status: 'paused' }).execute()
    expect(await names({ app: 'github', status: 'connected' })).toEqual([])
    expect(await names({ status: 'paused' })).toEqual(['Anna'])
    await db.deleteFrom('connection').execute()
    expect(await names({ app: 'github', status: 'not_connected' })).toEqual(['Anna'])
    await db.deleteFrom('staff_member').execute()
    expect(await names({})).toEqual([])
    await buildStaffMember(db, { account_id, display_name: 'Anna again' })
    expect(await names({})).toEqual(['Anna again'])
  })

  test('is not overlooked when an older transaction commits after a newer one was seen', async () => {
    const older = await db.startTransaction().execute()
    await buildStaffMember(older, { display_name: 'Older' })
    await buildStaffMember(db, { display_name: 'Newer' })
    expect(await names({})).toEqual(['Newer'])
    await older.commit().execute()
    expect(await names({})).toEqual(['Newer', 'Older'])
  })

  test('is not there when it was rolled back', async () => {
    const tx = await db.startTransaction().execute()
    await buildStaffMember(tx)
    await tx.rollback().execute()
    expect(await names({})).toEqual([])
  })

  test('is seen by each of many who ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => {
        const { account_id, display_name } = await buildStaffMember(db, { account_id: `many-${at}` })
        return (await names({ search: account_id }))[0] === display_name
      }),
    )
    expect(answers).toEqual(Array(8).fill(true))
  })
})

describe('pages', () => {
  test('go on behind a person who has left meanwhile, and forget nobody when others arrive', async () => {
    for (const name of ['A', 'B', 'C', 'D']) await buildStaffMember(db, { display_name: name })
    const first = await staff.page({ sort: 'name', limit: 2 })
    expect(first).toMatchObject({ total: 4, items: [{ displayName: 'A' }, { displayName: 'B' }] })
    await db.deleteFrom('staff_member').where('display_name', '=', 'B').execute()
    await buildStaffMember(db, { display_name: 'Aa' })
    const second = await staff.page({ sort: 'name', limit: 2, cursor: first.nextCursor ?? undefined })
    expect(second).toMatchObject({ items: [{ displayName: 'C' }, { displayName: 'D' }], nextCursor: null })
  })

  test('refuse the cursor of another filter, of another sort, and what is no cursor', async () => {
    for (const name of ['A', 'B']) await buildStaffMember(db, { display_name: name })
    const { nextCursor } = await staff.page({ sort: 'name', limit: 1 })
    const cursor = nextCursor ?? ''
    const asks = [
      { sort: 'name', cursor, active: 'true' },
      { sort: '-name', cursor },
      { sort: 'name', cursor: 'nonsense' },
      { sort: 'name', cursor: Buffer.from('["a"]').toString('base64url') },
    ] as const
    for (const ask of asks)
      await expect(staff.page({ limit: 1, ...ask })).rejects.toMatchObject({ code: 'input_invalid' })
  })
})

const labels = ['Data', 'Web', 'Москва'] as const
const somePerson = fc.record({
  display_name: fc.constantFrom('Ana Pérez', 'ana perez', 'Bo Chen', 'Zoë', '王伟', 'Bo 2', 'Bo 10'),
  email: fc.constantFrom(null, 'ana@acme.example', 'BO@acme.example'),
  groups: fc.uniqueArray(fc.constantFrom(...labels)),
  teams: fc.uniqueArray(fc.constantFrom(...labels)),
  active: fc.boolean(),
  connections: fc.uniqueArray(
    fc.record({
      app: fc.constantFrom(...apps),
      status: fc.constantFrom(...connectionStatuses),
      code: fc.constantFrom(undefined, 'match_none', 'rate_limited', 'account_suspended'),
    }),
    { selector: ({ app }) => app },
  ),
})
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 })
const someFilter: fc.Arbitrary<StaffFilter> = fc.record({
  search: optional(fc.constantFrom('ana', 'PEREZ a', 'bo', '王', '%', '', 'acme')),
  group: optional(fc.constantFrom(...labels, 'Nobody')),
  team: optional(fc.constantFrom(...labels)),
  active: optional(fc.constantFrom('true', 'false')),
  app: optional(fc.constantFrom(...apps)),
  status: optional(fc.constantFrom(...connectionStatuses)),
  failure: optional(fc.constantFrom('any', ...apps, 'match_none', 'rate_limited')),
})

async function selected(filter: StaffFilter): Promise<string[]> {
  const query = applyStaffFilter(db.selectFrom('staff_member').select('account_id'), filter)
  return (await query.execute()).map(({ account_id }) => account_id).sort()
}

async function walked(filter: StaffFilter, sort: (typeof staffSorts)[number]): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await staff.page({ ...filter, sort, limit: 3, cursor })
    found.push(...page.items.map(({ accountId }) => accountId))
    cursor = page.nextCursor ?? undefined
    if (!cursor) expect(page.total).toBe(found.length)
  } while (cursor)
  return found
}

test('the pages of any filter and sort hold exactly those whom a run would select, each once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(somePerson, { maxLength: 12 }),
      fc.array(fc.tuple(someFilter, fc.constantFrom(...staffSorts)), { minLength: 4, maxLength: 6 }),
      async (people, asks) => {
        await db.deleteFrom('connection').execute()
        await db.deleteFrom('staff_member').execute()
        await store(people)
        for (const [filter, sort] of asks)
          expect((await walked(filter, sort)).sort()).toEqual(await selected(filter))
      },
    ),
    { numRuns: 15 },
  )
})

test('each facet counts exactly those whom the list would show for its value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(somePerson, { maxLength: 10 }), someFilter, async (people, filter) => {
      await db.deleteFrom('connection').execute()
      await db.deleteFrom('staff_member').execute()
      await store(people)
      const facets = await staff.facets(filter)
      const shown = async (change: StaffFilter) => (await selected({ ...filter, ...change })).length
      const counted = (facet: { value: string; count: number }[], value: string) =>
        facet.find((entry) => entry.value === value)?.count ?? 0
      expect(facets.total).toBe(await shown({}))
      for (const group of labels) expect(counted(facets.groups, group)).toBe(await shown({ group }))
      for (const team of labels) expect(counted(facets.teams, team)).toBe(await shown({ team }))
      for (const active of ['true', 'false'] as const)
        expect(counted(facets.active, active)).toBe(await shown({ active }))
      for (const app of apps)
        for (const status of connectionStatuses)
          expect(counted(facets.statuses, `${app}:${status}`)).toBe(await shown({ app, status }))
      for (const failure of ['any', ...apps, 'match_none', 'rate_limited', 'account_suspended'] as const)
        expect(counted(facets.failures, failure)).toBe(await shown({ failure }))
      const known = ['any', ...apps, ...failureCodes] as string[]
      expect(facets.failures.every(({ value, count }) => known.includes(value) && count > 0)).toBe(true)
    }),
    { numRuns: 15 },
  )
})

async function store(people: (typeof somePerson extends fc.Arbitrary<infer T> ? T : never)[]): Promise<void> {
  for (const { connections, ...columns } of people) {
    const { account_id } = await buildStaffMember(db, columns)
    for (const { app, status, code } of connections)
      await buildConnection(db, {
        account_id,
        app,
        status,
        failure: code ? buildFailure(code as 'match_none') : null,
      })
  }
}
