import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { nearestName } from './nearest-name.ts'
import { ConfigError } from './operator-error.ts'
import { foreignSettings, settings } from './settings.ts'

/** What the command line gives; it wins over the environment. */
export type Flags = {
  /** `web`, `worker` or both with a comma (the default); `null` for a local command that starts neither. */
  role?: string | null | undefined
  port?: string | undefined
  host?: string | undefined
  dataDir?: string | undefined
}

/** Each setting's text by its name, and how the operator would call the place where it was given. */
export type Given = Map<string, { text: string; label: string }>

const FILE = 'muster.config.json'
const flagNames = { port: 'MUSTER_PORT', host: 'MUSTER_HOST', dataDir: 'MUSTER_DATA_DIR' } as const

/**
 * What was given on the command line, in the environment and in the file, the first of them winning.
 * @throws ConfigError when the file cannot be read or a name is unknown
 */
export function givenSettings(env: NodeJS.ProcessEnv, flags: Flags, cwd: string): Given {
  const given: Given = new Map([...fromFile(join(cwd, FILE)), ...fromEnvironment(env), ...fromFlags(flags)])
  refuseUnknown(given)
  return given
}

function fromEnvironment(env: NodeJS.ProcessEnv): Given {
  const given: Given = new Map()
  for (const [name, text] of Object.entries(env))
    if (text !== undefined && (name.startsWith('MUSTER_') || Object.hasOwn(settings, name)))
      given.set(name, { text, label: name })
  return given
}

function fromFlags(flags: Flags): Given {
  const given: Given = new Map()
  for (const [flag, name] of Object.entries(flagNames)) {
    const text = flags[flag as keyof typeof flagNames]
    if (text !== undefined) given.set(name, { text, label: flag === 'dataDir' ? '--data-dir' : `--${flag}` })
  }
  return given
}

/** In the file a number may be a number and a list a list. */
const fileShape = z.record(
  z.string(),
  z.union([
    z.string(),
    z.number().transform(String),
    z.array(z.string()).transform((entries) => entries.join(',')),
  ]),
)

function fromFile(path: string): Given {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return new Map()
    throw new ConfigError(`${path} cannot be read (${code}): mend its permissions or remove it.`)
  }
  const result = fileShape.safeParse(parseJson(path, text))
  if (result.success)
    return new Map(
      Object.entries(result.data).map(([name, value]) => [
        name,
        { text: value, label: `${name} in ${path}` },
      ]),
    )
  const name = result.error.issues[0]?.path[0]
  throw new ConfigError(
    name === undefined
      ? `${path} is not a JSON object: write the settings as { "MUSTER_PORT": 8080 }.`
      : `${String(name)} in ${path} is neither text, a number nor a list of texts: write it like "MUSTER_PORT": 8080.`,
  )
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, and with it perhaps a secret.
    throw new ConfigError(
      `${path} is not valid JSON: mend it (a comma or quotation mark is the usual culprit).`,
    )
  }
}

function refuseUnknown(given: Given): void {
  const names = [...Object.keys(settings), ...foreignSettings]
  for (const [name, { label }] of given) {
    if (names.includes(name)) continue
    const meant = nearestName(name, names)
    throw new ConfigError(
      `${label} is not a setting that Muster knows: ${meant ? `write ${meant}, if that was meant, or remove it` : 'remove it'}.`,
    )
  }
}
