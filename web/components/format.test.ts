import { expect, test } from 'vitest'
import { formatNumber, formatRate, formatRelative, formatTimeLeft, people } from './format.ts'

test('numbers have separators and one person is not people', () => {
  expect(formatNumber(100_000)).toBe('100,000')
  expect(people(1)).toBe('1 person')
  expect(people(0)).toBe('0 people')
  expect(people(1204)).toBe('1,204 people')
})

test('time left is rounded to what can be promised', () => {
  expect(formatTimeLeft(0.2)).toBe('almost done')
  expect(formatTimeLeft(17)).toBe('about 20 s')
  expect(formatTimeLeft(184)).toBe('about 3 min')
  expect(formatTimeLeft(7100)).toBe('about 2 h')
})

test('a slow rate is told per minute', () => {
  expect(formatRate(2400.4)).toBe('2,400 a second')
  expect(formatRate(0.5)).toBe('30 a minute')
})

test('times are relative in the largest whole unit, before and after now', () => {
  const now = new Date('2026-11-23T12:00:00Z')
  expect(formatRelative('2026-11-23T11:59:40Z', now)).toBe('a moment ago')
  expect(formatRelative('2026-11-23T12:00:03Z', now)).toBe('a moment ago')
  expect(formatRelative('2026-11-23T12:00:40Z', now)).toBe('in a moment')
  expect(formatRelative('2026-11-23T11:01:00Z', now)).toBe('59 minutes ago')
  expect(formatRelative('2026-11-21T11:00:00Z', now)).toBe('2 days ago')
  expect(formatRelative('2026-12-07T12:00:00Z', now)).toBe('in 14 days')
})
