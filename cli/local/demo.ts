import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import type { githubConfig } from '../../contract/apps/github.ts'
import { createClient } from '../../contract/client.ts'
import { createApiToken } from '../../server/auth/api-tokens.store.ts'
import { hashPassword } from '../../server/auth/password.ts'
import { createSignInLink } from '../../server/auth/sign-in-links.store.ts'
import { newToken } from '../../server/auth/token.ts'
import { createAdministrator, storePassword } from '../../server/auth/users.store.ts'
import { readConfig } from '../../server/config.ts'
import { joinOrStartEmbedded, startEmbedded } from '../../server/db/embedded.ts'
import { openDatabase } from '../../server/db/pool.ts'
import { startServer } from '../../server/main.ts'
import { CommandError } from '../session.ts'
import type { DemoOptions } from './commands.ts'
import { untilStop } from './stop.ts'

const administrator = { email: 'admin@acme.example', name: 'Demo Administrator' }

/** What sandbox/main.ts prints in its one line when it is ready. */
interface SandboxReady {
  url: string
  github: GithubConfig & { enterpriseApiUrl: string }
}

interface SandboxProcess {
  process: ChildProcess
  ready: SandboxReady
}

type GithubConfig = z.input<typeof githubConfig>

/**
 * A made-up organisation on a fresh database, with the sandbox GitHub installed: everything that
 * `npm start` does, through the same doors (HTTP, the API, the same server).
 */
export async function demo(options: DemoOptions & { json: boolean }): Promise<void> {
  const staff = wholeNumber('--staff', options.staff, 1, 100_000)
  const dataDir = resolve('.muster-demo')
  await emptyDirectory(dataDir)
  const sandbox = await startSandboxProcess(staff, options)
  try {
    await serveDemo(sandbox, dataDir, options)
  } finally {
    sandbox.process.kill('SIGTERM')
  }
}

async function serveDemo(
  sandbox: SandboxProcess,
  dataDir: string,
  options: DemoOptions & { json: boolean },
): Promise<void> {
  const { url: sandboxUrl, github } = sandbox.ready
  const config = readConfig(
    { MUSTER_ALLOWED_PRIVATE_HOSTS: new URL(sandboxUrl).host, MUSTER_LOG_LEVEL: 'warn' },
    { port: options.port, dataDir },
    dataDir,
  )
  const server = await startServer(config)
  try {
    const { signInLink, token, password } = await makeAdministrator(dataDir, server.url)
    const client = createClient({ url: server.url, token })
    const roster = await (await fetch(`${sandboxUrl}/_sandbox/roster.csv`)).text()
    await client('POST /staff/import', { query: {}, body: roster })
    const { enterpriseApiUrl: _, ...body } = github
    await client('PUT /apps/{app}', { params: { app: 'github' }, body })

    const ready = {
      url: server.url,
      signInLink,
      token,
      sandboxUrl,
      dataDir,
      email: administrator.email,
      password,
    }
    process.stdout.write(options.json ? `${JSON.stringify(ready)}\n` : welcome(options.staff, ready))
    await untilStop(server, once(sandbox.process, 'exit'))
  } finally {
    await server.stop()
  }
}

/** Every demo begins anew. A demo that is still running on this directory is left alone. */
async function emptyDirectory(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return
  // Starting the database is what tells whether somebody else has it.
  const database = await startEmbedded({ dataDir })
  await database.stop()
  await rm(dataDir, { recursive: true, force: true })
}

async function startSandboxProcess(staff: number, options: DemoOptions): Promise<SandboxProcess> {
  const program = join(import.meta.dirname, '../../sandbox/main.ts')
  const flags = ['--staff', String(staff), '--seed', options.seed, '--latency', options.latency]
  flags.push('--enterprise', options.enterprise, '--with-parent')
  for (const share of options.share) flags.push('--share', share)
  const child = spawn(process.execPath, [...process.execArgv, program, ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line') as Promise<string[]>,
    once(child, 'exit').then(() =>
      Promise.reject(new CommandError('The sandbox did not start; its words are above.')),
    ),
  ])
  return { process: child, ready: JSON.parse(line ?? '') as SandboxReady }
}

async function makeAdministrator(dataDir: string, publicUrl: string) {
  const embedded = await joinOrStartEmbedded({ dataDir })
  const database = openDatabase(embedded.url, { connections: 1 })
  try {
    const { id, email } = await createAdministrator(database.kysely, administrator)
    // Asked for again before credentials are changed, so the demo's administrator needs one.
    const password = newToken().slice(0, 16)
    const hash = await hashPassword(password)
    await database.kysely.transaction().execute((tx) => storePassword(tx, id, hash))
    return {
      password,
      signInLink: await createSignInLink(database.kysely, { email, publicUrl, minutes: 24 * 60 }),
      token: await createApiToken(database.kysely, { email }),
    }
  } finally {
    await database.close()
  }
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new CommandError(`${flag} takes a whole number from ${least} to ${most}.`)
}

function welcome(
  staff: string,
  ready: Record<'url' | 'signInLink' | 'sandboxUrl' | 'token' | 'email' | 'password', string>,
): string {
  return `
  Muster demo: acme, ${staff} made-up people, and a GitHub that answers like GitHub.

  Sign in     ${ready.signInLink}
              (once; after that ${ready.url} as ${ready.email}, password ${ready.password})
  API token   ${ready.token}
  Sandbox     ${ready.sandboxUrl}   (faults to switch on: sandbox/README.md)

  In Manage Staff select everybody and choose Actions › Connect with GitHub.
  Ctrl-C ends everything.
`
}
