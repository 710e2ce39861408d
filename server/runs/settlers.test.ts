import { expect, it } from 'vitest'
import {
  buildApp,
  buildExternalAccount,
  buildRun,
  buildRunItem,
  buildStaffMember,
} from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { rejectAccount } from '../connections/connections.store.ts'
import { lockStandings } from '../connections/settlements.store.ts'
import { loadMatchInput } from './matching-input.store.ts'
import { connecting } from './settlers.ts'

const { kysely: db } = await testDatabase()

it('heeds “not this person” also when it is said after the run has begun to decide', async () => {
  await buildApp(db, { directory_snapshot: 1 })
  const { account_id: accountId, email } = await buildStaffMember(db)
  const { external_id: externalId } = await buildExternalAccount(db, {
    keys: [{ kind: 'verified-email', value: email ?? '' }],
  })
  const run = await buildRun(db, { state: 'running' })
  await buildRunItem(db, { run_id: run.id, account_id: accountId })
  const circumstances = {
    app: 'github',
    organization: 'acme',
    at: new Date().toISOString(),
    by: 'a@b.example',
  } as const
  const settle = connecting(await loadMatchInput(db, run), circumstances)
  const settled = () =>
    db.transaction().execute(async (tx) => settle(tx, await lockStandings(tx, 'github', [accountId])))
  expect(await settled()).toMatchObject([{ accountId, outcome: 'connected', externalId }])

  await rejectAccount(db, { by: 'a@b.example', app: 'github', accountId, externalId })
  expect(await settled()).toEqual([])
  const anew = connecting(await loadMatchInput(db, run), circumstances)
  const again = await db
    .transaction()
    .execute(async (tx) => anew(tx, await lockStandings(tx, 'github', [accountId])))
  expect(again).toMatchObject([{ accountId, outcome: 'needs_mapping', externalId: null }])
})
