import { rootCertificates } from 'node:tls'
import { Pool } from 'undici'
import type { App } from '../contract/words.ts'
import type { AllowedPrivateHosts } from './egress-addresses.ts'
import { decodeJson, decodeText, readBody } from './egress-body.ts'
import { guardedConnector, hostAndPort, type ResolveHost, resolveHost } from './egress-connection.ts'
import { EgressError, type EgressErrorKind, Paused, toEgressError } from './egress-error.ts'

export type { AllowedPrivateHosts, EgressErrorKind }
export { EgressError, Paused }

/** An endpoint as vendors document it: `GET /app/installations/{installation_id}`. */
export type Endpoint = `${'GET' | 'POST'} ${string}`

/** Where an app may go with its credential. */
export interface Outbound {
  /** Scheme, host and port the credential was entered for. */
  origin: string
  /** Everything the app calls there. POST only for tokens and GraphQL: Muster writes nothing at vendors. */
  endpoints: readonly Endpoint[]
}

/** Waiting times that vendors asked for, shared by all workers. */
export interface Pauses {
  /** Until when not to call; null when calling is fine. */
  until(app: App, host: string, resource: string): Promise<Date | null>
  pause(app: App, host: string, resource: string, until: Date, reason: string): Promise<void>
}

/** For metrics: no path that names people, no host. */
export interface CallRecord {
  app: App
  endpoint: Endpoint
  status: number | EgressErrorKind
  ms: number
}

export interface EgressOptions extends Outbound {
  app: App
  allowedPrivateHosts: AllowedPrivateHosts
  pauses: Pauses
  /** PEM text of certificate authorities to trust besides the usual ones. */
  certificateAuthorities?: string
  /** For one call as a whole: DNS, connection, headers and body. */
  deadlineMs: number
  /** After decompression. */
  maxBodyBytes: number
  onCall?: (call: CallRecord) => void
  /** How names become addresses; the system's way unless given. */
  resolve?: ResolveHost
}

export interface EgressCall {
  method: 'GET' | 'POST'
  /** Absolute; must stay on the origin. */
  url: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** The vendor's bucket of limits that this call counts against; pauses are per resource. */
  resource: string
  signal?: AbortSignal
}

export interface EgressAnswer {
  /** Never a redirect. */
  status: number
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>
  text(): string
  /** Throws `EgressError` `not-readable` for anything but JSON. */
  json(): unknown
}

/** The only way out of Muster, held to one app's origin and endpoints. */
export interface Egress {
  /** Throws `Paused` without calling, or `EgressError`. Answers whatever status the vendor gave. */
  request(call: EgressCall): Promise<EgressAnswer>
  /** Nobody calls this resource before `until`; for all workers. */
  pause(resource: string, until: Date, reason: string): Promise<void>
  close(): Promise<void>
}

export function createEgress(options: EgressOptions): Egress {
  const { app, pauses, deadlineMs, maxBodyBytes } = options
  const origin = new URL(options.origin)
  const { host } = origin
  const endpoints = options.endpoints.map((endpoint) => ({ endpoint, pattern: endpointPattern(endpoint) }))
  const refusedOrigin = refuseOrigin(origin, options.allowedPrivateHosts)

  const pool = new Pool(origin.origin, {
    connect: guardedConnector({
      origin,
      allowed: options.allowedPrivateHosts,
      resolve: options.resolve ?? resolveHost,
      timeoutMs: deadlineMs,
      ca: options.certificateAuthorities ? [...rootCertificates, options.certificateAuthorities] : undefined,
    }),
    connections: 16,
    // Counts packed bytes; readBody counts unpacked ones.
    maxResponseSize: maxBodyBytes,
    // The deadline below covers the whole call.
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  /** The URL and the declared endpoint it belongs to. */
  function permitted(call: EgressCall): { url: URL; endpoint: Endpoint } {
    if (refusedOrigin) throw refusedOrigin
    const url = URL.parse(call.url)
    if (!url || url.origin !== origin.origin || url.username || url.password)
      throw new EgressError(
        'refused-url',
        host,
        'the call would leave the address this credential was entered for',
      )
    const declared = endpoints.find(({ pattern }) => pattern.test(`${call.method} ${url.pathname}`))
    if (!declared)
      throw new EgressError('refused-url', host, `the app has not declared this ${call.method} call`)
    return { url, endpoint: declared.endpoint }
  }

  async function exchange(call: EgressCall, url: URL): Promise<EgressAnswer> {
    const deadline = AbortSignal.timeout(deadlineMs)
    const signal = call.signal ? AbortSignal.any([deadline, call.signal]) : deadline
    try {
      const response = await pool.request({
        path: url.pathname + url.search,
        method: call.method,
        headers: {
          accept: 'application/json',
          'accept-encoding': 'gzip',
          'user-agent': 'Muster',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...call.headers,
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal,
      })
      // What goes wrong from here on is met where the body is read; nobody listens to one left unread.
      response.body.on('error', () => {})
      const headers = flatHeaders(response.headers)
      if (response.statusCode >= 300 && response.statusCode < 400 && response.statusCode !== 304) {
        response.body.destroy()
        throw new EgressError(
          'redirect',
          host,
          `it sends callers elsewhere (${response.statusCode}); that is never followed`,
        )
      }
      const bytes = await readBody(response.body, headers['content-encoding'], maxBodyBytes, host)
      return {
        status: response.statusCode,
        headers,
        text: () => decodeText(bytes, host),
        json: () => decodeJson(bytes, headers['content-type'], host),
      }
    } catch (error) {
      if (call.signal?.aborted) throw new EgressError('cancelled', host, 'the call was cancelled')
      if (deadline.aborted)
        throw new EgressError('timeout', host, `no whole answer within ${deadlineMs / 1000} s`)
      throw toEgressError(error, host)
    }
  }

  return {
    async request(call) {
      const { url, endpoint } = permitted(call)
      const until = await pauses.until(app, host, call.resource)
      if (until) throw new Paused(host, until)
      const started = performance.now()
      const record = (status: CallRecord['status']) =>
        options.onCall?.({ app, endpoint, status, ms: performance.now() - started })
      try {
        const answer = await exchange(call, url)
        record(answer.status)
        return answer
      } catch (error) {
        record(toEgressError(error, host).kind)
        throw error
      }
    },
    pause: (resource, until, reason) => pauses.pause(app, host, resource, until, reason),
    close: () => pool.destroy(),
  }
}

/** https, or plain http to a loopback `host:port` that the operator listed. */
function refuseOrigin(origin: URL, allowed: AllowedPrivateHosts): EgressError | undefined {
  if (origin.protocol === 'https:') return undefined
  if (origin.protocol === 'http:' && allowed.hosts.includes(hostAndPort(origin))) return undefined
  return new EgressError('refused-url', origin.host, 'the address is not https')
}

function endpointPattern(endpoint: Endpoint): RegExp {
  const escaped = endpoint.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')
  return new RegExp(`^${escaped}$`)
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}
