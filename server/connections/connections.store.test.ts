import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { ApiProblem } from '../../contract/client.ts'
import { describeFailure } from '../../contract/failure-table.ts'
import {
  buildApp,
  buildConnection,
  buildExternalAccount,
  buildFailure,
  buildProposal,
  buildStaffMember,
} from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { testServer } from '../../test/server.ts'
import { connectionRoutes } from './connections.routes.ts'
import { acceptAccount, disconnectPerson, rejectAccount } from './connections.store.ts'
import { settleAcceptance } from './settle.ts'
import { isAccountTaken, lockStandings, writeSettlements } from './settlements.store.ts'

const database = await testDatabase()
const { kysely: db } = database

beforeEach(async () => {
  await sql`truncate connection, proposal, proposal_rejection, staff_member, external_account, installed_app cascade`.execute(
    db,
  )
  await buildApp(db)
})

const by = 'admin@acme.example'
const app = 'github'
const connectionOf = (account_id: string) =>
  db.selectFrom('connection').selectAll().where('account_id', '=', account_id).executeTakeFirst()
const acts = async (subject: string) =>
  (
    await db
      .selectFrom('audit_entry')
      .select('action')
      .where('subject', '=', subject)
      .orderBy('seq')
      .execute()
  ).map((entry) => entry.action)

const isAnybodyBlocked = async () => {
  const { rows } = await sql`
    select from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`.execute(
    db,
  )
  return rows.length > 0
}

