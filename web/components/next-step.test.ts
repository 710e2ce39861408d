import { expect, test } from 'vitest'
import { failureCodes } from '../../contract/failure.ts'
import { describeFailure } from '../../contract/failure-table.ts'
import { nextStepHere } from './next-step.ts'

const details = { app: 'github', person: 'Ana Pérez', email: 'ana@acme.example' } as const

test('beside a person no next step sends the reader to that person', () => {
  for (const code of failureCodes) {
    expect(nextStepHere(describeFailure({ code, details }).nextStep)).not.toContain('in Manage Staff')
  }
})

test('what is left of the step is a whole sentence', () => {
  const step = (code: 'match_none' | 'person_email_missing') =>
    nextStepHere(describeFailure({ code, details }).nextStep)
  expect(step('match_none')).toBe('Choose the GitHub account.')
  expect(step('person_email_missing')).toBe('Import the roster with the email, or choose the GitHub account.')
})
