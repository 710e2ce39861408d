import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { ApiProblem } from '../../contract/client.ts'
import { mapFileColumns } from '../../contract/routes/map-files.ts'
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
import { staffRoutes } from '../staff/staff.routes.ts'
import { mapFileRoutes } from './map-file.routes.ts'

const database = await testDatabase()
const { kysely: db } = database
const server = await testServer(database, (api) => {
  mapFileRoutes(api, { db })
  staffRoutes(api, { db })
})
const admin = await server.client('administrator')
const params = { app: 'github' } as const
const header = mapFileColumns.join(',')

beforeEach(async () => {
  for (const table of [
    'connection',
    'proposal',
    'proposal_rejection',
    'staff_member',
    'external_account',
    'installed_app',
  ] as const)
    await db.deleteFrom(table).execute()
  await buildApp(db)
})

const download = () => admin('GET /map-files/{app}', { params, query: {} })
const upload = (body: string, dryRun: 'true' | 'false' = 'false') =>
  admin('POST /map-files/{app}', { params, query: { dryRun }, body })
const result = (body: string) =>
  admin.csv('POST /map-files/{app}', { params, query: { dryRun: 'true' }, body })
const person = (accountId: string) => admin('GET /staff/{accountId}', { params: { accountId } })
const github = async (accountId: string) => (await person(accountId)).connections[0]
const connections = () => db.selectFrom('connection').selectAll().orderBy('account_id').execute()
const entries = () =>
  db.selectFrom('audit_entry').selectAll().where('action', '=', 'map-file.apply').orderBy('seq').execute()
const rowsOf = (file: string) => file.trimEnd().split('\r\n').slice(1)
const problemOf = async (answer: Promise<unknown>) => {
  const error: unknown = await answer.catch((reason: unknown) => reason)
  if (error instanceof ApiProblem) return error.problem
  throw new Error(`not refused: ${String(error)}`)
}

async function people(...ids: string[]) {
  for (const id of ids)
    await buildStaffMember(db, { account_id: id, display_name: `Name ${id}`, email: `${id}@acme.example` })
}
const account = (login: string) => buildExternalAccount(db, { login, external_id: `id-${login}` })

describe('download', () => {
  test('everybody active who is not connected, by name, with failure and suggestion filled in', async () => {
    await people('z', 'b', 'c')
    await buildStaffMember(db, { account_id: 'left', active: false })
    await db
      .updateTable('staff_member')
      .set({ display_name: '=Älpha' })
      .where('account_id', '=', 'z')
      .execute()
    await buildConnection(db, { account_id: 'c' })
    await buildConnection(db, {
      account_id: 'b',
      status: 'needs_mapping',
      failure: buildFailure('match_weak'),
    })
    await account('bee')
    await buildProposal(db, { account_id: 'b', external_id: 'id-bee', reasons: ['same full name, rare'] })
    const file = await download()
    expect(file.startsWith(`\ufeff${header}\r\n`)).toBe(true)
    expect(rowsOf(file)).toEqual([
      "github,z,'=Älpha,z@acme.example,not_connected,,,,,,",
      expect.stringMatching(
        /^github,b,Name b,b@acme\.example,needs_mapping,"match_weak: .*",bee,"same full name, rare",,,$/,
      ),
    ])
    expect((await upload(file)).counts).toMatchObject({ rows: 2, unchanged: 2 })
  })

  test('a selection: by filter, and one by one with who is connected', async () => {
    await people('a', 'b')
    await buildConnection(db, { account_id: 'b', login: 'bee' })
    const list = await admin('GET /map-files/{app}', { params, query: { status: 'connected' } })
    expect(rowsOf(list)).toEqual(['github,b,Name b,b@acme.example,connected,,bee,connected now,,,'])
    const selection = { accountIds: ['b', 'a'] }
    const picked = await admin('POST /map-files/{app}/download', { params, body: { selection } })
    expect(rowsOf(picked)).toHaveLength(2)
  })

  test('of an app that is not installed, or not there yet, says so', async () => {
    await db.deleteFrom('installed_app').execute()
    expect(await problemOf(download())).toMatchObject({ code: 'app_not_ready' })
    const gitlab = { params: { app: 'gitlab' }, query: {} } as const
    expect(await problemOf(admin('GET /map-files/{app}', gitlab))).toMatchObject({
      code: 'app_not_available',
    })
    const stranger = await server.client('manager')
    expect(await problemOf(stranger('GET /map-files/{app}', { params, query: {} }))).toMatchObject({
      code: 'not_allowed',
    })
  })
})

