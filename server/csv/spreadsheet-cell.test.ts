import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCsv } from './read-csv.ts'
import { bareCell, csvLine, guardCell, isRounded } from './spreadsheet-cell.ts'

const hostile = [
  '=cmd|’/C calc’!A0',
  '+1',
  '-2',
  '@SUM(A1)',
  "'tis",
  "'=1",
  '＝1+1',
  '109876543210987654321',
  '0042',
  '1.2E+17',
  '1e5',
  '712020:4',
  '2026-11-02',
  'MAR1',
  '1-2',
  'true',
  'a;=1+1',
  'a\tb',
  'Pérez, "Ana"',
  'two\nlines',
  'محمد بن سلمان',
  '👩‍💻 Zoë',
  '__proto__',
]
const text = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'grapheme' }), fc.string())

test('whatever is guarded reads back as it was', () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(bareCell(guardCell(value))).toBe(value)
    }),
  )
})

test('nothing that a spreadsheet would run or rewrite is written bare', () => {
  for (const value of hostile.slice(0, 16)) expect(guardCell(value), value).toBe(`'${value}`)
  for (const value of ['octocat', '712020:b1-c2', '4711', '12345678901', 'ana@acme.example', 'a-1', 'Marta'])
    expect(guardCell(value)).toBe(value)
})

test('a line of any cells is one row of the file, with the same cells', async () => {
  const cell = text.map((value) => value.replace(/\r\n?/g, '\n'))
  await fc.assert(
    fc.asyncProperty(cell, cell, cell, async (a, b, c) => {
      const kind = { columns: ['x', 'y'], needed: ['x'], columnsWanted: '' } as const
      const limits = { maxRows: 9, maxColumns: 9, maxRecord: 99_999 }
      const file = await readCsv(`x,y\r\n${csvLine(['-', a, b, c])}`, { ...kind, ...limits })
      const rows: string[][] = []
      for await (const { cells } of file.rows) rows.push(cells.map(bareCell))
      expect(rows).toEqual([['-', a, b, c]])
    }),
    { numRuns: 150 },
  )
})

test('a rounded number is recognised, a login is not taken for one', () => {
  for (const value of ['1.2E+17', '1,2E+17', '1.09877E+20', '7E+11']) expect(isRounded(value)).toBe(true)
  for (const value of ['octocat', '12', '1e', 'e1', '1.2E+17x']) expect(isRounded(value)).toBe(false)
})
