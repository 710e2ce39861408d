import { expect, test } from 'vitest'
import { network } from './attempts.store.ts'

test.each([
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['203.0.113.7', '::ffff:203.0.113.7', true],
  ['203.0.113.7', '203.0.113.8', false],
  ['fe80::1%eth0', 'fe80::2%eth0', true],
  ['not an address', 'another', false],
])('%s and %s attempt to sign in from one place: %s', (one, other, same) => {
  expect(network(one) === network(other)).toBe(same)
})
