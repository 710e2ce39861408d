import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql'
import type { GitHubAccount } from '../organisation/model.ts'
import { connection, GitHubQueryError, type PageArguments } from './connection.ts'
import type { Exchange } from './exchange.ts'
import { nodeId } from './node-ids.ts'
import type { ExternalIdentity, Permission } from './world.ts'

/** What the resolvers of one query share. */
export interface QueryContext {
  exchange: Exchange
  permissions: Record<string, Permission>
  /** Null on a server that counts no limits. */
  rateLimit: object | null
}

type Args<T> = (args: T, context: QueryContext, info: GraphQLResolveInfo) => unknown

/** Plain property access; what GitHub has and the sandbox does not is said, never made up. */
export const fieldResolver: GraphQLFieldResolver<unknown, QueryContext> = (source, args, context, info) => {
  const { fieldName, parentType } = info
  const known = typeof source === 'object' && source !== null && fieldName in source
  if (!known) {
    throw new GitHubQueryError(
      'NOT_IN_SANDBOX',
      `The sandbox does not serve ${parentType.name}.${fieldName}.`,
    )
  }
  const value: unknown = Reflect.get(source, fieldName)
  return typeof value === 'function' ? value.call(source, args, context, info) : value
}

function require(context: QueryContext, permission: string): void {
  if (permission in context.permissions) return
  throw new GitHubQueryError('FORBIDDEN', 'Resource not accessible by integration', { saml_failure: false })
}

/** GraphQL `User`. */
class User {
  readonly __typename = 'User'
  readonly #account: GitHubAccount
  readonly #hidden: boolean
  constructor(account: GitHubAccount, { faults }: Exchange) {
    this.#account = account
    this.#hidden = faults.has('profiles_private')
  }
  get id(): string {
    return nodeId('user', this.#account.id)
  }
  get databaseId(): number {
    return this.#account.id
  }
  get login(): string {
    return this.#account.login
  }
  get name(): string | null {
    return this.#hidden ? null : this.#account.name
  }
  /** Empty, not null, when it is not public. */
  get email(): string {
    return this.#hidden ? '' : (this.#account.publicEmail ?? '')
  }
  get url(): string {
    return `https://github.com/${this.#account.login}`
  }
  get resourcePath(): string {
    return `/${this.#account.login}`
  }
  get createdAt(): string {
    return this.#account.createdAt
  }
  get updatedAt(): string {
    return this.#account.createdAt
  }
  get avatarUrl(): string {
    return `https://avatars.githubusercontent.com/u/${this.#account.id}?v=4`
  }
  readonly company = null
  readonly location = null
  readonly bio = null
  readonly isSiteAdmin = false
  readonly isViewer = false
  organizationVerifiedDomainEmails({ login }: { login: string }, context: QueryContext): string[] {
    require(context, 'members')
    const { world, faults } = context.exchange
    const ours = login.toLowerCase() === world.organization.login
    return ours && !faults.has('verified_domains_off') ? this.#account.verifiedDomainEmails : []
  }
}

function externalIdentity({ id, identity, account }: ExternalIdentity, exchange: Exchange): object {
  const { guid, nameId, username, emails, scim } = identity
  const typed = (list: typeof emails): object[] => list.map((email) => ({ ...email, type: 'work' }))
  const unsaid = { givenName: null, familyName: null, groups: null }
  return {
    __typename: 'ExternalIdentity',
    id: nodeId('identity', id),
    guid,
    samlIdentity: { nameId, username, emails: typed(emails), attributes: [], ...unsaid },
    scimIdentity: scim === null ? null : { username: scim.username, emails: typed(scim.emails), ...unsaid },
    user: account === null ? null : new User(account, exchange),
    organizationInvitation: null,
  }
}

interface IdentityArguments extends PageArguments {
  membersOnly?: boolean | null
  login?: string | null
  userName?: string | null
}

const externalIdentities: Args<IdentityArguments> = (args, { exchange }, info) => {
  const { identities, memberIdentities } = exchange.world
  const { membersOnly, login, userName } = args
  const all = membersOnly ? memberIdentities : identities
  const filtered = login != null || userName != null
  const asked = !filtered
    ? all
    : all.filter(({ identity, account }) => {
        if (login != null && account?.login.toLowerCase() !== login.toLowerCase()) return false
        return userName == null || identity.username === userName || identity.nameId === userName
      })
  return connection(asked, args, info, exchange.faults, (entry) => externalIdentity(entry, exchange))
}

function organization(exchange: Exchange): object {
  const { world, faults } = exchange
  const { id, login, name, createdAt, repositories } = world.organization
  return {
    __typename: 'Organization',
    id: nodeId('organization', id),
    databaseId: id,
    login,
    name,
    createdAt,
    url: `https://github.com/${login}`,
    resourcePath: `/${login}`,
    description: null,
    email: null,
    isVerified: true,
    membersWithRole: ((args, context, info) => {
      require(context, 'members')
      return connection(world.accounts, args, info, faults, (account) => new User(account, exchange))
    }) satisfies Args<PageArguments>,
    samlIdentityProvider: ((_args, context) => {
      require(context, 'members')
      if (world.enterprise !== 'org-saml' || faults.has('saml_off')) return null
      return {
        __typename: 'OrganizationIdentityProvider',
        id: nodeId('provider', id),
        ssoUrl: 'https://idp.acme.example/sso/saml',
        issuer: 'https://idp.acme.example',
        externalIdentities,
      }
    }) satisfies Args<unknown>,
    repositories: ((args, context, info) => {
      require(context, 'metadata')
      const entries = repositories.map((repository, at) => ({ id: 600_000 + at, repository }))
      return connection(entries, args, info, faults, ({ id: databaseId, repository }) => ({
        __typename: 'Repository',
        id: nodeId('repository', databaseId),
        databaseId,
        name: repository,
        nameWithOwner: `${login}/${repository}`,
        isPrivate: true,
      }))
    }) satisfies Args<PageArguments>,
  }
}

/** The entry points of a query. */
export const rootValue = {
  organization: (({ login }, { exchange }) => {
    if (login.toLowerCase() === exchange.world.organization.login) return organization(exchange)
    throw new GitHubQueryError(
      'NOT_FOUND',
      `Could not resolve to an Organization with the login of '${login}'.`,
    )
  }) satisfies Args<{ login: string }>,
  user: (({ login }, { exchange }) => {
    const account = exchange.world.byLogin.get(login.toLowerCase())
    if (account !== undefined) return new User(account, exchange)
    throw new GitHubQueryError('NOT_FOUND', `Could not resolve to a User with the login of '${login}'.`)
  }) satisfies Args<{ login: string }>,
  rateLimit: ((_args, { rateLimit }) => rateLimit) satisfies Args<unknown>,
}
