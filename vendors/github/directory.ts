import type { GithubSettings } from '../../contract/apps/github.ts'
import { type DirectoryPage, type VendorContext, VendorFailure } from '../vendor.ts'
import { distinctKeys, identityKeys, memberAccount, memberKeys } from './account.ts'
import { type GithubClient, githubClient } from './client.ts'
import { failure, shapeFault } from './faults.ts'
import { directoryQuery } from './queries.ts'
import { directoryShape } from './shapes.ts'
import {
  advance,
  closeWalk,
  type ListPage,
  type ListState,
  largestPage,
  openWalk,
  smallestPage,
  type WalkState,
} from './walk.ts'

/**
 * One call: the next 100 members and, beside them, the next 100 single sign-on identities, so that a whole
 * directory takes ⌈max(members, identities) / 100⌉ calls. An identity may stand on another page than its member;
 * keys carry the member's id for that.
 */
export async function readGithubDirectory(
  context: VendorContext<GithubSettings>,
  cursor: string | null,
): Promise<DirectoryPage> {
  const client = githubClient(context, 'directory')
  const walk = openWalk(cursor)
  // Left behind by another version: reading starts anew.
  if (!walk) throw new VendorFailure(failure(client.asked('graphql'), 'cursor_expired'))
  const { pageSize, organization } = await askForPage(client, context.settings.organization, walk)
  const { membersWithRole, samlIdentityProvider } = organization

  const step = (list: ListState, page: ListPage | undefined, what: string): ListState => {
    if (list.done) return list
    return believed(client, page ? advance(list, page, what) : `no ${what} any more`)
  }
  const members = step(walk.members, membersWithRole, 'members')
  // Without a provider at the start there are no identities; one that goes away in the middle is another matter.
  const identities =
    samlIdentityProvider || walk.identities.after !== null
      ? step(walk.identities, samlIdentityProvider?.externalIdentities, 'identities')
      : { ...walk.identities, done: true }
  if (members.promised === 0) believed(client, 'an organization without any member')

  const people = membersWithRole?.nodes ?? []
  const accounts = people.map(memberAccount)
  if (new Set(accounts.map((account) => account.externalId)).size < accounts.length)
    believed(client, 'a member twice on one page')
  const claimed = samlIdentityProvider?.externalIdentities.nodes ?? []
  return {
    accounts,
    keys: distinctKeys([...people.flatMap(memberKeys), ...claimed.flatMap(identityKeys)]),
    next: closeWalk({ members, identities, pageSize: Math.min(largestPage, pageSize * 2) }),
    total: membersWithRole?.totalCount,
  }
}

/**
 * GitHub gives up on a question after ten seconds (502, 504): the same page is asked for at half the size until
 * it fits. The next page grows again.
 */
async function askForPage(client: GithubClient, org: string, { members, identities, pageSize }: WalkState) {
  const variables = {
    org,
    withMembers: !members.done,
    membersAfter: members.after,
    withIdentities: !identities.done,
    identitiesAfter: identities.after,
  }
  for (let first = pageSize; ; first = Math.floor(first / 2)) {
    try {
      const { organization } = await client.graphql(directoryQuery, { ...variables, first }, directoryShape)
      return { organization, pageSize: first }
    } catch (error) {
      if (Math.floor(first / 2) < smallestPage || !isTooHeavy(error)) throw error
    }
  }
}

/** A busy GitHub that states a time wants to be left alone; one that does not may just have too much to carry. */
function isTooHeavy(error: unknown): boolean {
  if (!(error instanceof VendorFailure)) return false
  const { code, evidence } = error.failure
  return code === 'vendor_busy' && evidence.httpStatus !== 503
}

function believed(client: GithubClient, state: ListState | string): ListState {
  if (typeof state !== 'string') return state
  throw new VendorFailure(shapeFault(client.asked('graphql'), `it lists ${state}`).failure)
}
