/**
 * Why a call did not bring an answer:
 *
 * - `refused-url`: not https, not on the stored origin, or not an endpoint the app declared; nothing was sent
 * - `refused-address`: the name leads to an address the operator did not list; nothing was sent
 * - `dns`, `connect`, `tls`: there was no connection; nothing was sent
 * - `timeout`: the deadline over DNS, connection, headers and body ended
 * - `cut`: the connection broke before the answer was whole
 * - `redirect`: the answer points elsewhere; never followed
 * - `body-too-large`: more bytes than allowed, counted after decompression
 * - `not-readable`: not the JSON, UTF-8 or encoding that was asked for
 * - `cancelled`: the caller's signal
 */
export type EgressErrorKind =
  | 'refused-url'
  | 'refused-address'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'cut'
  | 'redirect'
  | 'body-too-large'
  | 'not-readable'
  | 'cancelled'

/**
 * No answer, or one that must not be believed. `message` and `fact` carry host names and addresses only, never
 * a path, a header or a body, and no cause is kept: nothing secret can ride along.
 */
export class EgressError extends Error {
  override name = 'EgressError'
  readonly kind: EgressErrorKind
  /** `host` or `host:port` of the call. */
  readonly host: string
  /** What was seen, short, fit for a sentence: "10.0.0.5 is a private address". */
  readonly fact: string

  constructor(kind: EgressErrorKind, host: string, fact: string) {
    super(`${host}: ${fact}`)
    this.kind = kind
    this.host = host
    this.fact = fact
  }
}

/** The vendor told us (or another worker) to wait; no call was made. */
export class Paused extends Error {
  override name = 'Paused'
  readonly until: Date

  constructor(host: string, until: Date) {
    super(`${host} is not to be called before ${until.toISOString()}`)
    this.until = until
  }
}

const tlsCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'EPROTO',
])
const connectCodes = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'EADDRNOTAVAIL'])

/** The one place where an error of sockets, TLS, HTTP or zlib becomes an `EgressError`. */
export function toEgressError(error: unknown, host: string): EgressError {
  if (error instanceof EgressError) return error
  const code = errorCode(error)
  if (tlsCodes.has(code) || /^(ERR_TLS|ERR_SSL|CERT)_/.test(code))
    return new EgressError('tls', host, `its certificate or encryption is not accepted (${code})`)
  if (connectCodes.has(code)) return new EgressError('connect', host, `no connection (${code})`)
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return new EgressError('body-too-large', host, 'the answer is larger than allowed')
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return new EgressError('timeout', host, `no answer in time (${code})`)
  if (code === 'Z_BUF_ERROR') return new EgressError('cut', host, 'the compressed answer ends too early')
  if (/^(Z_|HPE_|UND_ERR_HEADERS_OVERFLOW|ERR_ENCODING)/.test(code))
    return new EgressError('not-readable', host, `the answer cannot be read (${code})`)
  return new EgressError('cut', host, `the connection broke${code && ` (${code})`}`)
}

function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}
