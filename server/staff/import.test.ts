import { beforeEach, expect, test } from 'vitest'
import { buildStaffMember } from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { importRoster } from './import.ts'

const { kysely: db } = await testDatabase()
const options = { actor: 'admin@acme.example', dryRun: false }
const header = 'account_id,display_name,email,aliases,groups,teams,active'

beforeEach(async () => {
  await db.deleteFrom('staff_member').execute()
})

const load = (text: string, dryRun = false) => importRoster(db, text, { ...options, dryRun })
const roster = () => db.selectFrom('staff_member').selectAll().orderBy('account_id').execute()

test('adds, changes and leaves people as they are, and counts each', async () => {
  await load(`${header}\n1,Ana,ana@acme.example,,Data,,true\n2,Bo,,,,,true\n9,Gone,,,,,true`)
  const before = await roster()
  const result = await load(
    `${header}\n1,Ana,ana@acme.example,,Data,,true\n2,Bo Chen,,b@acme.example,,Web,no\n3,Cy,,,,,`,
  )
  expect(result).toEqual({
    dryRun: false,
    counts: { added: 1, changed: 1, unchanged: 1, refused: 0 },
    refused: [],
    warnings: [],
  })
  const after = await roster()
  expect(after[0]).toEqual(before[0])
  expect(after[1]).toMatchObject({
    display_name: 'Bo Chen',
    aliases: ['b@acme.example'],
    teams: ['Web'],
    active: false,
  })
  expect(after.map(({ account_id }) => account_id)).toEqual(['1', '2', '3', '9'])
})

test('changes nothing the second time', async () => {
  const text = `${header}\n1,Ana,ana@acme.example,a@b.cc;c@d.ee,Web;Data,B;A,true\n2,Bo,,,,,`
  await load(text)
  const before = await roster()
  expect((await load(text)).counts).toEqual({ added: 0, changed: 0, unchanged: 2, refused: 0 })
  expect(await roster()).toEqual(before)
})

test('leaves alone what the file has no column for', async () => {
  await load(`${header}\n1,Ana,ana@acme.example,a@b.cc,Data,Web,false`)
  expect((await load('account_id,display_name\n1,Ana Pérez')).counts.changed).toBe(1)
  expect((await roster())[0]).toMatchObject({
    display_name: 'Ana Pérez',
    email: 'ana@acme.example',
    aliases: ['a@b.cc'],
    groups: ['Data'],
    teams: ['Web'],
    active: false,
  })
})

test('a dry run tells the same and changes nothing, not even the audit log', async () => {
  await load(`${header}\n1,Ana,,,,,`)
  const people = await roster()
  const acts = await db.selectFrom('audit_entry').select('seq').execute()
  const text = `${header}\n1,Anna,,,,,\n2,Bo,,,,,\n3,,,,,,`
  const dry = await load(text, true)
  expect(dry).toMatchObject({ dryRun: true, counts: { added: 1, changed: 1, unchanged: 0, refused: 1 } })
  expect(await roster()).toEqual(people)
  expect(await db.selectFrom('audit_entry').select('seq').execute()).toEqual(acts)
  expect(await load(text)).toEqual({ ...dry, dryRun: false })
})

test('refused rows are told with line and reason and keep nobody else out', async () => {
  const result = await load(`${header}\n1,"Ana\nPérez",,,,,\n2,,,,,,\n3,Cy,broken,,,,`)
  expect(result.counts).toEqual({ added: 1, changed: 0, unchanged: 0, refused: 2 })
  expect(result.refused).toEqual([
    { line: 4, accountId: '2', reason: 'The name is empty.' },
    { line: 5, accountId: '3', reason: 'The email “broken” is not an address such as ana@acme.example.' },
  ])
})

