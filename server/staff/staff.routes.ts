import type { Db } from '../db/handle.ts'
import type { Api } from '../http/api.ts'
import { notFound } from '../http/problem-error.ts'
import { importRoster } from './import.ts'
import { staffList } from './staff-list.ts'
import { loadStaffMember } from './staff-member.store.ts'

/** The roster: list, filters with counts, one person, import. */
export function staffRoutes(api: Api, { db }: { db: Db }): void {
  const staff = staffList(db)

  api.handle('GET /staff', ({ query }) => staff.page(query))

  api.handle('GET /staff/facets', ({ query }) => staff.facets(query))

  api.handle('GET /staff/{accountId}', async ({ params }) => {
    const person = await loadStaffMember(db, params.accountId)
    if (!person) throw notFound('person')
    return person
  })

  api.handle('POST /staff/import', ({ query, body, actor }) =>
    importRoster(db, body, { actor: actor.email, dryRun: query.dryRun === 'true' }),
  )
}
