import { expect, test } from 'vitest'
import { ApiProblem } from '../contract/client.ts'
import { OperatorError } from '../server/operator-error.ts'
import { CommandError, errorSentence } from './session.ts'

const url = 'http://127.0.0.1:8080'

function problem(code: string, detail: string, errors?: { path: string; message: string }[]) {
  return new ApiProblem({ type: `urn:muster:problem:${code}`, title: '', status: 400, detail, code, errors })
}

test('each mistake in the input has its own line', () => {
  const error = problem('input_invalid', 'The request has a mistake.', [
    { path: 'appId', message: 'is missing' },
  ])
  expect(errorSentence(error, url)).toBe('The request has a mistake.\n  appId: is missing')
})

test('an expired token says how to make a new one', () => {
  expect(errorSentence(problem('sign_in_required', 'Sign in first.'), url)).toContain('muster token create')
})

test('a server that is not there is named with the mend', async () => {
  const error = await fetch('http://127.0.0.1:1/').catch((caught: unknown) => caught)
  expect(errorSentence(error, url)).toContain(`No Muster server answers at ${url}`)
})

test('sentences for people are printed without a stack', () => {
  expect(errorSentence(new CommandError('Say who is meant.'), url)).toBe('Say who is meant.')
  expect(errorSentence(new OperatorError('The port is taken.'), url)).toBe('The port is taken.')
})

test('a fault of ours shows where it is', () => {
  expect(errorSentence(new RangeError('x'), url)).toContain('session.test.ts')
})
