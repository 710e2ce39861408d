import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cell, staffCsv } from './export.ts'

test('a spreadsheet is never given a formula to run', () => {
  for (const dangerous of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) {
    expect(cell(dangerous).replace(/^"/, '')).toMatch(/^'/)
  }
  expect(cell('Ana Pérez')).toBe('Ana Pérez')
})

test('every cell reads back, apart from the apostrophe in front of formulas', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 5 }), (texts) => {
      const [row] = parse(`${texts.map(cell).join(',')}\r\n`, { relax_column_count: true }) as string[][]
      expect(row?.map((text, n) => (text === `'${texts[n]}` ? texts[n] : text))).toEqual(texts)
    }),
  )
})

test('people are written with their state in each app', () => {
  const csv = staffCsv(
    [
      {
        accountId: '712020:b1',
        displayName: 'Bo, "the" Chen',
        email: null,
        aliases: [],
        groups: ['Data', 'Ops'],
        teams: [],
        active: true,
        connections: [],
      },
    ],
    ['github'],
  )
  expect(csv.startsWith('\uFEFFaccount_id,')).toBe(true)
  expect(csv).toContain('712020:b1,"Bo, ""the"" Chen",,,"Data;Ops",,true,Not connected,,\r\n')
})
