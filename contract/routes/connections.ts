import { z } from 'zod'
import { route } from './route.ts'
import { AppName, ConnectionSummary, StaffMemberDetail } from './shapes.ts'

const params = z.object({ accountId: z.string(), app: AppName })
const account = z.strictObject({ externalId: z.string().min(1).max(200) })

export const connectionRoutes = {
  'GET /connections/{accountId}': route({
    summary: 'One person’s connections',
    access: 'administrator',
    params: z.object({ accountId: z.string() }),
    response: z.object({ items: z.array(ConnectionSummary) }),
  }),
  'POST /connections/{accountId}/{app}/accept': route({
    summary: 'Connect a person with an account of the directory: a proposal, or one chosen by hand',
    access: 'administrator',
    params,
    body: account,
    response: StaffMemberDetail,
  }),
  'POST /connections/{accountId}/{app}/reject': route({
    summary: 'Not this person: the account is never proposed or connected to them again',
    access: 'administrator',
    params,
    body: account,
    response: StaffMemberDetail,
  }),
  'POST /connections/{accountId}/{app}/disconnect': route({
    summary: 'Disconnect one person',
    access: 'administrator',
    params,
    response: StaffMemberDetail,
  }),
}
