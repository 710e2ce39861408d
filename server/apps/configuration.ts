import { z } from 'zod'
import type { AppDescriptor } from '../../contract/apps/descriptor.ts'
import { appNames } from '../../contract/words.ts'
import { ProblemError } from '../http/problem-error.ts'

/** What is stored of an app: its settings, and which of its secrets there are. */
export interface StoredConfiguration {
  settings: Record<string, unknown>
  secretNames: string[]
}

/** A checked configuration, taken apart. */
export interface Configuration {
  settings: Record<string, unknown>
  /** Given now. Text as it is, anything else as JSON. */
  secrets: Record<string, string>
  /** Not given, because the stored ones stay. */
  keptSecrets: string[]
  /** The vendor's address or organisation is another than the stored one. */
  moved: boolean
  /** The vendor's address is: external ids mean other accounts there. */
  otherHost: boolean
}

/**
 * Checks a set-up form against what the app's descriptor asks for. A secret that is stored may be left out,
 * unless the configuration moves to another origin: a credential goes only where it was entered for.
 *
 * @throws ProblemError `input_invalid` with a path for each mistake
 */
export function readConfiguration(
  descriptor: AppDescriptor,
  body: Record<string, unknown>,
  stored: StoredConfiguration | undefined,
): Configuration {
  const keptSecrets = descriptor.secretNames.filter(
    (name) => body[name] === undefined && stored?.secretNames.includes(name),
  )
  const leftOut = Object.fromEntries(keptSecrets.map((name) => [name, z.undefined().optional()]))
  const parsed = descriptor.configSchema.extend(leftOut).safeParse(body)
  if (!parsed.success) throw mistakes(descriptor, inWords(descriptor, parsed.error, body))

  const settings: Record<string, unknown> = {}
  const secrets: Record<string, string> = {}
  for (const [name, value] of Object.entries(parsed.data)) {
    if (value === undefined) continue
    if (!descriptor.secretNames.includes(name)) settings[name] = value
    else secrets[name] = typeof value === 'string' ? value : JSON.stringify(value)
  }
  const moved = stored !== undefined && !sameOrigin(descriptor, stored.settings, settings)
  if (moved && keptSecrets.length > 0)
    throw mistakes(
      descriptor,
      keptSecrets.map((name) => ({ path: name, message: enterAnew(descriptor, name) })),
    )
  const otherHost = stored !== undefined && !same(descriptor.hostNames, stored.settings, settings)
  return { settings, secrets, keptSecrets, moved, otherHost }
}

/** Whether a credential that was entered with the one may be used with the other. */
export function sameOrigin(
  descriptor: AppDescriptor,
  one: Record<string, unknown>,
  other: Record<string, unknown>,
): boolean {
  return same(descriptor.originNames, one, other)
}

function same(names: string[], one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  return names.every((name) => one[name] === other[name])
}

type Mistake = { path: string; message: string }

function mistakes(descriptor: AppDescriptor, errors: Mistake[]): ProblemError {
  const first = errors[0]?.message ?? 'it is not what was expected'
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  const detail = `The configuration of ${appNames[descriptor.app]} has a mistake: ${first}${more}. Nothing was changed.`
  return new ProblemError('input_invalid', detail, errors)
}

function inWords(descriptor: AppDescriptor, error: z.ZodError, body: Record<string, unknown>): Mistake[] {
  return error.issues.flatMap((issue): Mistake[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: key, message: `${key} is not a setting of this app` }))
    const path = issue.path.join('.')
    const missing = issue.path.length === 1 && body[path] === undefined
    return [{ path, message: missing ? `${label(descriptor, path)} is missing` : issue.message }]
  })
}

function enterAnew(descriptor: AppDescriptor, name: string): string {
  return `${label(descriptor, name)} must be entered again, because the stored one was entered for another address or organisation and is never sent to this one`
}

function label(descriptor: AppDescriptor, name: string): string {
  const field = descriptor.fields.find((candidate) => candidate.name === name)
  return field ? `${field.label} (${name})` : name
}
