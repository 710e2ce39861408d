import fc from 'fast-check'
import { expect, test } from 'vitest'
import { redact } from './redact.ts'

const word = fc.stringMatching(/^[A-Za-z0-9]{20,60}$/)
const secret = fc.oneof(
  word.map((text) => `ghs_${text}`),
  word.map((text) => `ghs_812044_eyJ${text}.eyJ${text}.${text}`),
  word.map((text) => `github_pat_${text}`),
  word.map((text) => `eyJ${text}.eyJ${text}.${text}`),
  word.map((text) => `Bearer ${text}`),
  word.map((text) => `-----BEGIN RSA PRIVATE KEY-----\n${text}\n-----END RSA PRIVATE KEY-----`),
  word.map((text) => `-----BEGIN PRIVATE KEY-----\n${text}`),
)

test('nothing of a token or key is left, wherever it stands', () => {
  fc.assert(
    fc.property(fc.lorem(), secret, fc.lorem(), (before, hidden, after) => {
      const [random = ''] =
        /[A-Za-z0-9]{20,}/.exec(hidden.replace(/^(ghs_812044_eyJ|eyJ|ghs_|github_pat_)/, '')) ?? []
      expect(random).not.toBe('')
      expect(redact(`${before} ${hidden} ${after}`)).not.toContain(random)
    }),
  )
})

test('GitHub’s own sentences stay as they are, and long ones are cut', () => {
  expect(redact('Resource not accessible by integration')).toBe('Resource not accessible by integration')
  expect(redact('x'.repeat(1000))).toHaveLength(300)
})
