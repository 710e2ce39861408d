import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { expect, test } from 'vitest'
import { refuseAddress } from './egress-addresses.ts'

const nothing = { hosts: [], ranges: [] }
const refused = (
  address: string,
  allowed = nothing as Parameters<typeof refuseAddress>[2],
  host = 'vendor.test:443',
) => refuseAddress(address, host, allowed, false) !== undefined

test.each([
  '127.0.0.1',
  '127.8.9.1',
  '0.0.0.0',
  '10.0.0.5',
  '172.16.3.4',
  '192.168.1.1',
  '169.254.1.1',
  '100.64.0.1',
  '198.18.0.1',
  '192.0.2.7',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:10.0.0.5',
  '::ffff:127.0.0.1',
  '64:ff9b::a00:5',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001::1',
  '2001:db8::1',
  'fc00::1',
  'fd12::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  '4000::1',
  'not an address',
  '',
])('refuses %s, which is not on the public internet', (address) => {
  expect(refused(address)).toBe(true)
})

test.each(['140.82.121.6', '8.8.8.8', '2606:50c0:8000::153', '::ffff:140.82.121.6'])(
  'lets %s through',
  (address) => {
    expect(refused(address)).toBe(false)
  },
)

test.each([
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::',
  'fd00:ec2::254',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  '169.254.170.2',
  'fd20:ce::254',
])('never calls the cloud metadata address %s, whatever is listed', (address) => {
  const everything = { hosts: ['vendor.test:443', `${address}:443`], ranges: ['0.0.0.0/0', '::/0'] }
  expect(refused(address, everything)).toBe(true)
})

test('opens a private address to the exact host and port that is listed, and to no other', () => {
  const listed = { hosts: ['ghes.intern:443'], ranges: [] }
  expect(refused('10.0.0.5', listed, 'ghes.intern:443')).toBe(false)
  expect(refused('10.0.0.5', listed, 'ghes.intern:8443')).toBe(true)
  expect(refused('10.0.0.5', listed, 'ghes.intern.evil:443')).toBe(true)
})

test('opens exactly the addresses inside a listed range', () => {
  const privateV4 = fc
    .tuple(fc.constantFrom('10', '127', '100'), fc.nat(255), fc.nat(255))
    .map(([first, third, fourth]) => `${first}.64.${third}.${fourth}`)
  fc.assert(
    fc.property(privateV4, privateV4, fc.integer({ min: 8, max: 32 }), (address, network, prefix) => {
      const inside = ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(network), prefix)
      expect(refused(address, { hosts: [], ranges: [`${network}/${prefix}`] })).toBe(!inside)
    }),
  )
})

test('judges an IPv4 address the same in each of its IPv6 disguises, or more strictly', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const mapped = ipaddr.IPv4.parse(address).toIPv4MappedAddress().toString()
      expect(refused(mapped)).toBe(refused(address))
      const hex = ipaddr.IPv4.parse(address)
        .toByteArray()
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('')
      const words = `${hex.slice(0, 4)}:${hex.slice(4)}`
      expect(refused(`64:ff9b::${words}`)).toBe(true)
      expect(refused(`2002:${words}::`)).toBe(true)
      expect(refused(`::${words}`)).toBe(true)
    }),
  )
})

test('lets plain http reach this machine only, even when the name is listed', () => {
  const listed = { hosts: ['localhost:4000'], ranges: ['10.0.0.0/8'] }
  expect(refuseAddress('127.0.0.1', 'localhost:4000', listed, true)).toBeUndefined()
  expect(refuseAddress('::1', 'localhost:4000', listed, true)).toBeUndefined()
  expect(refuseAddress('10.0.0.5', 'localhost:4000', listed, true)).toMatch(/plain http/)
  expect(refuseAddress('140.82.121.6', 'localhost:4000', listed, true)).toMatch(/plain http/)
})
