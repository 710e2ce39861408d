import ipaddr from 'ipaddr.js'
import { metadataAddresses } from '../contract/metadata-addresses.ts'

/** What outbound calls may reach besides the public internet. */
export type AllowedPrivateHosts = {
  /** Exact `host:port`, host as URLs spell it (lower case, IPv6 in brackets). */
  hosts: string[]
  /** CIDR ranges, e.g. `10.20.0.0/16`. */
  ranges: string[]
}

const metadataNames = ['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal']

/**
 * Reads one entry of the comma-separated list into `allowed`.
 * Answers with what is wrong, as the end of a sentence that begins with the entry.
 */
export function addAllowedHost(entry: string, allowed: AllowedPrivateHosts): string | undefined {
  return entry.includes('/') ? addRange(entry, allowed) : addHost(entry, allowed)
}

function addRange(entry: string, allowed: AllowedPrivateHosts): string | undefined {
  if (!isRange(entry)) return 'is not a CIDR range: write it like 10.20.0.0/16 or fd12:3456::/32'
  const [address, prefix] = ipaddr.parseCIDR(entry)
  const covered = metadataAddresses.find((metadata) => covers(address, prefix, metadata))
  if (covered)
    return `includes ${covered}, where a cloud gives out its credentials, which Muster never calls: list narrower ranges, or exact host:port pairs`
  allowed.ranges.push(`${address}/${prefix}`)
  return undefined
}

function covers(address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number, metadata: string): boolean {
  const candidate = ipaddr.parse(metadata)
  if (candidate.kind() === address.kind()) return candidate.match(address, prefix)
  // ::ffff:0:0/96 and wider hold every IPv4 address.
  return address instanceof ipaddr.IPv6 && candidate instanceof ipaddr.IPv4
    ? candidate.toIPv4MappedAddress().match(address, prefix)
    : false
}

function addHost(entry: string, allowed: AllowedPrivateHosts): string | undefined {
  const port = Number(/:(\d{1,5})$/.exec(entry)?.[1])
  // The URL parser brings other spellings of an address (decimal, hexadecimal, short) to the usual one.
  const host = /[/@?#\\\s]/.test(entry) ? '' : (URL.parse(`http://${entry}`)?.hostname ?? '')
  if (!host || host.includes('*') || !(port >= 1 && port <= 65_535))
    return 'is neither an exact host:port nor a CIDR range: write it like gitlab.intern:8443, [fd12::7]:443 or 10.20.0.0/16'
  if (isMetadata(host))
    return 'is where a cloud gives out its credentials, which Muster never calls: remove it'
  allowed.hosts.push(`${host}:${port}`)
  return undefined
}

function isMetadata(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (!ipaddr.isValid(bare)) return metadataNames.includes(bare)
  const address = ipaddr.process(bare)
  return metadataAddresses.some(
    (metadata) => ipaddr.parse(metadata).toNormalizedString() === address.toNormalizedString(),
  )
}

/** A CIDR range as people write it: `10/8`, which some read as 0.0.0.10/8, is none. */
export function isRange(text: string): boolean {
  return ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text)
}

/** An IP address as people write it, not `10` or `0x0a000001`. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
}
