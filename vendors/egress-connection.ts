import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import { type AllowedPrivateHosts, refuseAddress } from './egress-addresses.ts'
import { EgressError } from './egress-error.ts'

/** Every address of a host name. */
export type ResolveHost = (hostname: string) => Promise<{ address: string; family: number }[]>

/** As the rest of the machine resolves names: /etc/hosts included. */
export const resolveHost: ResolveHost = (hostname) => systemLookup(hostname, { all: true, order: 'verbatim' })

/**
 * Opens sockets to one origin. Each new connection resolves the name once, judges every answer, and hands
 * exactly the judged addresses to the socket: a name that changes its answer in between gains nothing.
 */
export function guardedConnector(options: {
  origin: URL
  allowed: AllowedPrivateHosts
  resolve: ResolveHost
  timeoutMs: number
  /** Further certificate authorities, PEM. */
  ca?: string[]
}): buildConnector.connector {
  const { origin, allowed, resolve } = options
  const { host } = origin
  const listedAs = hostAndPort(origin)

  const refusal = (address: string): EgressError | undefined => {
    const fact = refuseAddress(address, listedAs, allowed, origin.protocol === 'http:')
    return fact === undefined ? undefined : new EgressError('refused-address', host, fact)
  }

  const judgedAddresses = async (hostname: string) => {
    const answers = await resolve(hostname).catch((error: NodeJS.ErrnoException) => {
      throw new EgressError('dns', host, `the name cannot be resolved (${error.code ?? 'error'})`)
    })
    if (answers.length === 0) throw new EgressError('dns', host, 'the name has no address')
    for (const answer of answers) {
      const refused = refusal(answer.address)
      if (refused) throw refused
    }
    return answers
  }

  const lookup: LookupFunction = (hostname, { all }, callback) => {
    judgedAddresses(hostname).then(
      (answers) => {
        const [first] = answers
        if (all || !first) callback(null, answers)
        else callback(null, first.address, first.family)
      },
      (error: EgressError) => callback(error, ''),
    )
  }

  // HTTP/1.1 only: nothing here needs more, and a broken connection then costs one call, not many.
  const connect = buildConnector({ lookup, ca: options.ca, timeout: options.timeoutMs, allowH2: false })

  return (target, callback) => {
    // Node asks no lookup for a host that already is an address.
    const refused = isIP(target.hostname) ? refusal(target.hostname) : undefined
    if (refused) callback(refused, null)
    else connect(target, callback)
  }
}

/** `host:port` with the port always spelled out, as the operator lists it. */
export function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'http:' ? '80' : '443')}`
}
