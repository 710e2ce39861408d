/** GitHub's key of a permission, as in `installation.permissions`, and the words of GitHub's screens. */
const screenNames: Record<string, string> = {
  members: 'Organization members',
  metadata: 'Repository metadata',
  contents: 'Contents',
  pull_requests: 'Pull requests',
}

/** What the app needs, in the order of GitHub's screens; reading is enough for each. */
export const neededPermissions = ['members', 'metadata', 'contents', 'pull_requests'] as const

/** "Organization members: read" */
export function permissionName(key: string, access = 'read'): string {
  return `${screenNames[key] ?? key.replaceAll('_', ' ')}: ${access}`
}

/**
 * Names what the header `X-Accepted-GitHub-Permissions` asks for. `members=read,contents=read` wants both; of
 * alternatives (after a semicolon) the first is named.
 */
export function acceptedPermissions(header: string | undefined): string | undefined {
  const wanted = header?.split(';')[0]?.split(',') ?? []
  const names = wanted.flatMap((entry) => {
    const match = /^\s*(\w+)=(\w+)\s*$/.exec(entry)
    return match?.[1] ? [permissionName(match[1], match[2])] : []
  })
  return names.join(' and ') || undefined
}

/** Which permission a part of a GraphQL answer needs, by the path of the error. */
export function permissionOfPath(path: readonly (string | number)[] | undefined): string | undefined {
  if (path?.includes('repositories')) return permissionName('metadata')
  if (path?.includes('membersWithRole') || path?.includes('samlIdentityProvider'))
    return permissionName('members')
  return undefined
}
