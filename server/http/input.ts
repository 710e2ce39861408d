import type { z } from 'zod'
import { ProblemError } from './problem-error.ts'

/** One mistake in a request: `path` is the name of the parameter or property, `config.apiUrl` where nested. */
export type InputMistake = { path: string; message: string }

/** What zod found, in words for the sender. Values are not repeated. */
export function inputMistakes(error: z.ZodError, whole: string): InputMistake[] {
  return error.issues.flatMap((issue) => mistakesOf(issue, [], whole))
}

function mistakesOf(issue: z.core.$ZodIssue, before: PropertyKey[], whole: string): InputMistake[] {
  const path = [...before, ...issue.path]
  const named = (last: PropertyKey[] = []) => [...path, ...last].join('.') || whole
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: named([key]), message: 'is not known here' }))
  if (issue.code === 'invalid_union') {
    // Of the alternatives the sender most likely meant the one that is nearest.
    const [nearest] = issue.errors.toSorted((a, b) => a.length - b.length)
    if (nearest) return nearest.flatMap((inner) => mistakesOf(inner, path, whole))
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return [{ path: named(), message: missing ? 'is missing' : issue.message }]
}

/** The problem that a request with these mistakes is answered with. */
export function inputInvalid(mistakes: InputMistake[]): ProblemError {
  const sentences = mistakes.map(({ path, message }) => `${path}: ${message}`)
  return new ProblemError('input_invalid', sentences.join('; '), mistakes)
}

/** PostgreSQL stores neither, in no column: a NUL, and half of a character (a surrogate without its other half). */
const NUL = '\0'

/** Every text in a value, names of properties included, that could not be stored; for any route alike. */
export function unstorableTexts(value: unknown, path: PropertyKey[], whole: string): InputMistake[] {
  if (typeof value === 'string') {
    if (!value.includes(NUL) && value.isWellFormed()) return []
    const message = 'has a character that cannot be stored (NUL, or half of an emoji): remove it'
    return [{ path: path.join('.') || whole, message }]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [
    ...unstorableTexts(name, path, whole),
    ...unstorableTexts(inner, [...path, name], whole),
  ])
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