describe('upload', () => {
  const file = (...rows: string[]) => `${header}\n${rows.map((row) => `github,${row}\n`).join('')}`

  test('is looked at, then applied, and changes nothing the second time', async () => {
    await people('a', 'b', 'c', 'd', 'e')
    for (const login of ['aa', 'bb', 'cc', 'dd', 'new']) await account(login)
    await buildConnection(db, { account_id: 'c', external_id: 'id-cc', login: 'cc' })
    await buildConnection(db, { account_id: 'd', external_id: 'id-dd', login: 'dd' })
    await buildProposal(db, { account_id: 'b', external_id: 'id-bb' })
    await buildProposal(db, { account_id: 'e', external_id: 'id-aa' })
    const refused = { account_id: 'a', app: 'github', external_id: 'id-aa', rejected_by: 'x' } as const
    await db.insertInto('proposal_rejection').values(refused).execute()
    const body = file(
      'a,,,,,,,aa,,',
      'b,,,,,bb,,,,accept',
      'c,,,connected,,cc,,new,,map',
      'd,,,,,,,,,disconnect',
      'e,,,,,,,,,',
      'x,,,,,,,aa2,,',
    )
    const before = await connections()
    const preview = await upload(body, 'true')
    const counts = {
      rows: 6,
      connected: 2,
      changed: 1,
      disconnected: 1,
      unchanged: 1,
      skipped: 0,
      refused: 1,
    }
    expect(preview).toMatchObject({ dryRun: true, counts })
    expect(preview.rows[2]).toEqual({
      line: 4,
      accountId: 'c',
      outcome: 'changed',
      sentence: 'Name c gets the account new instead of cc.',
    })
    expect(preview.rows[5]).toMatchObject({ line: 7, outcome: 'refused', code: 'row_person_unknown' })
    expect(await connections()).toEqual(before)
    expect(await entries()).toEqual([])

    expect(await upload(body)).toEqual({ ...preview, dryRun: false })
    expect(await github('a')).toMatchObject({
      status: 'connected',
      origin: 'map-file',
      externalId: 'id-aa',
      evidence: [{ kind: 'decided' }],
    })
    expect(await github('b')).toMatchObject({ status: 'connected', login: 'bb' })
    expect(await github('c')).toMatchObject({ status: 'connected', login: 'new' })
    expect(await github('d')).toMatchObject({ status: 'not_connected', login: null })
    expect(await db.selectFrom('proposal').selectAll().execute()).toEqual([])
    expect(await db.selectFrom('proposal_rejection').selectAll().execute()).toEqual([])

    const after = await connections()
    const again = await upload(body)
    expect(again.counts).toEqual({ ...zero, rows: 6, unchanged: 5, refused: 1 })
    expect(await connections()).toEqual(after)

    const [entry, ...others] = await entries()
    expect(others).toEqual([])
    const sha256 = createHash('sha256').update(body).digest('hex')
    expect(entry).toMatchObject({
      app: 'github',
      detail: { sha256, connected: 2, changed: 1, disconnected: 1 },
    })
    const sentences = async (id: string) => (await person(id)).history.map(({ sentence }) => sentence)
    expect(await sentences('a')).toEqual(['Connected with GitHub (aa) by a map file.'])
    expect(await sentences('d')).toEqual(['Disconnected from GitHub (dd) by a map file.'])
    expect(await sentences('e')).toEqual([])
  })

  test('refused rows are corrected in the result file and pass', async () => {
    await people('a', 'b')
    for (const login of ['aa', 'bb']) await account(login)
    const body = file('a,,,not_connected,,,,aa,,', 'b,,,not_connected,,,,typo,,', 'x,Name,,,,,,bb,,')
    await upload(body)
    const corrected = (await result(body)).replace(',typo,', ',bb,')
    expect(rowsOf(corrected)).toEqual([
      'github,a,Name a,a@acme.example,connected,,aa,connected now,aa,,',
      expect.stringMatching(
        /^github,b,Name b,b@acme\.example,not_connected,"row_account_unknown: .*",,,bb,,$/,
      ),
      expect.stringMatching(/^github,x,Name,,,"row_person_unknown: .*",,,bb,,$/),
    ])
    expect((await upload(corrected)).counts).toMatchObject({ connected: 1, unchanged: 1, refused: 1 })
    expect(await github('b')).toMatchObject({ status: 'connected', login: 'bb' })
  })

  test('a row whose person changed since the download is reported, and its decision taken out', async () => {
    await people('a')
    for (const login of ['aa', 'bb']) await account(login)
    const body = (await download()).replace(/,,,\r\n$/, ',aa,,\r\n')
    await buildConnection(db, { account_id: 'a', external_id: 'id-bb', login: 'bb' })
    const { rows } = await upload(body)
    expect(rows[0]).toMatchObject({ outcome: 'refused', code: 'row_stale' })
    expect(rows[0]?.sentence).toContain('the status is connected now')
    expect(await github('a')).toMatchObject({ login: 'bb' })
    const back = await result(body)
    expect(rowsOf(back)[0]).toMatch(/connected,"row_stale: .* The row said: map aa\.",bb,connected now,,,$/)
    expect((await upload(back)).counts).toMatchObject({ unchanged: 1, refused: 0 })
  })

  test('accounts change hands and go round in a circle, in one file', async () => {
    await people('a', 'b', 'c')
    for (const [id, login] of [
      ['a', 'aa'],
      ['b', 'bb'],
    ] as const) {
      await account(login)
      await buildConnection(db, { account_id: id, external_id: `id-${login}`, login })
    }
    await account('cc')
    expect((await upload(file('a,,,,,,,bb,,', 'b,,,,,,,aa,,'))).counts).toMatchObject({
      changed: 2,
      refused: 0,
    })
    expect([(await github('a'))?.login, (await github('b'))?.login]).toEqual(['bb', 'aa'])
    const chain = file('c,,,,,,,bb,,', 'a,,,,,,,cc,,')
    expect((await upload(chain)).counts).toMatchObject({ connected: 1, changed: 1 })
    expect((await upload(chain)).counts).toMatchObject({ unchanged: 2 })
  })

  test('two administrators at once give no account to two people, and both are told the truth', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `p${n}`)
    await people(...ids, ...ids.map((id) => `${id}-twin`))
    for (const id of ids) await account(id)
    const [one, two] = await Promise.all([
      upload(file(...ids.map((id) => `${id},,,,,,,${id},,`))),
      upload(file(...ids.map((id) => `${id}-twin,,,,,,,${id},,`))),
    ])
    expect(one.counts.connected + two.counts.connected).toBe(40)
    expect(one.counts.refused + two.counts.refused).toBe(40)
    const held = (await connections()).map(({ external_id }) => external_id)
    expect(new Set(held).size).toBe(40)
  })

  test('more than 500 changes want a fresh sign-in, in the browser and before anything is done', async () => {
    const rows = Array.from({ length: 501 }, (_, n) => `p${n}`)
    await sql`insert into staff_member (account_id, display_name)
      select 'p' || n, 'Name ' || n from generate_series(0, 500) n`.execute(db)
    await sql`insert into external_account (app, external_id, login, kind, suspended, snapshot)
      select 'github', 'id-p' || n, 'p' || n, 'human', false, 1 from generate_series(0, 500) n`.execute(db)
    const browser = await server.browser('administrator')
    await sql`update session set authenticated_at = now() - interval '1 hour'`.execute(db)
    const body = file(...rows.map((id) => `${id},,,,,,,${id},,`))
    const answer = await browser(`${server.url}/api/v1/map-files/github`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body,
    })
    expect([answer.status, await connections()]).toEqual([403, []])
    expect((await upload(body)).counts.connected).toBe(501)
    const people = (await entries()).slice(-1).map(({ detail }) => detail.connected)
    expect(people).toEqual([501])
  })

  test.each([
    ['a workbook', Buffer.from('PK\u0003\u0004\u0014\0'), 'file_not_text'],
    ['gzip', gzipSync(file('a,,,,,,,aa,,')), 'file_not_text'],
    ['UTF-16', Buffer.from(`\ufeff${file('a,,,,,,,aa,,')}`, 'utf16le'), 'file_not_text'],
    ['a NUL', Buffer.from(file('a,,,,,,,a\0a,,')), 'file_not_text'],
    ['over 10 MB', Buffer.from(`${header}\n`.padEnd(10 * 1024 * 1024 + 1)), 'file_too_large'],
    ['100 MB', Buffer.alloc(100 * 1024 * 1024, 'a'), 'file_too_large'],
    ['a million columns', Buffer.from(`${header}${','.repeat(1_000_000)}`), 'file_not_text'],
    [
      'ten million cells',
      Buffer.from(`${header}\n${`${','.repeat(500_000)}\n`.repeat(20)}`),
      'file_not_text',
    ],
    ['no columns of ours', Buffer.from('a,b\n1,2\n'), 'file_header_missing'],
    ['another app', Buffer.from(`${header}\ngitlab,a,,,,,,,aa,,`), 'file_wrong_app'],
    ['50,001 rows', Buffer.from(`${header}\n${'github,a,,,,,,,,,\n'.repeat(50_001)}`), 'file_too_many_rows'],
  ])('a file with %s is refused whole within 2 s, with a sentence', async (_, bytes, code) => {
    await people('a')
    await account('aa')
    const started = performance.now()
    const problem = await problemOf(
      admin('POST /map-files/{app}', { params, query: {}, body: new Blob([bytes]) }),
    )
    expect(performance.now() - started).toBeLessThan(2000)
    expect(problem).toMatchObject({ code, detail: expect.stringMatching(/Nothing was changed\.$/) })
    expect(await connections()).toEqual([])
  })
})

const zero = { connected: 0, changed: 0, disconnected: 0, unchanged: 0, skipped: 0, refused: 0 }
