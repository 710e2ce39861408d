import type { RouteAnswer, RouteParsed } from '../../contract/routes/index.ts'
import type { StaffFilter } from '../../contract/routes/shapes.ts'
import type { Db } from '../db/handle.ts'
import { searchWords } from './filter.store.ts'
import { readCursor, writeCursor } from './staff-cursor.ts'
import type { StaffFacets } from './staff-facets.ts'
import { followStaff } from './staff-index.store.ts'
import { loadStaffMembers } from './staff-member.store.ts'
import type { StaffOrder } from './staff-orders.ts'

export interface StaffList {
  /** One page, and how many match altogether at this moment. Pages continue by sort key, not by number. */
  page(query: RouteParsed<'GET /staff'>['query']): Promise<RouteAnswer<'GET /staff'>>
  facets(filter: StaffFilter): Promise<StaffFacets>
}

/** The staff list of this process; it keeps an index in memory. */
export function staffList(db: Db): StaffList {
  const staff = followStaff(db)
  // Filled now, so that the first to ask need not wait; what goes wrong here goes wrong again when they ask.
  staff.upToDate().catch(() => {})

  async function wordsOf({ search }: StaffFilter): Promise<string[]> {
    return search === undefined ? [] : searchWords(db, search)
  }

  return {
    async page({ limit, cursor, sort, ...filter }) {
      const descending = sort.startsWith('-')
      const order = sort.replace('-', '') as StaffOrder
      const scope = { filter, order, descending }
      const after = cursor === undefined ? undefined : readCursor(scope, cursor)
      const words = await wordsOf(filter)
      const index = await staff.upToDate()
      // Nothing is awaited before the index is used, so it does not change under the question.
      const { people, more, total } = index.page({ ...scope, words, after, limit })
      const last = people.at(-1)
      const nextCursor = more && last ? writeCursor(scope, last) : null
      const accountIds = people.map(({ accountId }) => accountId)
      return { items: await loadStaffMembers(db, accountIds), nextCursor, total }
    },

    async facets(filter) {
      const words = await wordsOf(filter)
      const index = await staff.upToDate()
      return index.facets({ filter, words })
    },
  }
}
