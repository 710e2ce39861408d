import { expect, test } from 'vitest'
import { selectionOf } from './selection.ts'

test('everybody means the active people of the roster', () => {
  expect(selectionOf({ all: true })).toEqual({ filter: { active: 'true' } })
})

test('a filter is written as in the address of Manage Staff', () => {
  expect(selectionOf({ filter: 'failure=any&team=R%26D' })).toEqual({
    filter: { failure: 'any', team: 'R&D' },
  })
})

test('an unknown filter is named, not ignored', () => {
  expect(() => selectionOf({ filter: 'gruop=Data' })).toThrow('“gruop” is not a filter')
})

test('a bulk act is never aimed by default', () => {
  expect(() => selectionOf({})).toThrow('Say who is meant')
})