describe('accepting by hand', () => {
  it('connects with the account, clears the proposals, and is on the record', async () => {
    const { account_id, external_id } = await buildProposal(db)
    await buildConnection(db, { account_id, status: 'needs_mapping', failure: buildFailure('match_weak') })
    const rival = await buildProposal(db, { external_id })
    await acceptAccount(db, { by, accountId: account_id, app, externalId: external_id })
    expect(await connectionOf(account_id)).toMatchObject({
      status: 'connected',
      origin: 'admin',
      external_id,
      failure: null,
      evidence: [{ kind: 'decided', value: by }],
      connected_by: by,
    })
    expect(await db.selectFrom('proposal').selectAll().execute()).toEqual([])
    expect(await acts(account_id)).toEqual(['connection.accept'])
    await expect(
      acceptAccount(db, { by, accountId: rival.account_id, app, externalId: external_id }),
    ).rejects.toThrow(/already connected to Person \d+ \(person-\d+\)/)
  })

  it('does nothing the second time', async () => {
    const { account_id, external_id } = await buildProposal(db)
    const act = { by, accountId: account_id, app, externalId: external_id } as const
    await acceptAccount(db, act)
    const before = await connectionOf(account_id)
    await acceptAccount(db, act)
    expect(await connectionOf(account_id)).toEqual(before)
    expect(await acts(account_id)).toEqual(['connection.accept'])
  })

  it('lets one of two administrators have the account, and tells the other who has it', async () => {
    const { external_id: externalId } = await buildExternalAccount(db)
    const people = await Promise.all(Array.from({ length: 6 }, () => buildStaffMember(db)))
    const outcomes = await Promise.allSettled(
      people.map(({ account_id }) => acceptAccount(db, { by, accountId: account_id, app, externalId })),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' })
  })

  it('connects nobody with an app that is being uninstalled in the same moment', async () => {
    const { account_id: accountId, external_id: externalId } = await buildProposal(db)
    const uninstalling = await db.startTransaction().execute()
    await uninstalling.deleteFrom('installed_app').where('app', '=', app).execute()
    await uninstalling.deleteFrom('external_account').where('app', '=', app).execute()
    let settled = false
    const accepting = acceptAccount(db, { by, accountId, app, externalId })
      .catch((error: unknown) => error)
      .finally(() => {
        settled = true
      })
    await expect.poll(async () => settled || (await isAnybodyBlocked())).toBe(true)
    await uninstalling.commit().execute()
    expect(await accepting).toMatchObject({ code: 'not_found' })
    expect(await connectionOf(accountId)).toBeUndefined()
  })

  it.each([
    ['opted out', { status: 'opted_out' as const }, {}, {}, /does not want to be connected/],
    [
      'connected elsewhere',
      {},
      {},
      {},
      /is connected with the GitHub account login-\d+; disconnect it first/,
    ],
    ['inactive', undefined, { active: false }, {}, /is inactive on the roster/],
    ['a bot’s', undefined, {}, { kind: 'bot' as const }, /not a person’s account/],
    ['suspended', undefined, {}, { suspended: true }, /is suspended/],
  ])('refuses when it is %s', async (_, connection, person, account, sentence) => {
    const { account_id } = await buildStaffMember(db, person)
    if (connection) await buildConnection(db, { account_id, ...connection })
    const { external_id: externalId } = await buildExternalAccount(db, account)
    const before = await connectionOf(account_id)
    await expect(acceptAccount(db, { by, accountId: account_id, app, externalId })).rejects.toThrow(sentence)
    expect(await connectionOf(account_id)).toEqual(before)
    expect(await acts(account_id)).toEqual([])
  })
})

describe('rejecting', () => {
  it('takes the proposal back and says so, once', async () => {
    const { account_id, external_id } = await buildProposal(db)
    await buildConnection(db, { account_id, status: 'needs_mapping', failure: buildFailure('match_weak') })
    const act = { by, accountId: account_id, app, externalId: external_id } as const
    await rejectAccount(db, act)
    await rejectAccount(db, act)
    const row = await connectionOf(account_id)
    expect(row).toMatchObject({ status: 'needs_mapping', failure: { code: 'match_none' } })
    expect(row?.failure && describeFailure(row.failure).sentence).toMatch(
      /\(login-\d+ aside, who was marked as not this person\)/,
    )
    expect(await db.selectFrom('proposal').selectAll().execute()).toEqual([])
    expect(await acts(account_id)).toEqual(['connection.reject'])
  })

  it('lets go of the account when the person has it', async () => {
    const { external_id } = await buildExternalAccount(db)
    const { account_id } = await buildConnection(db, { external_id })
    await rejectAccount(db, { by, accountId: account_id, app, externalId: external_id })
    expect(await connectionOf(account_id)).toMatchObject({ status: 'not_connected', external_id: null })
  })

  it('is forgotten when the account is accepted after all', async () => {
    const { account_id, external_id } = await buildProposal(db)
    const act = { by, accountId: account_id, app, externalId: external_id } as const
    await rejectAccount(db, act)
    await acceptAccount(db, act)
    expect(await db.selectFrom('proposal_rejection').selectAll().execute()).toEqual([])
  })
})

describe('disconnecting', () => {
  it('lets go of the account, once', async () => {
    const { account_id } = await buildConnection(db)
    await disconnectPerson(db, { by, accountId: account_id, app })
    await disconnectPerson(db, { by, accountId: account_id, app })
    expect(await connectionOf(account_id)).toMatchObject({
      status: 'not_connected',
      external_id: null,
      login: null,
      origin: null,
      evidence: [],
      failure: null,
      connected_by: null,
      connected_at: null,
    })
    expect(await acts(account_id)).toEqual(['connection.disconnect'])
  })

  it('leaves a no and a failure as they are', async () => {
    for (const status of ['opted_out', 'needs_mapping'] as const) {
      const before = await buildConnection(db, { status, failure: buildFailure('match_none') })
      await disconnectPerson(db, { by, accountId: before.account_id, app })
      expect(await connectionOf(before.account_id)).toEqual(before)
    }
  })
})

describe('writing many', () => {
  const circumstances = { app, organization: 'acme', at: new Date().toISOString(), by } as const
  const accepted = (externalId: string) => [
    { externalId, account: { login: 'l', name: null, usable: true }, contested: false, takenBy: null },
  ]

  it('leaves out somebody who got a connection after the look at them', async () => {
    const [old, fresh] = [await buildStaffMember(db), await buildStaffMember(db)]
    const written = await db.transaction().execute(async (tx) => {
      const standings = await lockStandings(tx, app, [old.account_id, fresh.account_id])
      await buildConnection(db, { account_id: fresh.account_id, status: 'opted_out' })
      return writeSettlements(
        tx,
        app,
        standings,
        standings.map((standing) =>
          settleAcceptance(standing, accepted(`x-${standing.accountId}`), circumstances),
        ),
      )
    })
    expect(written.map(({ accountId }) => accountId)).toEqual([old.account_id])
    expect(await connectionOf(fresh.account_id)).toMatchObject({ status: 'opted_out' })
  })

  it('says that it was the account when somebody else took it in between', async () => {
    const [person] = [await buildStaffMember(db)]
    const attempt = db.transaction().execute(async (tx) => {
      const standings = await lockStandings(tx, app, [person.account_id])
      await buildConnection(db, { external_id: 'wanted' })
      return writeSettlements(
        tx,
        app,
        standings,
        standings.map((standing) => settleAcceptance(standing, accepted('wanted'), circumstances)),
      )
    })
    await expect(attempt).rejects.toSatisfy(isAccountTaken)
  })
})

it('answers over HTTP with the person as they are now', async () => {
  const server = await testServer(database, (api) => connectionRoutes(api, { db }))
  const admin = await server.client('administrator')
  const { account_id: accountId, external_id: externalId } = await buildProposal(db)
  const params = { accountId, app } as const
  const detail = await admin('POST /connections/{accountId}/{app}/accept', { params, body: { externalId } })
  expect(detail).toMatchObject({
    accountId,
    proposals: [],
    connections: [{ status: 'connected', externalId }],
  })
  expect(detail.history[0]?.sentence).toMatch(/Connected with GitHub .* by hand/)
  expect(await admin('GET /connections/{accountId}', { params: { accountId } })).toMatchObject({
    items: [{ app, status: 'connected' }],
  })
  await admin('POST /connections/{accountId}/{app}/disconnect', { params })
  const nobody = { accountId: 'nobody', app } as const
  await expect(
    admin('POST /connections/{accountId}/{app}/disconnect', { params: nobody }),
  ).rejects.toBeInstanceOf(ApiProblem)
})
