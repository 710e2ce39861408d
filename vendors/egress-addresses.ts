import ipaddr from 'ipaddr.js'
import { metadataAddresses } from '../contract/metadata-addresses.ts'

/** What the operator lets outbound calls reach besides the public internet (MUSTER_ALLOWED_PRIVATE_HOSTS). */
export interface AllowedPrivateHosts {
  /** Exact `host:port`, as URLs spell the host: lower case, IPv6 in brackets. */
  hosts: readonly string[]
  /** CIDR ranges. */
  ranges: readonly string[]
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Nothing opens these, listed or not. */
const metadata = metadataAddresses.map((address) => ipaddr.parse(address).toNormalizedString())

const publicV6 = ipaddr.parseCIDR('2000::/3')

const rangeWords: Record<string, string> = {
  loopback: 'an address of this machine itself',
  private: 'a private address',
  uniqueLocal: 'a private address',
  linkLocal: 'a link-local address',
  carrierGradeNat: 'a private address of a provider',
  multicast: 'a multicast address',
}

/**
 * Why the address `host` (`host:port` of the URL) led to must not be connected to, as the end of a sentence;
 * undefined when it may. `loopbackOnly`: the call would go in plain text.
 */
export function refuseAddress(
  address: string,
  host: string,
  allowed: AllowedPrivateHosts,
  loopbackOnly: boolean,
): string | undefined {
  if (!ipaddr.isValid(address)) return `${address} is not an address`
  const seen = ipaddr.process(address)
  const meant = [seen, ...embeddedV4(seen)]
  if (meant.some((one) => metadata.includes(one.toNormalizedString())))
    return `${address} is where a cloud gives out its credentials; that is never called`
  if (loopbackOnly)
    return seen.range() === 'loopback'
      ? undefined
      : `${address} is not this machine, and the address is plain http`
  if (isPublic(seen)) return undefined
  if (allowed.hosts.includes(host)) return undefined
  if (allowed.ranges.some((range) => inRange(seen, range))) return undefined
  return `${address} is ${rangeWords[seen.range()] ?? 'an address outside the public internet'}`
}

/** Anything not known to be public is not public: new special ranges are refused until they are known. */
function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false
  return address instanceof ipaddr.IPv4 || address.match(publicV6)
}

function inRange(address: Address, range: string): boolean {
  const [network, prefix] = ipaddr.parseCIDR(range)
  return network.kind() === address.kind() && address.match(network, prefix)
}

/** The IPv4 address that a translator on the way (NAT64, 6to4, compatible form) would make of an IPv6 one. */
function embeddedV4(address: Address): ipaddr.IPv4[] {
  if (address instanceof ipaddr.IPv4) return []
  const bytes = address.toByteArray()
  return [new ipaddr.IPv4(address.range() === '6to4' ? bytes.slice(2, 6) : bytes.slice(12, 16))]
}
