/** Every GraphQL document sent to GitHub; a test checks each against GitHub's published schema. */

/** One call that proves reading of members and repositories, and shows what people could be found by. */
export const overviewQuery = /* GraphQL */ `
query Overview($org: String!) {
  organization(login: $org) {
    membersWithRole(first: 100) {
      totalCount
      nodes { email organizationVerifiedDomainEmails(login: $org) }
    }
    samlIdentityProvider { externalIdentities(first: 1, membersOnly: true) { totalCount } }
    repositories(first: 1) { totalCount }
  }
}`

/**
 * One page of members and one of single sign-on identities in the same call. Two cursors: whichever list ends
 * first is left out of the calls that follow.
 */
export const directoryQuery = /* GraphQL */ `
query Directory(
  $org: String!
  $first: Int!
  $withMembers: Boolean!
  $membersAfter: String
  $withIdentities: Boolean!
  $identitiesAfter: String
) {
  organization(login: $org) {
    membersWithRole(first: $first, after: $membersAfter) @include(if: $withMembers) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { databaseId login name email organizationVerifiedDomainEmails(login: $org) }
    }
    samlIdentityProvider @include(if: $withIdentities) {
      externalIdentities(first: $first, after: $identitiesAfter, membersOnly: true) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          samlIdentity { nameId username emails { value } }
          scimIdentity { username emails { value } }
          user { databaseId }
        }
      }
    }
  }
}`
