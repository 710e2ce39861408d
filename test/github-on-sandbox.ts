import { afterAll, afterEach, onTestFinished } from 'vitest'
import { type GithubSettings, githubConfig } from '../contract/apps/github.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/start.ts'
import { createEgress, type EgressOptions } from '../vendors/egress.ts'
import { github } from '../vendors/github/index.ts'
import {
  type DirectoryAccount,
  type DirectoryKey,
  type VendorContext,
  VendorFailure,
} from '../vendors/vendor.ts'

/** A sandbox GitHub for one test file; faults are cleared after each test. */
export async function sandboxForTests(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options)
  afterEach(() => {
    sandbox.github.clearFaults()
    sandbox.github.resetCalls()
  })
  afterAll(() => sandbox.close())
  return sandbox
}

/** What a worker would hand to the GitHub app, with tokens and pauses kept in memory. */
export function contextFor(
  sandbox: Sandbox,
  changes: {
    settings?: Partial<Record<keyof GithubSettings, unknown>>
    privateKey?: string
    egress?: Partial<EgressOptions>
  } = {},
) {
  const { apiUrl, appId, organization, privateKeyPem, webhookSecret } = sandbox.github
  const privateKey = changes.privateKey ?? privateKeyPem
  const {
    privateKey: _,
    webhookSecret: __,
    ...settings
  } = githubConfig.parse({
    apiUrl,
    appId,
    organization,
    webhookSecret,
    ...changes.settings,
    privateKey: privateKeyPem,
  })
  const stored = new Map<string, { value: string; expiresAt: Date }>()
  const pauses = new Map<string, Date>()
  const egress = createEgress({
    app: 'github',
    ...github.outbound(settings),
    allowedPrivateHosts: { hosts: [new URL(sandbox.url).host], ranges: [] },
    pauses: {
      until: async (_app, _host, resource) => pauses.get(resource) ?? null,
      pause: async (_app, _host, resource, until) => {
        pauses.set(resource, until)
      },
    },
    deadlineMs: 10_000,
    maxBodyBytes: 5_000_000,
    ...changes.egress,
  })
  onTestFinished(() => egress.close())
  const context: VendorContext<GithubSettings> = {
    settings,
    secret: async () => ({ reveal: () => privateKey }),
    egress,
    tokens: {
      get: async (key) => {
        const found = stored.get(key)
        return found && found.expiresAt > new Date() ? found.value : undefined
      },
      set: async (key, value, expiresAt) => {
        stored.set(key, { value, expiresAt })
      },
      delete: async (key) => {
        stored.delete(key)
      },
    },
    now: () => new Date(),
  }
  return { context, stored, pauses }
}

/** Walks the directory from the start to its end marker. */
export async function readAll(context: VendorContext<GithubSettings>) {
  const accounts: DirectoryAccount[] = []
  const keys: DirectoryKey[] = []
  let cursor: string | null = null
  let pages = 0
  do {
    const page = await github.readDirectory(context, cursor)
    accounts.push(...page.accounts)
    keys.push(...page.keys)
    cursor = page.next
    pages += 1
  } while (cursor !== null)
  return { accounts, keys, pages }
}

/** The failure a promise ends in. */
export async function failureOf(promise: Promise<unknown>): Promise<VendorFailure> {
  const error = await promise.then(
    () => new Error('nothing went wrong'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof VendorFailure) return error
  throw error
}
