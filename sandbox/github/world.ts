import type { KeyObject } from 'node:crypto'
import type { GitHubAccount, Organisation, SamlIdentity } from '../organisation/model.ts'
import { seeded } from '../organisation/random.ts'

export type Permission = 'read' | 'write'

/** A registered GitHub App. */
export interface App {
  id: number
  clientId: string
  slug: string
  name: string
  publicKey: KeyObject
}

/** The App's installation on the organisation. */
export interface Installation {
  id: number
  appId: number
  createdAt: string
  permissions: Record<string, Permission>
}

export interface InstallationToken {
  installationId: number
  /** Milliseconds since 1970. */
  issuedAt: number
  expiresAt: number
  permissions: Record<string, Permission>
}

/** An identity of the provider; `account` is null until a member claims it. */
export interface ExternalIdentity {
  id: number
  identity: SamlIdentity
  account: GitHubAccount | null
}

/** Where single sign-on is configured; only `org-saml` shows identities to an installation. */
export type Enterprise = 'org-saml' | 'enterprise-saml' | 'none'

export interface Settings {
  latencyMs: number
  tokenLifetimeSeconds: number
  /** Requests per hour (REST) and points per hour (GraphQL) of one installation. */
  restLimit: number
  graphqlLimit: number
}

/** Everything the sandbox GitHub knows; handlers read it, the control routes change it. */
export interface World {
  organization: { id: number; login: string; name: string; createdAt: string; repositories: string[] }
  enterprise: Enterprise
  domain: string
  /** Members by ascending id, which is the order of the directory. */
  accounts: GitHubAccount[]
  byLogin: Map<string, GitHubAccount>
  byId: Map<number, GitHubAccount>
  /** By ascending id. */
  identities: ExternalIdentity[]
  /** Those of current members; an identity outlives the membership of the account that claimed it. */
  memberIdentities: ExternalIdentity[]
  apps: App[]
  installation: Installation
  tokens: Map<string, InstallationToken>
  settings: Settings
}

/** What the product's set-up guide asks for. */
export const WANTED_PERMISSIONS: Record<string, Permission> = {
  members: 'read',
  metadata: 'read',
  contents: 'read',
  pull_requests: 'read',
  issues: 'read',
}

export interface WorldOptions {
  organisation: Organisation
  enterprise: Enterprise
  apps: App[]
  settings: Pick<Settings, 'latencyMs' | 'tokenLifetimeSeconds'>
}

export function makeWorld({ organisation, enterprise, apps, settings }: WorldOptions): World {
  const { login, name, githubAccounts, unclaimedIdentities } = organisation
  const world: World = {
    organization: {
      id: 41_870_123,
      login,
      name,
      createdAt: '2014-03-17T08:21:50Z',
      repositories: ['billing', 'handbook', 'web-shop'],
    },
    enterprise,
    domain: organisation.domain,
    accounts: [...githubAccounts],
    byLogin: new Map(),
    byId: new Map(),
    identities: identitiesOf(githubAccounts, unclaimedIdentities),
    memberIdentities: [],
    apps,
    installation: {
      id: 57_310_442,
      appId: apps[0]?.id ?? 0,
      createdAt: '2026-01-12T09:30:00Z',
      permissions: { ...WANTED_PERMISSIONS },
    },
    tokens: new Map(),
    settings: { ...settings, ...hourlyLimits(enterprise, githubAccounts.length) },
  }
  reindex(world)
  return world
}

/** Must follow every change of the accounts. */
export function reindex(world: World): void {
  world.accounts.sort((left, right) => left.id - right.id)
  world.byLogin = new Map(world.accounts.map((account) => [account.login.toLowerCase(), account]))
  world.byId = new Map(world.accounts.map((account) => [account.id, account]))
  world.memberIdentities = world.identities.filter(
    ({ account }) => account !== null && world.byId.has(account.id),
  )
}

/** Identities have an order of their own, so that nobody pairs them with members by position. */
function identitiesOf(accounts: GitHubAccount[], unclaimed: SamlIdentity[]): ExternalIdentity[] {
  const claimed = accounts.flatMap((account) =>
    account.saml === null ? [] : [{ identity: account.saml, account }],
  )
  const all = [...claimed, ...unclaimed.map((identity) => ({ identity, account: null }))]
  return seeded(7)
    .shuffled(all)
    .map((entry, at) => ({ id: 3_000_000 + at, ...entry }))
}

/** GitHub's documented allowances: fixed on Enterprise Cloud, otherwise growing with the members. */
function hourlyLimits(enterprise: Enterprise, members: number): Pick<Settings, 'restLimit' | 'graphqlLimit'> {
  if (enterprise !== 'none') return { restLimit: 15_000, graphqlLimit: 10_000 }
  const scaled = Math.min(12_500, 5000 + 50 * Math.max(0, members - 20))
  return { restLimit: scaled, graphqlLimit: scaled }
}
