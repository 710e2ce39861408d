import { expect, test } from 'vitest'
import {
  failureWords,
  filterInWords,
  filterOf,
  isFiltered,
  parseStaffSearch,
  type StaffSearch,
} from './filters.ts'

test('an address without filters shows active people', () => {
  expect(filterOf(parseStaffSearch({}))).toEqual({ active: 'true' })
  expect(isFiltered(parseStaffSearch({}))).toBe(false)
})

test('everybody is asked for without a filter on active', () => {
  expect(filterOf(parseStaffSearch({ active: 'all' }))).toEqual({})
  expect(isFiltered(parseStaffSearch({ active: 'all' }))).toBe(true)
})

test('sorting and the open panel are not part of the filter', () => {
  const search = parseStaffSearch({ sort: '-email', person: '712020:b1', group: 'Platform' })
  expect(filterOf(search)).toEqual({ active: 'true', group: 'Platform' })
  expect(isFiltered(parseStaffSearch({ sort: '-email', person: '712020:b1' }))).toBe(false)
})

test('what an address says that this version does not know is dropped', () => {
  expect(
    parseStaffSearch({
      app: 'jira',
      status: 'lost',
      failure: 'no_such_code',
      sort: 'age',
      search: '',
      x: 'y',
    }),
  ).toEqual({})
  expect(parseStaffSearch({ failure: 'match_weak', status: 'failed', app: 'github' })).toEqual({
    failure: 'match_weak',
    status: 'failed',
    app: 'github',
  })
})

test('what is dropped is named as absent, because the router lays the answer over the raw address', () => {
  const raw = { status: 'lost', failure: 'toString', x: 'y' }
  const laidOver = Object.assign(raw, parseStaffSearch(raw)) as StaffSearch
  expect(filterOf(laidOver)).toEqual({ active: 'true' })
  expect(Object.keys(filterOf(laidOver))).not.toContain('x')
  expect(isFiltered(laidOver)).toBe(false)
})

test('a filter reads as words', () => {
  expect(filterInWords({})).toBe('everybody')
  expect(filterInWords({ active: 'true', group: 'Platform', failure: 'any' })).toBe(
    'group Platform, any failure, active',
  )
  expect(failureWords('github')).toBe('Any failure with GitHub')
  expect(failureWords('match_ambiguous')).toBe('Several accounts fit')
})
