import type { GitHubAccount } from '../organisation/model.ts'
import type { Exchange } from './exchange.ts'
import { nodeId } from './node-ids.ts'
import type { App } from './world.ts'

const SITE = 'https://github.com'
const EVENTS = ['organization', 'pull_request', 'pull_request_review', 'push']

interface Named {
  id: number
  login: string
}

/** GitHub's `simple-user`, which also stands for organisations. */
export function simpleUser(
  apiUrl: string,
  { id, login }: Named,
  type: 'User' | 'Organization' = 'User',
): object {
  const url = `${apiUrl}/users/${login}`
  return {
    login,
    id,
    node_id: nodeId(type === 'User' ? 'user' : 'organization', id),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `${SITE}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  }
}

/** GitHub's `public-user`: what anybody may see of an account. */
export function publicUser({ apiUrl, faults }: Exchange, account: GitHubAccount): object {
  const hidden = faults.has('profiles_private')
  return {
    ...simpleUser(apiUrl, account),
    name: hidden ? null : account.name,
    company: null,
    blog: '',
    location: null,
    email: hidden ? null : account.publicEmail,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 3,
    public_gists: 0,
    followers: 5,
    following: 2,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  }
}

/** GitHub's `organization-full`, as somebody sees it who is not its owner. */
export function organization({ apiUrl, world }: Exchange): object {
  const { id, login, name, createdAt } = world.organization
  const url = `${apiUrl}/orgs/${login}`
  return {
    login,
    id,
    node_id: nodeId('organization', id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    description: null,
    name,
    is_verified: true,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${SITE}/${login}`,
    created_at: createdAt,
    updated_at: createdAt,
    archived_at: null,
    type: 'Organization',
  }
}

/** GitHub's `integration`: the App itself. */
export function integration({ apiUrl, world, faults }: Exchange, app: App): object {
  const { organization: owner, installation } = world
  const installed = installation.appId === app.id && !faults.has('installation_removed')
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId('app', app.id),
    owner: simpleUser(apiUrl, owner, 'Organization'),
    name: app.name,
    description: '',
    external_url: 'https://muster.example',
    html_url: `${SITE}/apps/${app.slug}`,
    created_at: '2026-01-10T10:00:00Z',
    updated_at: '2026-01-10T10:00:00Z',
    permissions: installation.permissions,
    events: EVENTS,
    installations_count: installed ? 1 : 0,
  }
}

/** GitHub's `installation`, with the permissions and the suspension as they are now. */
export function installation(exchange: Exchange, permissions: Record<string, string>): object {
  const { apiUrl, world, faults } = exchange
  const {
    organization: account,
    installation: { id, appId, createdAt },
  } = world
  const app = world.apps.find((candidate) => candidate.id === appId)
  const suspended = faults.get('installation_suspended')
  const owner = world.accounts[0]
  return {
    id,
    client_id: app?.clientId,
    account: simpleUser(apiUrl, account, 'Organization'),
    repository_selection: 'all',
    access_tokens_url: `${apiUrl}/app/installations/${id}/access_tokens`,
    repositories_url: `${apiUrl}/installation/repositories`,
    html_url: `${SITE}/organizations/${account.login}/settings/installations/${id}`,
    app_id: appId,
    app_slug: app?.slug ?? '',
    target_id: account.id,
    target_type: 'Organization',
    permissions,
    events: EVENTS,
    created_at: createdAt,
    updated_at: createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: suspended === undefined || owner === undefined ? null : simpleUser(apiUrl, owner),
    suspended_at: suspended === undefined ? null : new Date(suspended.setAt).toISOString(),
  }
}
