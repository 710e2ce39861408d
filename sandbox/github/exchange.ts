import type { IncomingHttpHeaders } from 'node:http'
import type { FaultsInEffect } from './faults.ts'
import type { App, InstallationToken, Permission, World } from './world.ts'

/** github.com, or a GitHub Enterprise Server, which counts no limits unless told to. */
export type Host = 'github.com' | 'enterprise-server'

/** One request on its way through the sandbox GitHub. */
export interface Exchange {
  world: World
  host: Host
  /** REST base address, without a slash at the end. */
  apiUrl: string
  endpoint: string
  params: readonly string[]
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
  faults: FaultsInEffect
  /** GitHub's own clock (ms since 1970), which a fault may have moved. */
  now: number
  requestId: string
}

export interface Answer {
  status: number
  /** A string is sent as it is, anything else as JSON, nothing as no body. */
  body?: unknown
  headers?: Record<string, string>
}

/** Who is calling. */
export type Caller =
  | { kind: 'app'; app: App }
  | { kind: 'installation'; token: InstallationToken; permissions: Record<string, Permission> }
  | { kind: 'nobody' }

/** An error in GitHub's words. `documentation` is the path under https://docs.github.com. */
export function refusal(
  status: number,
  message: string,
  documentation = 'rest',
  headers: Record<string, string> = {},
): Answer {
  const documentation_url = `https://docs.github.com/${documentation}`
  return { status, body: { message, documentation_url, status: String(status) }, headers }
}
