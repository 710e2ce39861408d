import fc from 'fast-check'
import { expect, test } from 'vitest'
import { implausible } from './completeness.ts'

test('an empty list is never believed', () => {
  fc.assert(
    fc.property(fc.option(fc.nat(), { nil: undefined }), fc.nat(), (total, before) => {
      expect(implausible({ seen: 0, total, before })).toBeDefined()
    }),
  )
})

test('a list as long as the vendor says is believed, however many there were before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.nat(), (seen, before) => {
      expect(implausible({ seen, total: seen, before })).toBeUndefined()
    }),
  )
})

test.each([
  [{ seen: 300, total: 500, before: 500 }, 'it listed 300 of 500 accounts'],
  [{ seen: 495, total: 500, before: 500 }, undefined],
  [{ seen: 4, total: 12, before: 12 }, 'it listed 4 of 12 accounts'],
  [{ seen: 9, total: 12, before: 12 }, undefined],
  [{ seen: 40, total: undefined, before: 100 }, 'it listed 40 accounts where there were 100 before'],
  [{ seen: 60, total: undefined, before: 100 }, undefined],
  [{ seen: 1, total: undefined, before: 0 }, undefined],
])('of %o it says: %s', (counts, said) => {
  expect(implausible(counts)).toBe(said)
})
