import { expect, test } from 'vitest'
import { connectionStatuses } from '../../contract/words.ts'
import { buildFailure } from '../../test/builders.ts'
import { afterDirectory } from './presence.ts'

const gone = buildFailure('account_not_found')

test.each(connectionStatuses)(
  'an account that is listed never downgrades a connection that is %s',
  (status) => {
    const failure = status === 'failed' ? buildFailure('account_suspended') : null
    expect(afterDirectory({ status, failure, present: true })).toBe('leave')
  },
)

test('only a working connection is lost with its account', () => {
  const lost = connectionStatuses.filter(
    (status) => afterDirectory({ status, failure: null, present: false }) === 'lose',
  )
  expect(lost).toEqual(['waiting', 'connected'])
})

test('a connection comes back with its account, and only one that was lost with it', () => {
  expect(afterDirectory({ status: 'failed', failure: gone, present: true })).toBe('restore')
  expect(afterDirectory({ status: 'failed', failure: gone, present: false })).toBe('leave')
  expect(afterDirectory({ status: 'opted_out', failure: gone, present: true })).toBe('leave')
})
