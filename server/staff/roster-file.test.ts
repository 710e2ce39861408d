import { describe, expect, test } from 'vitest'
import { type RosterLine, readRoster } from './roster-file.ts'

async function read(text: string): Promise<RosterLine[]> {
  return all((await readRoster(text)).lines)
}
async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const value of values) found.push(value)
  return found
}
const people = async (text: string) =>
  (await read(text)).map((row) => ('person' in row ? row.person : row.reason))
const reasonOf = async (row: string) => {
  const header = 'account_id,display_name,email,aliases,groups,teams,active'
  const [line] = await read(`${header}\n${row}`)
  return line && 'reason' in line ? line.reason : undefined
}
const refusal = async (text: string): Promise<string> => {
  const failure: unknown = await read(text).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(failure).toMatchObject({ code: expect.stringMatching(/^file_/) })
  return failure instanceof Error ? failure.message : ''
}

describe('a roster file', () => {
  const ana = {
    account_id: '1',
    display_name: 'Ana Pérez',
    email: 'ana@acme.example',
    groups: ['Data', 'Web'],
    active: false,
  }

  test.each([
    ['commas', 'account_id,display_name,email,groups,active\n1,Ana Pérez,ana@acme.example,Web;Data,no\n'],
    [
      'semicolons',
      'account_id;display_name;email;groups;active\n1;Ana Pérez;ana@acme.example;"Web;Data";0\n',
    ],
    [
      'tabs',
      'account_id\tdisplay_name\temail\tgroups\tactive\n1\tAna Pérez\tana@acme.example\tWeb,Data\tFALSE',
    ],
    [
      'a byte order mark and CRLF',
      '\ufeffaccount_id,display_name,email,groups,active\r\n1,Ana Pérez,ana@acme.example,Web;Data,false\r\n',
    ],
    [
      'quotes around everything',
      '"account_id","display_name","email","groups","active"\n"1","Ana Pérez","ana@acme.example","Web;Data","no"',
    ],
    [
      'another order, capitals and columns of its own',
      'Groups,salary,EMAIL,Display_Name,active, account_id \n"Web,Data",9,ana@acme.example,Ana Pérez,no,1',
    ],
    [
      'blank rows',
      '\n\naccount_id,display_name,email,groups,active\n\n1,Ana Pérez,ana@acme.example,Web;Data,no\n,,,,\n   \n',
    ],
    [
      'decomposed accents and stray spaces',
      'account_id,display_name,email,groups,active\n 1 ,  Ana  Pe\u0301rez ,ana@acme.example, Web ; Data;,no',
    ],
  ])('is read with %s', async (_, text) => {
    expect(await people(text)).toEqual([ana])
  })

  test('says only what it has columns for', async () => {
    const file = await readRoster('display_name,account_id\nBo,2')
    expect(file.columns).toEqual(['account_id', 'display_name'])
    expect(await all(file.lines)).toEqual([{ line: 2, person: { account_id: '2', display_name: 'Bo' } }])
  })

  test('takes an empty cell as no email, no groups and active', async () => {
    expect(await people('account_id,display_name,email,groups,active\n1,Bo,,,')).toEqual([
      { account_id: '1', display_name: 'Bo', email: null, groups: [], active: true },
    ])
  })

  test('keeps what looks like a formula, and quotation marks inside a cell, as they are', async () => {
    expect(
      await people('account_id,display_name,groups\n=1+1,@SUM(A1) -x,+Web\n2,Bo "B" Chen,"a ""b"""'),
    ).toEqual([
      { account_id: '=1+1', display_name: '@SUM(A1) -x', groups: ['+Web'] },
      { account_id: '2', display_name: 'Bo "B" Chen', groups: ['a "b"'] },
    ])
  })

  test('ignores columns named like parts of the language', async () => {
    const text = 'account_id,__proto__,constructor,display_name\n1,x,y,Bo'
    expect(await people(text)).toEqual([{ account_id: '1', display_name: 'Bo' }])
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  })

  test('tells the line in which a row begins, also behind cells with line breaks', async () => {
    const text = 'account_id,display_name\r\n1,"Ana\r\nPérez"\r\n\r\n,Nobody\r\n"\n",Bo'
    expect((await read(text)).map(({ line }) => line)).toEqual([2, 5, 6])
    expect(await people(text)).toContainEqual({ account_id: '1', display_name: 'Ana Pérez' })
  })
})

