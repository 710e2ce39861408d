import type { z } from 'zod'
import { ProblemError } from './problem-error.ts'

/** One mistake in a request: `path` is the name of the parameter or property, `config.apiUrl` where nested. */
export type InputMistake = { path: string; message: string }

/** What zod found, in words for the sender. Values are not repeated. */
export function inputMistakes(error: z.ZodError, whole: string): InputMistake[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not known here' }))
    return [{ path: issue.path.join('.') || whole, message: issue.message }]
  })
}

/** The problem that a request with these mistakes is answered with. */
export function inputInvalid(mistakes: InputMistake[]): ProblemError {
  const sentences = mistakes.map(({ path, message }) => `${path}: ${message}`)
  return new ProblemError('input_invalid', sentences.join('; '), mistakes)
}

/**
 * Validates what a handler could not leave to its route's schema (an app's configuration, for example).
 * `whole` names the value in mistakes that are about all of it.
 * @throws ProblemError `input_invalid` with a path for each mistake
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown, whole: string): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw inputInvalid(inputMistakes(parsed.error, whole))
}
