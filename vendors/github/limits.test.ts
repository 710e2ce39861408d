import { expect, test } from 'vitest'
import { rateLimit } from './limits.ts'

const now = new Date('2026-11-23T12:00:00Z')
const reset = String(Date.parse('2026-11-23T12:20:00Z') / 1000)
const answer = (status: number, headers: Record<string, string>) => ({
  status,
  headers: { date: now.toUTCString(), ...headers },
  text: () => '',
  json: () => null,
})
const untilOf = (status: number, headers: Record<string, string>, message = '') =>
  rateLimit(answer(status, headers), message, now)?.until.toISOString()

test('a refusal is no limit unless GitHub says so', () => {
  expect(
    untilOf(403, { 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': reset }, 'Forbidden'),
  ).toBeUndefined()
  expect(untilOf(404, {}, 'Rate limiting is not enabled.')).toBeUndefined()
  expect(untilOf(403, {}, 'You have exceeded a secondary rate limit.')).toBe('2026-11-23T12:01:00.000Z')
})

test('Retry-After counts before the reset, in seconds or as a date', () => {
  const empty = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
  expect(untilOf(403, empty)).toBe('2026-11-23T12:20:00.000Z')
  expect(untilOf(429, { ...empty, 'retry-after': '90' })).toBe('2026-11-23T12:01:30.000Z')
  expect(untilOf(429, { 'retry-after': 'Mon, 23 Nov 2026 12:05:00 GMT' })).toBe('2026-11-23T12:05:00.000Z')
})

test('a clock that runs ahead of GitHub’s never makes us call too early', () => {
  const late = {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': reset,
    date: 'Mon, 23 Nov 2026 11:59:30 GMT',
  }
  expect(untilOf(403, late)).toBe('2026-11-23T12:20:30.000Z')
})

test('nor does a clock that is less than a second ahead, for GitHub tells only whole seconds', () => {
  const within = new Date('2026-11-23T12:00:00.900Z')
  const empty = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
  const until = (headers: Record<string, string>) => rateLimit(answer(403, headers), '', within)?.until
  expect(until(empty)).toEqual(new Date('2026-11-23T12:20:00.900Z'))
  expect(until({ ...empty, date: '' })).toEqual(new Date('2026-11-23T12:20:01.000Z'))
})

test('a window that ends in this instant is waited out for a second', () => {
  const over = String(now.getTime() / 1000 - 5)
  expect(untilOf(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': over })).toBe(
    '2026-11-23T12:00:01.000Z',
  )
})
