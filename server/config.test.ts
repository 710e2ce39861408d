import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { metadataAddresses } from '../contract/metadata-addresses.ts'
import { readConfig } from './config.ts'
import type { Flags } from './given-settings.ts'
import { nearestName } from './nearest-name.ts'
import { ConfigError } from './operator-error.ts'
import { settings } from './settings.ts'

const root = mkdtempSync(join(tmpdir(), 'muster-config-'))
afterAll(() => rm(root, { recursive: true }))

function folderWith(content: string): string {
  const folder = mkdtempSync(join(root, 'cwd-'))
  writeFileSync(join(folder, 'muster.config.json'), content)
  return folder
}

const read = (env: NodeJS.ProcessEnv, flags: Flags = {}) => readConfig(env, flags, root)

function refusal(env: NodeJS.ProcessEnv, flags: Flags = {}, cwd = root): string {
  try {
    readConfig(env, flags, cwd)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'accepted'
}

describe('readConfig', () => {
  it('needs nothing for a laptop', () => {
    expect(read({ PATH: '/bin', HOME: '/home/ana' })).toEqual({
      roles: ['web', 'worker'],
      dataDir: join(root, '.muster'),
      databaseUrl: undefined,
      publicUrl: undefined,
      host: '127.0.0.1',
      port: 8080,
      keyFile: { path: join(root, '.muster', 'master.key'), create: true },
      allowedPrivateHosts: { hosts: [], ranges: [] },
      vendorUrls: {
        googleToken: undefined,
        googleApi: undefined,
        microsoftLogin: undefined,
        microsoftGraph: undefined,
      },
      certificateAuthorities: undefined,
      oidc: undefined,
      smtpUrl: undefined,
      logLevel: 'info',
      trustedProxies: [],
    })
  })

  it('reads the file, lets the environment win over it and the command line over both', () => {
    const cwd = folderWith(
      '{ "MUSTER_PORT": 1, "MUSTER_HOST": "::1", "MUSTER_TRUSTED_PROXIES": ["10.0.0.1", "10.1.0.0/16"] }',
    )
    expect(readConfig({}, {}, cwd)).toMatchObject({
      port: 1,
      host: '::1',
      trustedProxies: ['10.0.0.1', '10.1.0.0/16'],
    })
    expect(readConfig({ MUSTER_PORT: '2' }, {}, cwd)).toMatchObject({ port: 2 })
    expect(readConfig({ MUSTER_PORT: '2' }, { port: '3' }, cwd)).toMatchObject({ port: 3, host: '::1' })
  })

  it('leaves the names of the command line and the tests alone', () => {
    expect(refusal({ MUSTER_URL: 'x', MUSTER_TOKEN: 'y', MUSTER_TEST_DATABASE_URL: 'z' })).toBe('accepted')
  })

  it('behaves the same under every NODE_ENV', () => {
    expect(read({ NODE_ENV: 'test' })).toEqual(read({ NODE_ENV: 'production' }))
  })

  it('wants the key file to be there where workers share a database, and not where none runs', () => {
    const DATABASE_URL = 'postgresql://db/muster'
    expect(refusal({ DATABASE_URL })).toBe(
      'MUSTER_KEY_FILE is missing: with DATABASE_URL set, the worker needs the file with the master key, the same for every worker; name it, or start only the web role here (--role web).',
    )
    expect(read({ DATABASE_URL }, { role: 'web' }).keyFile).toBeUndefined()
    expect(read({ DATABASE_URL }, { role: null })).toMatchObject({ roles: [], keyFile: undefined })
    expect(read({ DATABASE_URL, MUSTER_KEY_FILE: 'k' }).keyFile).toEqual({
      path: join(root, 'k'),
      create: false,
    })
  })

  it('brings addresses to one spelling', () => {
    const config = read({
      MUSTER_PUBLIC_URL: 'HTTPS://Muster.Example.com:443/',
      MUSTER_MICROSOFT_GRAPH_URL: 'https://graph.example.cn/v1/',
      MUSTER_ALLOWED_PRIVATE_HOSTS: 'GitLab.intern:8443, 0x7f.1:80 ,[FD12:0::7]:443,10.20.0.0/16, fd12::/32',
    })
    expect(config.publicUrl).toBe('https://muster.example.com')
    expect(config.vendorUrls.microsoftGraph).toBe('https://graph.example.cn/v1')
    expect(config.allowedPrivateHosts).toEqual({
      hosts: ['gitlab.intern:8443', '127.0.0.1:80', '[fd12::7]:443'],
      ranges: ['10.20.0.0/16', 'fd12::/32'],
    })
  })

  it('allows plain http to listed hosts of this machine', () => {
    const env = { MUSTER_GOOGLE_API_URL: 'http://localhost:4010/google' }
    expect(refusal(env)).toBe(
      'MUSTER_GOOGLE_API_URL "http://localhost:4010/google" is plain http: add localhost:4010 to MUSTER_ALLOWED_PRIVATE_HOSTS, or give an https address.',
    )
    expect(refusal({ ...env, MUSTER_ALLOWED_PRIVATE_HOSTS: 'localhost:4010' })).toBe('accepted')
  })

  it.each<[NodeJS.ProcessEnv, string]>([
    [
      { MUSTER_PUBLIC_ULR: 'x' },
      'MUSTER_PUBLIC_ULR is not a setting that Muster knows: write MUSTER_PUBLIC_URL, if that was meant, or remove it.',
    ],
    [{ MUSTER_COLOUR_SCHEME: 'x' }, 'MUSTER_COLOUR_SCHEME is not a setting that Muster knows: remove it.'],
    [{ MUSTER_PORT: '' }, 'MUSTER_PORT is empty: give it a value or remove it.'],
    [{ DATABASE_URL: ' ' }, 'DATABASE_URL is empty: give it a value or remove it.'],
    [{ MUSTER_PORT: '80a' }, 'MUSTER_PORT "80a" is not a port: give a whole number from 0 to 65535.'],
    [{ MUSTER_PORT: '65536' }, 'MUSTER_PORT "65536" is not a port: give a whole number from 0 to 65535.'],
    [
      { MUSTER_HOST: 'everywhere' },
      'MUSTER_HOST "everywhere" is not an IP address: give 127.0.0.1, 0.0.0.0, :: or an address of this machine.',
    ],
    [
      { DATABASE_URL: 'mysql://root:hunter2@db/muster' },
      'DATABASE_URL is not a postgres: address: write it like postgresql://user:password@host:5432/muster.',
    ],
    [
      { MUSTER_SMTP_URL: 'hunter2' },
      'MUSTER_SMTP_URL is not a smtp: address: write it like smtps://user:password@host:465.',
    ],
    [
      { MUSTER_PUBLIC_URL: 'muster.example.com' },
      'MUSTER_PUBLIC_URL "muster.example.com" is not a web address: write it like https://muster.example.com.',
    ],
    [
      { MUSTER_PUBLIC_URL: 'http://muster.example.com' },
      'MUSTER_PUBLIC_URL "http://muster.example.com" is plain http, which only this machine itself may use: give its https address.',
    ],
    [
      { MUSTER_PUBLIC_URL: 'https://example.com/muster' },
      'MUSTER_PUBLIC_URL "https://example.com/muster" has a path, but Muster lives at the root of its host: give https://example.com.',
    ],
    [
      { MUSTER_GOOGLE_API_URL: 'https://ana:hunter2@example.com' },
      'MUSTER_GOOGLE_API_URL "https://[secret]@example.com" has a user, query or fragment, which has no place in it: give the bare address.',
    ],
    [
      { MUSTER_LOG_LEVEL: 'loud' },
      'MUSTER_LOG_LEVEL "loud" is not a level: choose one of fatal, error, warn, info, debug, trace, silent.',
    ],
    [
      { MUSTER_TRUSTED_PROXIES: '10.0.0.1,proxy' },
      'MUSTER_TRUSTED_PROXIES "10.0.0.1,proxy" has the entry "proxy", which is neither an IP address nor a CIDR range: write it like 10.0.0.5 or 10.0.0.0/24.',
    ],
    [
      { MUSTER_OIDC_ISSUER: 'https://id.example.com' },
      'MUSTER_OIDC_CLIENT_ID and MUSTER_OIDC_CLIENT_SECRET are missing: sign-in with an identity provider needs MUSTER_OIDC_ISSUER, MUSTER_OIDC_CLIENT_ID and MUSTER_OIDC_CLIENT_SECRET together, or none of them.',
    ],
    [
      { MUSTER_CA_FILE: '/no/such/file' },
      'MUSTER_CA_FILE "/no/such/file" cannot be read (ENOENT): name a file of PEM certificates that Muster may read.',
    ],
  ])('refuses %j in one sentence', (env, sentence) => {
    expect(refusal(env)).toBe(sentence)
  })

  it.each<[string, RegExp]>([
    ['{ "MUSTER_PORT": 80, }', /muster\.config\.json is not valid JSON: mend it/],
    ['[]', /is not a JSON object: write the settings as/],
    ['{ "MUSTER_PORT": { "a": 1 } }', /^MUSTER_PORT in .* is neither text, a number nor a list of texts/],
    ['{ "PORT": 80 }', /^PORT in .* is not a setting that Muster knows: remove it\.$/],
    ['{ "MUSTER_LOG_LEVLE": "info" }', /write MUSTER_LOG_LEVEL, if that was meant/],
  ])('refuses the file %s', (content, sentence) => {
    expect(refusal({}, {}, folderWith(content))).toMatch(sentence)
  })

  it('refuses wrong flags under the name that was typed', () => {
    expect(refusal({}, { port: 'x' })).toMatch(/^--port "x" is not a port/)
    expect(refusal({}, { role: 'web,wroker' })).toBe(
      '--role "wroker" is unknown: give web, worker or web,worker.',
    )
    expect(refusal({}, { role: '' })).toMatch(/^--role "" is unknown/)
  })

  it('never shows the value of a secret', () => {
    const secrets = Object.entries(settings).flatMap(([name, setting]) => ('secret' in setting ? [name] : []))
    expect(secrets).toEqual(['DATABASE_URL', 'MUSTER_OIDC_CLIENT_SECRET', 'MUSTER_SMTP_URL'])
    for (const name of secrets) expect(refusal({ [name]: 'tr0ub4dor' })).not.toContain('tr0ub4dor')
    expect(refusal({}, {}, folderWith('{ "MUSTER_SMTP_URL": "tr0ub4dor", '))).not.toContain('tr0ub4dor')
  })
})

describe('MUSTER_ALLOWED_PRIVATE_HOSTS', () => {
  const refused = (entry: string) => refusal({ MUSTER_ALLOWED_PRIVATE_HOSTS: entry })

  it.each([
    '10.0.0.1',
    'gitlab.intern',
    'https://gitlab.intern:443',
    '*.intern:443',
    'a:0',
    'a:65536',
    'a:1/x',
    '10.0.0.0/33',
    '10/8',
    'user@a:1',
    '',
  ])('refuses %j, which is neither an exact host:port nor a range', (entry) => {
    expect(refused(`10.0.0.0/8,${entry}`)).toMatch(/has the entry .* which is (neither|not)/)
  })

  it.each([
    ...metadataAddresses.map((address) => (address.includes(':') ? `[${address}]:80` : `${address}:80`)),
    'metadata.google.internal:80',
    'Metadata.Google.Internal.:80',
    '2852039166:80',
    '0xa9fea9fe:80',
    '[::ffff:169.254.169.254]:80',
  ])('refuses the metadata address %s', (entry) => {
    expect(refused(entry)).toMatch(
      /is where a cloud gives out its credentials, which Muster never calls: remove it\.$/,
    )
  })

  it('refuses every range that covers a metadata address', () => {
    const addresses = fc.constantFrom(...metadataAddresses)
    fc.assert(
      fc.property(addresses, fc.nat(128), (address, length) => {
        const prefix = address.includes(':') ? length : length % 33
        expect(refused(`${address}/${prefix}`)).toMatch(
          /includes .*, where a cloud gives out its credentials/,
        )
      }),
    )
    expect(refused('::/0')).toMatch(/includes/)
    expect(refused('::ffff:0.0.0.0/96')).toMatch(/includes/)
    expect(refused('::ffff:a9fe:0/112')).toMatch(/includes 169\.254/)
  })
})

describe('nearestName', () => {
  it('finds the name after any single slip of the pen', () => {
    const names = Object.keys(settings)
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), (name, at) => {
        const cut = 7 + (at % (name.length - 7))
        expect(nearestName(name.slice(0, cut) + name.slice(cut + 1), names)).toBe(name)
      }),
    )
  })
})
