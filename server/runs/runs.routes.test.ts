import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { ApiProblem } from '../../contract/client.ts'
import {
  buildApp,
  buildConnection,
  buildFailure,
  buildProposal,
  buildRun,
  buildRunItem,
  buildStaffMember,
} from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { testServer } from '../../test/server.ts'
import { openQueue } from '../jobs/queue.ts'
import { createLog } from '../log.ts'
import { runRoutes } from './runs.routes.ts'

const database = await testDatabase()
const { kysely: db, pool } = database
const queue = await openQueue({ kysely: db, pool, log: createLog('silent') })
const server = await testServer(database, (api) => runRoutes(api, { db, queue }))
const admin = await server.client('administrator')

beforeEach(async () => {
  await sql`truncate run, run_item, connection, proposal, staff_member, installed_app cascade`.execute(db)
})

const everybody = { app: 'github', action: 'connect', selection: { filter: {} } } as const

async function problemOf(answer: Promise<unknown>) {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ApiProblem) return error.problem
  throw error ?? new Error('it was carried out')
}

describe('starting', () => {
  it('writes the run, its job and the audit entry, and answers the same wish with the same run', async () => {
    await buildApp(db)
    const first = await admin('POST /runs', { body: everybody })
    const [second, third] = await Promise.all([
      admin('POST /runs', { body: everybody }),
      admin('POST /runs', { body: { ...everybody, dryRun: true } }),
    ])
    expect(first.alreadyUnderWay).toBe(false)
    expect(second).toEqual({ id: first.id, alreadyUnderWay: true })
    expect(third.id).not.toBe(first.id)
    const jobs = await pool.query(`select data ->> 'runId' as id from pgboss.job where name = 'run'`)
    expect(jobs.rows.map((row) => row.id).sort()).toEqual([first.id, third.id].sort())
    const entries = await db
      .selectFrom('audit_entry')
      .select(['action', 'subject'])
      .where('subject', '=', first.id)
      .execute()
    expect(entries).toEqual([{ action: 'run.start', subject: first.id }])
    expect(await admin('GET /runs/{id}', { params: { id: first.id } })).toMatchObject({
      state: 'queued',
      stage: 'Waiting for a worker',
      counts: { selected: 0, waiting: 0 },
      rate: null,
    })
  })

  it('is not refused because of a run that has ended', async () => {
    await buildApp(db)
    const { id } = await admin('POST /runs', { body: everybody })
    expect(await admin('POST /runs/{id}/cancel', { params: { id } })).toMatchObject({ state: 'cancelled' })
    expect(await admin('POST /runs', { body: everybody })).toMatchObject({ alreadyUnderWay: false })
  })

  it('says why an app cannot be used', async () => {
    expect(await problemOf(admin('POST /runs', { body: everybody }))).toMatchObject({
      status: 409,
      code: 'app_not_ready',
      detail: expect.stringContaining('GitHub is not installed'),
    })
    await buildApp(db, { failure: buildFailure('app_suspended') })
    expect(await problemOf(admin('POST /runs', { body: everybody }))).toMatchObject({
      code: 'app_not_ready',
      detail: expect.stringMatching(/suspended this app for acme.*press Check/),
    })
    expect(await problemOf(admin('POST /runs', { body: { ...everybody, app: 'gitlab' } }))).toMatchObject({
      code: 'app_not_available',
    })
    await admin('POST /runs', { body: { ...everybody, action: 'disconnect' } })
  })

  it('refuses account ids that nobody has, naming them', async () => {
    await buildApp(db)
    const { account_id } = await buildStaffMember(db)
    const selection = { accountIds: [account_id, 'nobody'] }
    expect(await problemOf(admin('POST /runs', { body: { ...everybody, selection } }))).toMatchObject({
      status: 400,
      detail: 'Nobody on the roster has the account id nobody. Nothing was started.',
    })
    expect(await db.selectFrom('run').selectAll().execute()).toEqual([])
  })

  it('wants a fresh sign-in for more than 500 people, except from a program', async () => {
    await buildApp(db)
    await sql`insert into staff_member (account_id, display_name, search_text)
      select 'p' || n, 'P' || n, '' from generate_series(1, 501) n`.execute(db)
    const browser = await server.browser('administrator')
    await sql`update session set authenticated_at = now() - interval '6 minutes'`.execute(db)
    const post = (path: string, body: unknown) =>
      browser(`${server.url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await post('/runs', everybody)).status).toBe(403)
    expect(await (await post('/runs/preview', everybody)).json()).toMatchObject({ stepUpRequired: true })
    expect((await post('/runs', { ...everybody, selection: { filter: { search: 'p50' } } })).status).toBe(202)
    await admin('POST /runs', { body: everybody })
  })

  it('is for administrators', async () => {
    const manager = await server.client('manager')
    expect(await problemOf(manager('POST /runs', { body: everybody }))).toMatchObject({ status: 403 })
  })
})

describe('previewing', () => {
  it('says how many would be tried and who is left alone, and why', async () => {
    await buildApp(db)
    await buildConnection(db)
    await buildConnection(db, { origin: 'self' })
    await buildConnection(db, { status: 'opted_out' })
    await buildConnection(db, { status: 'failed', failure: buildFailure('account_suspended') })
    await buildStaffMember(db, { active: false })
    await buildStaffMember(db)
    await buildProposal(db)
    const preview = await admin('POST /runs/preview', { body: everybody })
    expect(preview).toMatchObject({ selected: 7, willTry: 3, alreadyConnected: 1, blockedReason: null })
    expect(new Map(preview.leftAlone.map(({ reason, count }) => [reason, count]))).toEqual(
      new Map([
        ['connected by the person', 1],
        ['said no', 1],
        ['inactive on the roster', 1],
      ]),
    )
    const of = async (action: 'retry' | 'accept' | 'disconnect') => {
      const { selected, willTry } = await admin('POST /runs/preview', { body: { ...everybody, action } })
      return [selected, willTry]
    }
    expect(await of('retry')).toEqual([1, 1])
    expect(await of('accept')).toEqual([1, 1])
    expect(await of('disconnect')).toEqual([7, 1])
  })
})

describe('looking on', () => {
  it('pages through runs, newest first, and through the people of one', async () => {
    const ids: string[] = []
    for (let day = 1; day <= 5; day++)
      ids.unshift((await buildRun(db, { created_at: new Date(`2026-11-0${day}T00:00:00Z`) })).id)
    const first = await admin('GET /runs', { query: { limit: 3 } })
    expect(first.total).toBe(5)
    const second = await admin('GET /runs', { query: { limit: 3, cursor: first.nextCursor ?? '' } })
    expect([...first.items, ...second.items].map((run) => run.id)).toEqual(ids)
    expect(second.nextCursor).toBeNull()
    expect((await admin('GET /runs', { query: { open: 'true' } })).items).toEqual([])

    const { id } = await buildRun(db, { selected: 3, connected: 2, needs_mapping: 1 })
    for (const outcome of ['connected', 'connected', 'needs_mapping'] as const) {
      const { account_id } = await buildStaffMember(db)
      await buildRunItem(db, { run_id: id, account_id, outcome })
    }
    const page = await admin('GET /runs/{id}/items', {
      params: { id },
      query: { limit: 1, outcome: 'connected' },
    })
    expect([page.total, page.items.length]).toEqual([2, 1])
    const rest = await admin('GET /runs/{id}/items', {
      params: { id },
      query: { outcome: 'connected', cursor: page.nextCursor ?? '' },
    })
    expect([rest.items.length, rest.nextCursor]).toEqual([1, null])
  })

  it('answers for a run that does not exist', async () => {
    const params = { id: '3f0c0a54-0000-4000-8000-000000000000' }
    expect(await problemOf(admin('GET /runs/{id}', { params }))).toMatchObject({ status: 404 })
    expect(await problemOf(admin('POST /runs/{id}/cancel', { params }))).toMatchObject({ status: 404 })
  })

  it('streams a run until it ends', async () => {
    await buildApp(db)
    const { id } = await admin('POST /runs', { body: everybody })
    const stream = await fetch(`${server.url}/api/v1/runs/${id}/events`, {
      headers: { authorization: `Bearer ${await server.token('administrator')}` },
    })
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('"state":"queued"')) text += (await reader?.read())?.value ?? ''
    await admin('POST /runs/{id}/cancel', { params: { id } })
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value
    expect(text.match(/^event: run$/gm)?.length).toBeGreaterThanOrEqual(2)
    expect(text).toContain('"state":"cancelled"')
  })
})
