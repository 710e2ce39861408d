import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { type AllowedPrivateHosts, addAllowedHost, isAddress, isRange } from './allowed-hosts.ts'

/**
 * One operator setting. `read` turns the text into the value; its issues are the end of a sentence that begins
 * with the setting's name and value: "is not a port: give a whole number from 1 to 65535".
 */
export type Setting<Value = unknown> = {
  read: z.ZodType<Value, string>
  /** What holds when it is not given; absent where the setting is then off. */
  default?: string
  /** One sentence for the documentation. */
  doc: string
  /** Its value never appears in a message. */
  secret?: true
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Every setting of the server, from the environment or muster.config.json. */
export const settings = {
  DATABASE_URL: {
    read: url(['postgres:', 'postgresql:'], 'postgresql://user:password@host:5432/muster'),
    doc: 'The PostgreSQL (15 or newer) to use; without it Muster runs one of its own in MUSTER_DATA_DIR.',
    secret: true,
  },
  MUSTER_DATA_DIR: {
    read: z.string(),
    default: '.muster',
    doc: 'The folder for the embedded PostgreSQL and the master key; closed to other users.',
  },
  MUSTER_PUBLIC_URL: {
    read: origin(),
    doc: 'The address at which people and vendors reach Muster (https, unless it is this machine); without it http://localhost and the port.',
  },
  MUSTER_HOST: {
    read: text((value) =>
      isAddress(value) || value === 'localhost'
        ? value
        : new Problem('is not an IP address: give 127.0.0.1, 0.0.0.0, :: or an address of this machine'),
    ),
    default: '127.0.0.1',
    doc: 'The address to listen on; 0.0.0.0 in a container or behind a proxy on another machine.',
  },
  MUSTER_PORT: {
    read: text((value) =>
      /^\d{1,5}$/.test(value) && Number(value) <= 65_535
        ? Number(value)
        : new Problem('is not a port: give a whole number from 0 to 65535'),
    ),
    default: '8080',
    doc: 'The port to listen on; 0 takes any free one. A worker alone listens only where it is set, and serves its health and metrics there.',
  },
  MUSTER_KEY_FILE: {
    read: z.string(),
    default: 'master.key in MUSTER_DATA_DIR, made at the first start; none where DATABASE_URL is set',
    doc: 'The file (mode 0600) with the master key that opens the stored credentials; the worker role needs it.',
  },
  MUSTER_ALLOWED_PRIVATE_HOSTS: {
    read: privateHosts(),
    doc: 'What outbound calls may reach besides the public internet: exact host:port (a loopback one may be plain http) and CIDR ranges, separated by commas.',
  },
  MUSTER_GOOGLE_TOKEN_URL: { read: endpoint(), doc: 'Where Google gives out tokens, for proxies and tests.' },
  MUSTER_GOOGLE_API_URL: {
    read: endpoint(),
    doc: "The base of Google's /calendar/v3/ and /admin/directory/v1/, for proxies and tests.",
  },
  MUSTER_MICROSOFT_LOGIN_URL: {
    read: endpoint(),
    doc: 'Where Microsoft gives out tokens, for national clouds, proxies and tests.',
  },
  MUSTER_MICROSOFT_GRAPH_URL: {
    read: endpoint(),
    doc: 'The base of Microsoft Graph, for national clouds, proxies and tests.',
  },
  MUSTER_CA_FILE: {
    read: z.string(),
    doc: 'A file of further certificate authorities (PEM) to trust on outbound calls.',
  },
  MUSTER_OIDC_ISSUER: { read: endpoint(), doc: 'The identity provider that people sign in with.' },
  MUSTER_OIDC_CLIENT_ID: { read: z.string(), doc: "Muster's client id at that identity provider." },
  MUSTER_OIDC_CLIENT_SECRET: {
    read: z.string(),
    doc: "Muster's client secret at that identity provider.",
    secret: true,
  },
  MUSTER_SMTP_URL: {
    read: url(['smtp:', 'smtps:'], 'smtps://user:password@host:465'),
    doc: 'The mail server for sign-in links and warnings; without it links come from the command line only.',
    secret: true,
  },
  MUSTER_LOG_LEVEL: {
    read: text((value) => {
      const level = logLevels.find((one) => one === value)
      return level ?? new Problem(`is not a level: choose one of ${logLevels.join(', ')}`)
    }),
    default: 'info' as const,
    doc: 'How much is logged.',
  },
  MUSTER_TRUSTED_PROXIES: {
    read: proxies(),
    doc: 'Addresses and CIDR ranges of the proxies whose X-Forwarded-For is believed, separated by commas.',
  },
} satisfies Record<string, Setting>

/** Known names that the server leaves to others: the command line's and the tests'. */
export const foreignSettings = ['MUSTER_URL', 'MUSTER_TOKEN', 'MUSTER_TEST_DATABASE_URL']

/** What is wrong with a value. */
class Problem {
  readonly sentence: string
  constructor(sentence: string) {
    this.sentence = sentence
  }
}

function text<Value>(read: (value: string) => Value | Problem): z.ZodType<Value, string> {
  return z.string().transform((value, context) => {
    const result = read(value)
    if (!(result instanceof Problem)) return result
    context.addIssue(result.sentence)
    return z.NEVER
  })
}

function url(schemes: string[], example: string): z.ZodType<string, string> {
  return text((value) =>
    schemes.includes(URL.parse(value)?.protocol ?? '')
      ? value
      : new Problem(`is not a ${schemes[0]} address: write it like ${example}`),
  )
}

/** An https address; http on this machine only. Without a final slash. */
function endpoint(): z.ZodType<string, string> {
  return text((value) => {
    const parsed = httpUrl(value)
    return parsed instanceof Problem ? parsed : parsed.href.replace(/\/$/, '')
  })
}

function origin(): z.ZodType<string, string> {
  return text((value) => {
    const parsed = httpUrl(value)
    if (parsed instanceof Problem) return parsed
    return parsed.pathname === '/'
      ? parsed.origin
      : new Problem(`has a path, but Muster lives at the root of its host: give ${parsed.origin}`)
  })
}

function httpUrl(value: string): URL | Problem {
  const parsed = URL.parse(value)
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    return new Problem('is not a web address: write it like https://muster.example.com')
  if (parsed.username || parsed.password || parsed.search || parsed.hash)
    return new Problem('has a user, query or fragment, which has no place in it: give the bare address')
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname))
    return new Problem('is plain http, which only this machine itself may use: give its https address')
  return parsed
}

/** Whether a URL's host name is this machine. */
function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  if (ipaddr.isValid(bare)) return ipaddr.process(bare).range() === 'loopback'
  return bare === 'localhost' || bare.endsWith('.localhost')
}

function privateHosts(): z.ZodType<AllowedPrivateHosts, string> {
  return text((value) => {
    const allowed: AllowedPrivateHosts = { hosts: [], ranges: [] }
    for (const entry of entriesOf(value)) {
      const problem = addAllowedHost(entry, allowed)
      if (problem) return new Problem(`has the entry ${JSON.stringify(entry)}, which ${problem}`)
    }
    return allowed
  })
}

function proxies(): z.ZodType<string[], string> {
  return text((value) => {
    const entries = entriesOf(value)
    const wrong = entries.find((entry) => !isAddress(entry) && !isRange(entry))
    if (wrong === undefined) return entries
    return new Problem(
      `has the entry ${JSON.stringify(wrong)}, which is neither an IP address nor a CIDR range: write it like 10.0.0.5 or 10.0.0.0/24`,
    )
  })
}

function entriesOf(list: string): string[] {
  return list.split(',').map((entry) => entry.trim())
}