test('rows that say the same twice are one; rows that contradict each other are all refused', async () => {
  const result = await load(
    `${header}\n1,Ana,,,A;B,,\n2,Bo,,,,,\n1,Ana ,,,B;A,,yes\n2,Bob,,,,,\n2,Bo,,,,,no\n3,Cy,,,,,`,
  )
  expect(result.counts).toEqual({ added: 2, changed: 0, unchanged: 0, refused: 3 })
  const reason = 'The file says different things about this account id (lines 3, 5, 6): keep one of the rows.'
  expect(result.refused).toEqual([3, 5, 6].map((line) => ({ line, accountId: '2', reason })))
  expect((await roster()).map(({ account_id }) => account_id)).toEqual(['1', '3'])
})

test('two people with one email are taken, with a warning that names both', async () => {
  await buildStaffMember(db, { account_id: '8', display_name: 'Old Ana', email: 'ANA@acme.example' })
  await buildStaffMember(db, { account_id: '7', display_name: 'Mover', email: 'bo@acme.example' })
  const result = await load(
    `account_id,display_name,email\n1,Ana,ana@acme.example\n2,Bo,bo@acme.example\n3,Bob,BO@acme.example\n7,Mover,mover@acme.example`,
  )
  expect(result.counts).toMatchObject({ added: 3, changed: 1, refused: 0 })
  const until = 'neither is connected by it until one of them is corrected.'
  expect(result.warnings).toEqual([
    {
      line: 2,
      accountId: '1',
      reason: `Old Ana, who is on the roster already, has the same email (ana@acme.example): ${until}`,
    },
    { line: 4, accountId: '3', reason: `Bo in line 3 has the same email (BO@acme.example): ${until}` },
  ])
})

test('one entry in the audit log says who imported what', async () => {
  await load(`${header}\n1,Ana,,,,,\n2,,,,,,`)
  const entry = await db.selectFrom('audit_entry').selectAll().orderBy('seq', 'desc').executeTakeFirst()
  expect(entry).toMatchObject({
    actor: 'admin@acme.example',
    action: 'staff.import',
    detail: {
      added: 1,
      changed: 0,
      unchanged: 0,
      refused: 1,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  })
})

test('a file that turns out to be broken at its end changes nothing', async () => {
  const many = Array.from({ length: 12_000 }, (_, at) => `${at},Person ${at},,,,,`).join('\n')
  await expect(load(`${header}\n${many}\nx,"open`)).rejects.toMatchObject({ code: 'file_not_text' })
  expect(await roster()).toEqual([])
})

test('two imports of the same people at once both end well', async () => {
  const ids = Array.from({ length: 3000 }, (_, at) => at)
  const file = (name: string, order: number[]) =>
    `${header}\n${order.map((id) => `${id},${name} ${id},,,,,`).join('\n')}`
  const [one, two] = await Promise.all([load(file('Ana', ids)), load(file('Bo', ids.toReversed()))])
  expect(one.counts.added + two.counts.added).toBe(3000)
  expect(one.counts.changed + two.counts.changed).toBe(3000)
  expect(new Set((await roster()).map(({ display_name }) => display_name.slice(0, 2))).size).toBe(1)
})

const rows = (count: number, row: (at: number) => string) =>
  `account_id,display_name,email,groups\n${Array.from({ length: count }, (_, at) => row(at)).join('\n')}`

test('files in which everybody has one email or one id are no slower', async () => {
  const email = await load(rows(20_000, (at) => `id-${at},Person ${at},same@acme.example,`))
  expect(email.counts.added).toBe(20_000)
  expect(email.warnings).toHaveLength(10_000)
  const id = await load(rows(20_000, (at) => `one,Person ${at % 19_999},,`))
  expect(id.counts).toEqual({ added: 0, changed: 0, unchanged: 0, refused: 19_999 })
  expect(id.refused).toHaveLength(10_000)
  expect(id.warnings[0]?.reason).toBe('Only the first 10,000 of 19,999 refused rows are listed.')
})

test('200,000 rows are taken', async () => {
  const text = rows(200_000, (at) => `id-${at},"Person, ${at}",p${at}@acme.example,Group ${at % 50}`)
  expect((await load(text)).counts).toEqual({ added: 200_000, changed: 0, unchanged: 0, refused: 0 })
}, 60_000)
