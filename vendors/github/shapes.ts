import { z } from 'zod'

/** What is used of GitHub's answers; nothing is believed that does not fit. */

const permissions = z.record(z.string(), z.string())

/** `GET /app` */
export const appShape = z.object({
  slug: z.string().min(1),
  name: z.string(),
  owner: z.object({ login: z.string().min(1) }),
  permissions,
})
export type GithubApp = z.infer<typeof appShape>

/** `GET /app/installations/{id}`, `GET /orgs/{org}/installation` */
export const installationShape = z.object({
  id: z.int().positive(),
  account: z.object({ login: z.string().min(1), type: z.string() }),
  repository_selection: z.string(),
  permissions,
  suspended_at: z.string().nullish(),
})
export type GithubInstallation = z.infer<typeof installationShape>

/** `POST /app/installations/{id}/access_tokens`; the token's form changed before and is not looked at. */
export const tokenShape = z.object({ token: z.string().min(1), expires_at: z.iso.datetime() })

/** The body of every REST error, and of GraphQL errors that are not answered with 200. */
export const errorShape = z.object({ message: z.string() })

export const graphqlErrorShape = z.object({
  message: z.string(),
  type: z.string().optional(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
})
export type GraphqlError = z.infer<typeof graphqlErrorShape>

export const graphqlShape = z.object({
  data: z.unknown().optional(),
  errors: z.array(graphqlErrorShape).optional(),
})

const count = z.int().nonnegative()
const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })
const addresses = z
  .array(z.object({ value: z.string() }))
  .nullish()
  .transform((emails) => emails?.map((email) => email.value) ?? [])

const member = z.object({
  databaseId: z.int().positive(),
  login: z.string().min(1),
  name: z.string().nullable(),
  email: z.string(),
  organizationVerifiedDomainEmails: z.array(z.string()),
})
export type GithubMember = z.infer<typeof member>

const identity = z.object({
  samlIdentity: z
    .object({ nameId: z.string().nullable(), username: z.string().nullable(), emails: addresses })
    .nullable(),
  scimIdentity: z.object({ username: z.string().nullable(), emails: addresses }).nullable(),
  /** Null where nobody has claimed the identity yet. */
  user: z.object({ databaseId: z.int().positive() }).nullable(),
})
export type GithubIdentity = z.infer<typeof identity>

export const directoryShape = z.object({
  organization: z.object({
    membersWithRole: z.object({ totalCount: count, pageInfo, nodes: z.array(member) }).optional(),
    samlIdentityProvider: z
      .object({ externalIdentities: z.object({ totalCount: count, pageInfo, nodes: z.array(identity) }) })
      .nullish(),
  }),
})

export const overviewShape = z.object({
  organization: z.object({
    membersWithRole: z.object({
      totalCount: count,
      nodes: z.array(member.pick({ email: true, organizationVerifiedDomainEmails: true })),
    }),
    samlIdentityProvider: z.object({ externalIdentities: z.object({ totalCount: count }) }).nullable(),
    repositories: z.object({ totalCount: count }),
  }),
})
export type Overview = z.infer<typeof overviewShape>['organization']
