import type { Db } from '../db/handle.ts'
import type { Api } from '../http/api.ts'
import { notFound } from '../http/problem-error.ts'
import { loadStaffMember } from '../staff/staff-member.store.ts'
import { acceptAccount, connectionsOf, disconnectPerson, rejectAccount } from './connections.store.ts'
import { presentConnection } from './present.ts'

export function connectionRoutes(api: Api, { db }: { db: Db }): void {
  api.handle('GET /connections/{accountId}', async ({ params }) => {
    const rows = await connectionsOf(db, params.accountId)
    return { items: rows.map(presentConnection) }
  })

  api.handle('POST /connections/{accountId}/{app}/accept', async ({ params, body, actor }) => {
    await acceptAccount(db, { by: actor.email, ...params, ...body })
    return presentPerson(db, params.accountId)
  })

  api.handle('POST /connections/{accountId}/{app}/reject', async ({ params, body, actor }) => {
    await rejectAccount(db, { by: actor.email, ...params, ...body })
    return presentPerson(db, params.accountId)
  })

  api.handle('POST /connections/{accountId}/{app}/disconnect', async ({ params, actor }) => {
    await disconnectPerson(db, { by: actor.email, ...params })
    return presentPerson(db, params.accountId)
  })
}

async function presentPerson(db: Db, accountId: string) {
  const person = await loadStaffMember(db, accountId)
  if (!person) throw notFound('staff member')
  return person
}
