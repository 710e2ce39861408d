import type { GithubSettings } from '../../contract/apps/github.ts'
import type { Outbound } from '../egress.ts'

/** Where one GitHub is reached, by programs and by people. */
export interface GithubAddresses {
  /** REST base without a slash at the end. */
  rest: string
  graphql: string
  /** Where people open GitHub in a browser. */
  web: string
}

/**
 * From the stored API address:
 *
 * - `https://api.github.com` → GraphQL at `…/graphql`, people at `https://github.com`
 * - `https://api.NAME.ghe.com` (data residency) → people at `https://NAME.ghe.com`
 * - `https://HOST/api/v3` (GitHub Enterprise Server) → GraphQL at `https://HOST/api/graphql`
 * - any other base B → GraphQL at `B/graphql`
 */
export function githubAddresses(apiUrl: string): GithubAddresses {
  const rest = apiUrl.replace(/\/+$/, '')
  const { protocol, host, origin } = new URL(rest)
  if (rest.endsWith('/api/v3')) return { rest, graphql: rest.replace(/\/v3$/, '/graphql'), web: origin }
  const web =
    host === 'api.github.com' || host.endsWith('.ghe.com')
      ? `${protocol}//${host.replace(/^api\./, '')}`
      : origin
  return { rest, graphql: `${rest}/graphql`, web }
}

/** Every call the GitHub app makes; the two POSTs make a token and ask a question. */
export function githubOutbound({ apiUrl }: Pick<GithubSettings, 'apiUrl'>): Outbound {
  const { rest, graphql } = githubAddresses(apiUrl)
  const base = new URL(rest).pathname.replace(/\/+$/, '')
  return {
    origin: new URL(rest).origin,
    endpoints: [
      `GET ${base}/app`,
      `GET ${base}/app/installations/{installation_id}`,
      `GET ${base}/orgs/{org}/installation`,
      `POST ${base}/app/installations/{installation_id}/access_tokens`,
      `POST ${new URL(graphql).pathname}`,
    ],
  }
}

/** The pages on which an owner of the organization or of the app mends things. */
export function githubPages({ apiUrl, organization }: Pick<GithubSettings, 'apiUrl' | 'organization'>) {
  const { web } = githubAddresses(apiUrl)
  const settings = `${web}/organizations/${organization}/settings`
  const installations = `${settings}/installations`
  return {
    apps: `${settings}/apps`,
    /** Holds the list of allowed IP addresses. */
    security: `${settings}/security`,
    installation: (id: number | undefined) => (id === undefined ? installations : `${installations}/${id}`),
    /** Where an owner accepts permissions that the app asks for by now. */
    acceptPermissions: (id: number) => `${installations}/${id}/permissions/update`,
    /** Where the app's owner makes it ask for permissions. */
    appPermissions: (appOwner: string, slug: string) =>
      `${web}/organizations/${appOwner}/settings/apps/${slug}/permissions`,
  }
}
