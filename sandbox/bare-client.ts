/** A client without any cleverness, for the sandbox's own tests: it sends what it is told and hands back what came. */
import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Sandbox } from './start.ts'

export interface Reply {
  status: number
  headers: Headers
  text: string
  /** The body read as JSON; undefined where it is none. */
  json: unknown
}

export interface JwtClaims {
  iat?: unknown
  exp?: unknown
  iss?: unknown
}

export const seconds = (): number => Math.floor(Date.now() / 1000)

/** An App JWT as GitHub's guide makes it, with any claim replaced. */
export function appJwt(
  sandbox: Sandbox,
  claims: JwtClaims = {},
  pem = sandbox.github.privateKeyPem,
): Promise<string> {
  const payload = { iat: seconds() - 60, exp: seconds() + 540, iss: sandbox.github.appId, ...claims }
  return new SignJWT(payload as Record<string, unknown>)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .sign(createPrivateKey(pem))
}

export async function send(url: string, credential?: string, init: RequestInit = {}): Promise<Reply> {
  const headers = {
    'user-agent': 'sandbox-test',
    ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
  }
  const response = await fetch(url, { ...init, headers })
  const text = await response.text()
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = undefined
  }
  return { status: response.status, headers: response.headers, text, json }
}

/** One value inside a JSON body: `at(body, 'data', 'organization', 'login')`. */
export function at(value: unknown, ...keys: (string | number)[]): unknown {
  let found = value
  for (const key of keys)
    found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined
  return found
}

export async function appGet(sandbox: Sandbox, path: string): Promise<Reply> {
  return send(`${sandbox.github.apiUrl}${path}`, await appJwt(sandbox))
}

export async function mint(sandbox: Sandbox, body?: object): Promise<Reply> {
  const url = `${sandbox.github.apiUrl}/app/installations/${sandbox.github.installationId}/access_tokens`
  return send(url, await appJwt(sandbox), {
    method: 'POST',
    body: body === undefined ? null : JSON.stringify(body),
  })
}

export async function tokenOf(sandbox: Sandbox): Promise<string> {
  return String(at((await mint(sandbox)).json, 'token'))
}

export function get(sandbox: Sandbox, token: string, path: string): Promise<Reply> {
  return send(`${sandbox.github.apiUrl}${path}`, token)
}

export function graphql(
  sandbox: Sandbox,
  token: string | undefined,
  query: string,
  variables: object = {},
): Promise<Reply> {
  return send(`${sandbox.github.apiUrl}/graphql`, token, {
    method: 'POST',
    body: JSON.stringify({ query, variables }),
  })
}

/** Everything the product wants of the directory, in one query. */
export const DIRECTORY = `query Directory($org: String!, $members: String, $identities: String) {
  rateLimit { limit cost remaining used nodeCount resetAt }
  organization(login: $org) {
    id databaseId login
    membersWithRole(first: 100, after: $members) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { databaseId login name email organizationVerifiedDomainEmails(login: $org) }
    }
    samlIdentityProvider {
      ssoUrl
      externalIdentities(first: 100, after: $identities, membersOnly: true) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes {
          guid
          samlIdentity { nameId username emails { value primary } }
          scimIdentity { username emails { value primary } }
          user { databaseId login }
        }
      }
    }
    repositories(first: 1) { totalCount nodes { nameWithOwner } }
  }
}`
