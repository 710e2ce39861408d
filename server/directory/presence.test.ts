import { expect, test } from 'vitest'
import { connectionStatuses } from '../../contract/words.ts'
import { buildFailure } from '../../test/builders.ts'
import { afterDirectory } from './presence.ts'

const there = { present: true, usable: true, active: true }
const gone = buildFailure('account_not_found')

test.each(connectionStatuses)(
  'an account that is listed never downgrades a connection that is %s',
  (status) => {
    const failure = status === 'failed' ? buildFailure('account_suspended') : null
    expect(afterDirectory({ ...there, status, failure })).toBe('leave')
  },
)

test('only a working connection is lost with its account', () => {
  const lost = connectionStatuses.filter(
    (status) => afterDirectory({ ...there, status, failure: null, present: false }) === 'lose',
  )
  expect(lost).toEqual(['waiting', 'connected'])
})

test('a connection comes back with its account, and only one that was lost with it', () => {
  const lost = { ...there, status: 'failed', failure: gone } as const
  expect(afterDirectory(lost)).toBe('restore')
  expect(afterDirectory({ ...lost, present: false })).toBe('leave')
  expect(afterDirectory({ ...lost, status: 'opted_out' })).toBe('leave')
})

test('it does not come back to work for somebody inactive, or with an account that cannot be used', () => {
  const lost = { ...there, status: 'failed', failure: gone } as const
  expect(afterDirectory({ ...lost, active: false })).toBe('rest')
  expect(afterDirectory({ ...lost, usable: false })).toBe('suspend')
  expect(afterDirectory({ ...lost, usable: false, active: false })).toBe('suspend')
})