describe('a row is refused', () => {
  test.each([
    [',Ana,,,,,', 'The account id is empty.'],
    [`${'x'.repeat(201)},Ana,,,,,`, 'The account id is longer than 200 characters.'],
    ['"1\n2",Ana,,,,,', 'The account id has a line break or a control character in it.'],
    ['1,  ,,,,,', 'The name is empty.'],
    ['1,\u200b\u202e\u0007\u200d,,,,,', 'The name is empty.'],
    [`1,${'x'.repeat(201)},,,,,`, 'The name is longer than 200 characters.'],
    ['1,Ana,ana@acme,,,,', 'The email “ana@acme” is not an address such as ana@acme.example.'],
    [
      '1,Ana,ana@@acme.example,,,,',
      'The email “ana@@acme.example” is not an address such as ana@acme.example.',
    ],
    ['1,Ana,,"a@b.cc;nobody",,,', 'The alias “nobody” is not an address such as ana@acme.example.'],
    ['1,Ana,,,,,maybe', '“maybe” is not a value of active: use true or false.'],
    [`1,Ana,,,${'g'.repeat(100_000)},,`, 'The cell groups is longer than 8 KB.'],
    [`1,Ana,,,${'g'.repeat(300)},,`, `The group “${'g'.repeat(60)}…” is longer than 200 characters.`],
    ['1,Ana', 'The row has 2 cells, but the first line has 7 cells.'],
    [
      '1,An\ufffda,,,,,',
      'The cell display_name has characters that were lost when the file was saved (\ufffd): save it as UTF-8.',
    ],
    [
      'account_id,display_name,email,aliases,groups,teams,active',
      'This is the first line again, not a person.',
    ],
  ])('%#: with a sentence', async (row, reason) => {
    expect(await reasonOf(row)).toBe(reason)
  })

  test('without keeping the others from being taken', async () => {
    expect(await people('account_id,display_name\n1,\n2,Bo')).toEqual([
      'The name is empty.',
      { account_id: '2', display_name: 'Bo' },
    ])
  })
})

describe('a file is refused as a whole', () => {
  const header = 'account_id,display_name'
  test.each([
    ['empty', '', 'the file is empty'],
    [
      'the wrong columns',
      'id,name\n1,Ana',
      'account_id and display_name are needed, and it says “id”, “name”',
    ],
    ['no header', '1,Ana\n2,Bo', 'it says “1”, “Ana”'],
    ['a column twice', 'account_id,display_name,Account_ID\n1,Ana,2', 'it names account_id twice'],
    ['nobody in it', `${header}\n\n`, 'there is nobody below them'],
    [
      'a quotation mark that stays open',
      `${header}\n1,Ana\n\n2,"Bo\n3,Cy\n`,
      'the row that begins in line 4 opens a quotation mark that is never closed',
    ],
    [
      'one that swallows more than 1 MB',
      `${header}\n1,"Ana\n${'2,Bo\n'.repeat(300_000)}`,
      'the row that begins in line 2 is longer than 1024 KB',
    ],
    [
      '250,001 rows',
      `${header}\n${'1,A\n'.repeat(250_001)}`,
      'more rows than can be taken at once (the limit is 250,000)',
    ],
  ])('with %s', async (_, text, fact) => {
    const sentence = await refusal(text)
    expect(sentence).toContain(fact)
    expect(sentence).toMatch(/Nothing was changed\.$/)
  })
})
