import type { RouteAnswer, RouteParsed } from '../../contract/routes/index.ts'
import type { StaffFilter } from '../../contract/routes/shapes.ts'
import type { Db } from '../db/handle.ts'
import { searchWords } from './filter.store.ts'
import { readCursor, writeCursor } from './staff-cursor.ts'
import { countFacets, type StaffFacets } from './staff-facets.ts'
import { followStaff } from './staff-index.store.ts'
import type { StaffIndex, StaffOrder } from './staff-index.ts'
import { loadStaffMembers } from './staff-member.store.ts'
import { type StaffTest, staffTests } from './staff-tests.ts'

export interface StaffList {
  /** One page, and how many match altogether at this moment. Pages continue by sort key, not by number. */
  page(query: RouteParsed<'GET /staff'>['query']): Promise<RouteAnswer<'GET /staff'>>
  facets(filter: StaffFilter): Promise<StaffFacets>
}

/** The staff list of this process; it keeps an index in memory, filled by the first question. */
export function staffList(db: Db): StaffList {
  const staff = followStaff(db)

  /** The caller awaits nothing between this and its answer, so the index does not change under it. */
  async function prepare(filter: StaffFilter): Promise<{ index: StaffIndex; tests: StaffTest[] }> {
    const words = filter.search === undefined ? [] : await searchWords(db, filter.search)
    const index = await staff.upToDate()
    return { index, tests: staffTests(filter, words, index) }
  }

  return {
    async page({ limit, cursor, sort, ...filter }) {
      const descending = sort.startsWith('-')
      const order = sort.replace('-', '') as StaffOrder
      const scope = { filter, order, descending }
      const after = cursor === undefined ? undefined : readCursor(scope, cursor)
      const { index, tests } = await prepare(filter)
      const { people, more, total } = index.page(tests, { order, descending, after, limit })
      const last = people.at(-1)
      const nextCursor = more && last ? writeCursor(scope, last) : null
      const items = await loadStaffMembers(
        db,
        people.map(({ accountId }) => accountId),
      )
      return { items, nextCursor, total }
    },

    async facets(filter) {
      const { index, tests } = await prepare(filter)
      return countFacets(index.people.values(), tests, index)
    },
  }
}
