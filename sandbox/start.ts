import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { control } from './control.ts'
import { type AccountChange, changeAccount } from './github/account-changes.ts'
import { appKeys } from './github/app-keys.ts'
import type { CallCounts } from './github/calls.ts'
import { type FaultSpec, faultSchema } from './github/faults.ts'
import { githubSchema } from './github/graphql.ts'
import { githubServer } from './github/server.ts'
import { type App, type Enterprise, makeWorld, type Settings } from './github/world.ts'
import type { GitHubAccount, Organisation, Shares } from './organisation/model.ts'
import { makeOrganisation } from './organisation/organisation.ts'
import { rosterCsv } from './organisation/roster.ts'

export interface SandboxOptions {
  /** 0 or absent: any free port. */
  port?: number
  /** People on the roster (500). */
  staff?: number
  seed?: number
  shares?: Partial<Shares>
  /** Where the organisation's single sign-on is configured (`org-saml`). */
  enterprise?: Enterprise
  /** Added to every answer of a vendor (0). */
  latencyMs?: number
  /** Life of an installation token (3600). */
  tokenLifetimeSeconds?: number
}

export interface SandboxGitHub {
  /** REST base; GraphQL is at `<apiUrl>/graphql`. */
  apiUrl: string
  /** The same GitHub as an Enterprise Server: `…/api/v3`, with GraphQL at `…/api/graphql`. */
  enterpriseApiUrl: string
  appId: string
  clientId: string
  privateKeyPem: string
  /** A good key, but of another App, which is installed nowhere. */
  otherPrivateKeyPem: string
  otherAppId: string
  webhookSecret: string
  organization: string
  installationId: number
  calls(): CallCounts
  resetCalls(): void
  setFault(fault: FaultSpec): void
  clearFaults(): void
  /** Changes an account by its id and returns it. */
  changeAccount(id: number, change: AccountChange): GitHubAccount
  changeSettings(settings: Partial<Settings>): void
}

export interface Sandbox {
  /** Without a slash at the end. */
  url: string
  port: number
  organisation: Organisation
  github: SandboxGitHub
  rosterCsv(): string
  close(): Promise<void>
}

/** Starts the sandbox on loopback and resolves when it answers. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    port = 0,
    staff,
    seed,
    shares,
    enterprise = 'org-saml',
    latencyMs = 0,
    tokenLifetimeSeconds = 3600,
  } = options
  const organisation = makeOrganisation({ staff, seed, shares })
  const [key, otherKey] = await appKeys()
  const app: App = {
    id: 812_044,
    clientId: 'Iv23liMusterSandbox1',
    slug: 'muster-acme',
    name: 'Muster (Acme)',
    publicKey: key.publicKey,
  }
  const otherApp: App = {
    id: 640_977,
    clientId: 'Iv23liOtherSandbox02',
    slug: 'somebody-else',
    name: 'Somebody else',
    publicKey: otherKey.publicKey,
  }
  const world = makeWorld({
    organisation,
    enterprise,
    apps: [app, otherApp],
    settings: { latencyMs, tokenLifetimeSeconds },
  })
  githubSchema()
  const github = githubServer(world)
  const state = { organisation, github }

  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      if (await github.handle(request, response, url)) return
      await control(state, request, response)
    }
    serve().catch((error: unknown) => {
      console.error('The sandbox failed to answer', request.method, request.url, error)
      response.destroy()
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  const url = `http://127.0.0.1:${bound}`

  return {
    url,
    port: bound,
    organisation,
    github: {
      apiUrl: `${url}/github`,
      enterpriseApiUrl: `${url}/ghes/api/v3`,
      appId: String(app.id),
      clientId: app.clientId,
      privateKeyPem: key.privateKeyPem,
      otherPrivateKeyPem: otherKey.privateKeyPem,
      otherAppId: String(otherApp.id),
      webhookSecret: randomBytes(20).toString('hex'),
      organization: organisation.login,
      installationId: world.installation.id,
      calls: () => github.calls.counts(),
      resetCalls: () => github.calls.reset(),
      setFault: (fault) => github.faults.set(faultSchema.parse(fault)),
      clearFaults: () => github.faults.clear(),
      changeAccount: (id, change) => changeAccount(world, organisation, id, change),
      changeSettings: (settings) => {
        Object.assign(world.settings, settings)
        github.allowances.reset()
      },
    },
    rosterCsv: () => rosterCsv(organisation.people),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
