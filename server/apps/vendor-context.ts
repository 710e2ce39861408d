import { appDescriptors } from '../../contract/apps/registry.ts'
import type { App } from '../../contract/words.ts'
import { type CallRecord, createEgress, type EgressOptions } from '../../vendors/egress.ts'
import {
  type Secret,
  type TokenCache,
  type Vendor,
  type VendorContext,
  VendorFailure,
} from '../../vendors/vendor.ts'
import type { Db } from '../db/handle.ts'
import { OperatorError } from '../operator-error.ts'
import type { Opener } from '../secrets/opener.ts'
import { tokenCache } from '../secrets/token-cache.ts'
import { findCandidate } from './candidates.store.ts'
import { sameOrigin } from './configuration.ts'
import { findInstalled } from './installed-app.store.ts'
import { AppNotInstalled, type OpenVendor, type VendorDeps } from './open-vendor.ts'
import { vendorPauses } from './vendor-pause.store.ts'

export interface VendorOptions {
  db: Db
  vendors: Partial<Record<App, Vendor>>
  opener: Opener
  outbound: Pick<EgressOptions, 'allowedPrivateHosts' | 'certificateAuthorities'>
  onCall?(call: CallRecord): void
}

/** For one call as a whole. GitHub itself gives up after 10 s; the rest is the way there and back. */
const DEADLINE_MS = 20_000
/** A page of 100 people with their identities has some 100 kB. */
const MAX_BODY_BYTES = 20_000_000

/** Opens apps with their stored settings and secrets: the worker's way to vendors. */
export function vendorDeps(options: VendorOptions): VendorDeps {
  const { db, opener } = options
  return {
    db,
    async openVendor(app) {
      const installed = await findInstalled(db, app)
      if (!installed) throw new AppNotInstalled(app)
      const { settings, revision } = installed
      const vendor = open(options, app, settings, {
        secret: (name) => opener.open(`app:${app}`, name),
        tokens: ofRevision(tokenCache(db, opener, app), revision),
      })
      return { ...vendor, revision }
    },
    async openCandidate(id) {
      const candidate = await findCandidate(db, id)
      if (!candidate) return undefined
      const { app, settings } = candidate
      return open(options, app, settings, {
        secret: async (name) =>
          (await opener.open(`candidate:${id}`, name)) ??
          (await installedSecret(options, app, settings, name)),
        tokens: inMemory(),
      })
    },
  }
}

/** What a changed form left out, if the form still speaks of the origin that it was entered for. */
async function installedSecret(
  { db, opener }: VendorOptions,
  app: App,
  settings: Record<string, unknown>,
  name: string,
): Promise<Secret | undefined> {
  const installed = await findInstalled(db, app)
  const same = installed && sameOrigin(appDescriptors[app], installed.settings, settings)
  return same ? opener.open(`app:${app}`, name) : undefined
}

interface Credentials {
  secret(name: string): Promise<Secret | undefined>
  tokens: TokenCache
}

function open(
  { db, vendors, outbound, onCall }: VendorOptions,
  app: App,
  settings: Record<string, unknown>,
  { secret, tokens }: Credentials,
): OpenVendor {
  const vendor = vendors[app]
  if (!vendor) throw new AppNotInstalled(app)
  const egress = createEgress({
    app,
    ...vendor.outbound(settings),
    ...outbound,
    pauses: vendorPauses(db),
    deadlineMs: DEADLINE_MS,
    maxBodyBytes: MAX_BODY_BYTES,
    onCall,
  })
  const context: VendorContext = {
    settings,
    secret: (name) => openSecret(app, name, secret),
    egress,
    tokens,
    now: () => new Date(),
  }
  return {
    organization: typeof settings.organization === 'string' ? settings.organization : undefined,
    probe: () => vendor.probe(context),
    readDirectory: (cursor) => vendor.readDirectory(context, cursor),
    close: () => egress.close(),
  }
}

/** A secret that is missing or does not open is mended where it was entered, so it is the credential's fault. */
async function openSecret(app: App, name: string, secret: Credentials['secret']): Promise<Secret> {
  try {
    const value = await secret(name)
    if (value) return value
    throw unusable(app, `“${name}” is not stored`)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    throw unusable(app, `“${name}” as it is stored does not open with this server’s key`)
  }
}

function unusable(app: App, fact: string): VendorFailure {
  return new VendorFailure({
    code: 'app_credential_invalid',
    step: 'token',
    at: new Date().toISOString(),
    details: { app, fact },
    evidence: {},
  })
}

/** A token that was got with one configuration is never used with another. */
function ofRevision(tokens: TokenCache, revision: string): TokenCache {
  const named = (key: string) => `${revision} ${key}`
  return {
    get: (key) => tokens.get(named(key)),
    set: (key, value, expiresAt) => tokens.set(named(key), value, expiresAt),
    delete: (key) => tokens.delete(named(key)),
  }
}

function inMemory(): TokenCache {
  const tokens = new Map<string, string>()
  return {
    get: async (key) => tokens.get(key),
    set: async (key, value) => void tokens.set(key, value),
    delete: async (key) => void tokens.delete(key),
  }
}
