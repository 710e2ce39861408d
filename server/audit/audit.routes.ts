import type { Db } from '../db/handle.ts'
import type { Api } from '../http/api.ts'
import { listAudit } from './audit-list.store.ts'

export function auditRoutes(api: Api, { db }: { db: Db }): void {
  api.handle('GET /audit', ({ query }) => listAudit(db, query))
}
