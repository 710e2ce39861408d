import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import type { AllowedPrivateHosts } from './allowed-hosts.ts'
import { type Flags, type Given, givenSettings } from './given-settings.ts'
import { ConfigError } from './operator-error.ts'
import { type logLevels, type Setting, settings } from './settings.ts'

export type ServerRole = 'web' | 'worker'

export type Config = {
  roles: ServerRole[]
  /** Absolute. */
  dataDir: string
  /** Absent: the embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | undefined
  /** An origin without a final slash; absent: http://localhost and the port that was bound. */
  publicUrl: string | undefined
  host: string
  /** Absent where only a worker runs and none was given: then it listens nowhere. */
  port: number | undefined
  /** Absent only where no worker runs and none was named. May it be created, or must it be there? */
  keyFile: { path: string; create: boolean } | undefined
  allowedPrivateHosts: AllowedPrivateHosts
  /** Addresses in place of the vendors' public ones, without a final slash. */
  vendorUrls: {
    googleToken: string | undefined
    googleApi: string | undefined
    microsoftLogin: string | undefined
    microsoftGraph: string | undefined
  }
  /** PEM text. */
  certificateAuthorities: string | undefined
  oidc: { issuer: string; clientId: string; clientSecret: string } | undefined
  smtpUrl: string | undefined
  logLevel: (typeof logLevels)[number]
  trustedProxies: string[]
}

type Name = keyof typeof settings
type Values = { [K in Name]: z.output<(typeof settings)[K]['read']> | undefined }

/**
 * Reads every setting from the command line, the environment and `muster.config.json` in `cwd` (in that order),
 * whose keys are the same names.
 * @throws ConfigError on anything that is unknown, unreadable or missing
 */
export function readConfig(env: NodeJS.ProcessEnv, flags: Flags, cwd: string): Config {
  const roles = readRoles(flags.role)
  const given = givenSettings(env, flags, cwd)
  const values = Object.fromEntries(
    Object.entries<Setting>(settings).map(([name, setting]) => [name, readValue(name, setting, given)]),
  ) as Values

  const dataDir = resolve(cwd, values.MUSTER_DATA_DIR ?? settings.MUSTER_DATA_DIR.default)
  const allowedPrivateHosts = values.MUSTER_ALLOWED_PRIVATE_HOSTS ?? { hosts: [], ranges: [] }
  refuseUnlistedHttp(values, allowedPrivateHosts)
  return {
    roles,
    dataDir,
    databaseUrl: values.DATABASE_URL,
    publicUrl: values.MUSTER_PUBLIC_URL,
    host: values.MUSTER_HOST ?? settings.MUSTER_HOST.default,
    port: values.MUSTER_PORT ?? (roles.includes('web') ? Number(settings.MUSTER_PORT.default) : undefined),
    keyFile: keyFile(values, roles, dataDir, cwd),
    allowedPrivateHosts,
    vendorUrls: {
      googleToken: values.MUSTER_GOOGLE_TOKEN_URL,
      googleApi: values.MUSTER_GOOGLE_API_URL,
      microsoftLogin: values.MUSTER_MICROSOFT_LOGIN_URL,
      microsoftGraph: values.MUSTER_MICROSOFT_GRAPH_URL,
    },
    certificateAuthorities: certificateAuthorities(values, cwd),
    oidc: oidc(values),
    smtpUrl: values.MUSTER_SMTP_URL,
    logLevel: values.MUSTER_LOG_LEVEL ?? settings.MUSTER_LOG_LEVEL.default,
    trustedProxies: values.MUSTER_TRUSTED_PROXIES ?? [],
  }
}

function readRoles(role: string | null | undefined): ServerRole[] {
  if (role === null) return []
  const roles = [...new Set((role ?? 'web,worker').split(',').map((word) => word.trim()))]
  return roles.map((word) => {
    if (word === 'web' || word === 'worker') return word
    throw new ConfigError(`--role ${JSON.stringify(word)} is unknown: give web, worker or web,worker.`)
  })
}

function readValue(name: string, setting: Setting, given: Given): unknown {
  const entry = given.get(name)
  if (!entry) return undefined
  const { text, label } = entry
  // An empty DATABASE_URL is a forgotten variable more often than a wish for another database.
  if (text.trim() === '') throw new ConfigError(`${label} is empty: give it a value or remove it.`)
  const result = setting.read.safeParse(text)
  if (result.success) return result.data
  const shown = setting.secret ? '' : ` ${JSON.stringify(text.replace(/\/\/[^/]*@/, '//[secret]@'))}`
  throw new ConfigError(`${label}${shown} ${result.error.issues[0]?.message}.`)
}

/** Plain http is for listed hosts of this machine only; refused here so that it is not found out at 3 a.m. */
function refuseUnlistedHttp(values: Values, allowed: AllowedPrivateHosts): void {
  const names = [
    'MUSTER_GOOGLE_TOKEN_URL',
    'MUSTER_GOOGLE_API_URL',
    'MUSTER_MICROSOFT_LOGIN_URL',
    'MUSTER_MICROSOFT_GRAPH_URL',
    'MUSTER_OIDC_ISSUER',
  ] as const
  for (const name of names) {
    const url = URL.parse(values[name] ?? '')
    if (url?.protocol !== 'http:') continue
    const host = `${url.hostname}:${url.port || 80}`
    if (allowed.hosts.includes(host)) continue
    throw new ConfigError(
      `${name} "${url.href}" is plain http: add ${host} to MUSTER_ALLOWED_PRIVATE_HOSTS, or give an https address.`,
    )
  }
}

function keyFile(values: Values, roles: ServerRole[], dataDir: string, cwd: string): Config['keyFile'] {
  const path = values.MUSTER_KEY_FILE && resolve(cwd, values.MUSTER_KEY_FILE)
  if (values.DATABASE_URL === undefined) return { path: path ?? join(dataDir, 'master.key'), create: true }
  if (path) return { path, create: false }
  if (!roles.includes('worker')) return undefined
  throw new ConfigError(
    'MUSTER_KEY_FILE is missing: with DATABASE_URL set, the worker needs the file with the master key, the same for every worker; name it, or start only the web role here (--role web).',
  )
}

function oidc(values: Values): Config['oidc'] {
  const parts = {
    MUSTER_OIDC_ISSUER: values.MUSTER_OIDC_ISSUER,
    MUSTER_OIDC_CLIENT_ID: values.MUSTER_OIDC_CLIENT_ID,
    MUSTER_OIDC_CLIENT_SECRET: values.MUSTER_OIDC_CLIENT_SECRET,
  }
  const missing = Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [name] : []))
  if (missing.length === 3) return undefined
  const [issuer, clientId, clientSecret] = Object.values(parts)
  if (issuer && clientId && clientSecret) return { issuer, clientId, clientSecret }
  throw new ConfigError(
    `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing: sign-in with an identity provider needs MUSTER_OIDC_ISSUER, MUSTER_OIDC_CLIENT_ID and MUSTER_OIDC_CLIENT_SECRET together, or none of them.`,
  )
}

function certificateAuthorities(values: Values, cwd: string): string | undefined {
  if (!values.MUSTER_CA_FILE) return undefined
  const path = resolve(cwd, values.MUSTER_CA_FILE)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(
      `MUSTER_CA_FILE "${path}" cannot be read (${(error as NodeJS.ErrnoException).code}): name a file of PEM certificates that Muster may read.`,
    )
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw new ConfigError(`MUSTER_CA_FILE "${path}" has no certificate in it: it must hold PEM certificates.`)
}
