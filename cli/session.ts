import type { Command } from 'commander'
import { ApiProblem, type Client, createClient } from '../contract/client.ts'

/** Exit codes that scripts rely on. */
export const exit = {
  /** All done. */
  done: 0,
  /** Could not run: bad input, no server, the app itself has a fault. */
  couldNotRun: 1,
  /** Done, but some people failed or need mapping. */
  someFailed: 2,
} as const

/** A command that cannot go on, with the sentence its caller reads. */
export class CommandError extends Error {
  override name = 'CommandError'
}

export interface GlobalOptions {
  /** As given; see `serverUrl`. */
  url?: string
  token?: string
  json?: boolean
}

/** What a command works with: the API, and where its words go. */
export interface Session {
  client: Client
  json: boolean
  /** The answer, on standard output: one JSON document with --json, otherwise what `show` prints. */
  answer(document: unknown, show: () => void): void
  /** Progress and messages, on standard error. */
  say(text: string): void
}

/** The server that is meant: --url, MUSTER_URL, or the one that `muster serve` starts when told nothing. */
export function serverUrl({ url }: GlobalOptions): string {
  const meant = url ?? process.env.MUSTER_URL ?? 'http://127.0.0.1:8080'
  if (!/^https?:$/.test(URL.parse(meant)?.protocol ?? '')) {
    throw new CommandError(`“${meant}” is not the address of a server: write it like http://127.0.0.1:8080.`)
  }
  return meant.replace(/\/+$/, '')
}

export function openSession(command: Command): Session {
  const options = command.optsWithGlobals<GlobalOptions>()
  if (!options.token) {
    throw new CommandError(
      'No API token: make one on the server with `muster token create --email YOU` and set MUSTER_TOKEN or --token.',
    )
  }
  const json = options.json ?? false
  return {
    client: createClient({ url: serverUrl(options), token: options.token }),
    json,
    answer(document, show) {
      if (json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
      else show()
    },
    say: (text) => process.stderr.write(`${text}\n`),
  }
}

/** Any error → the sentence for standard error. The one place where the command line does this. */
export function errorSentence(error: unknown, url: string): string {
  if (error instanceof CommandError) return error.message
  if (error instanceof ApiProblem) return problemSentence(error)
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return `No Muster server answers at ${url}. Start one with \`muster serve\`, or name another with --url or MUSTER_URL.`
  }
  // Carries one complete sentence; anything else is a fault of ours and shows where.
  if (error instanceof Error && ['OperatorError', 'ConfigError'].includes(error.name)) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function problemSentence({ problem }: ApiProblem): string {
  if (problem.code === 'sign_in_required') {
    return 'The server does not accept this API token: it may have expired. Make a new one with `muster token create --email YOU`.'
  }
  const lines = (problem.errors ?? []).map(({ path, message }) => `${path ? `${path}: ` : ''}${message}`)
  // The sentence often is what the lines say, one after the other.
  if (problem.detail === lines.join('; ')) return lines.join('\n')
  return [problem.detail, ...lines.map((line) => `  ${line}`)].join('\n')
}
