import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FailureDetails, failureCodes } from './failure.ts'
import { describeFailure, failureTable } from './failure-table.ts'

const full = {
  app: 'github',
  person: 'Ana Pérez',
  email: 'ana@acme.example',
  organization: 'acme',
  permission: 'Members: read',
  host: 'api.github.com',
  other: 'ana-p',
  until: '2026-11-23T15:04:05.000Z',
  fact: 'three accounts there show none of these',
} as const satisfies Required<FailureDetails>

const bareCode = new RegExp(`\\b(${failureCodes.filter((code) => code.includes('_')).join('|')})\\b`)

const someDetails = fc
  .subarray(Object.entries(full))
  .map((entries) => Object.fromEntries(entries) as FailureDetails)

test.each(failureCodes)('%s reads as whole sentences, whatever is known', (code) => {
  fc.assert(
    fc.property(someDetails, (details) => {
      const { sentence, nextStep } = describeFailure({ code, details })
      for (const text of [sentence, nextStep]) {
        expect(text).toMatch(/^\p{Lu}.*[^.\s]\.$/u)
        expect(text).not.toMatch(/undefined|null|\s\s|\s[.,;:)]|[:;,(]\.|\(\)|“”|\bthe the\b|\byour the\b/)
        expect(text).not.toMatch(bareCode)
      }
    }),
    { examples: [[{}], [full]], numRuns: 30 },
  )
})

test.each(failureCodes)('%s has a short title of its own', (code) => {
  const title = (one: typeof code) => describeFailure({ code: one, details: {} }).title
  expect(title(code)).toMatch(/^\p{Lu}[^.]{3,33}$/u)
  expect(
    failureCodes.filter(
      (one) => title(one) === title(code) && failureTable[one].scope === failureTable[code].scope,
    ),
  ).toEqual([code])
})

test('the sentence names the person, the vendor, the account and the time', () => {
  expect(describeFailure({ code: 'match_taken', details: full })).toEqual({
    code: 'match_taken',
    title: 'Account already taken',
    sentence: 'The GitHub account that fits Ana Pérez is already connected to ana-p.',
    nextStep: 'Find out whose account it is. If it belongs to Ana Pérez, disconnect ana-p first.',
  })
  expect(describeFailure({ code: 'rate_limited', details: full }).sentence).toBe(
    'GitHub limits how fast we may ask, and lets us go on at 2026-11-23 15:04:05 UTC.',
  )
})

test('a general word takes the place of what is not known, and a name stays as it is written', () => {
  const inactive = (details: FailureDetails) => describeFailure({ code: 'person_inactive', details }).sentence
  expect(inactive({})).toBe('This person is inactive on the roster.')
  expect(inactive({ person: 'danah boyd' })).toBe('danah boyd is inactive on the roster.')
  expect(describeFailure({ code: 'match_weak', details: {} }).sentence).toBe(
    'The vendor shows nothing but the name to link this person with an account. A name alone proves nothing.',
  )
})
