import { expect, test } from 'vitest'
import { table } from './table.ts'

test('numbers stand on the right, words on the left', () => {
  expect(
    table(
      ['people', 'count'],
      [
        ['connected', 7],
        ['failed', 1204],
      ],
    ),
  ).toBe('people     count\nconnected      7\nfailed      1204\n')
})

test('a table without rows is its head', () => {
  expect(table(['people', 'count'], [])).toBe('people  count\n')
})
