import { randomBytes } from 'node:crypto'
import { compactVerify, decodeJwt, type JWTPayload } from 'jose'
import { type Answer, type Caller, type Exchange, refusal } from './exchange.ts'
import { preciseNow } from './faults.ts'
import type { App, InstallationToken, Permission, World } from './world.ts'

const UNDECODABLE = 'A JSON web token could not be decoded'
const ISSUED_AT =
  "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
const EXPIRES =
  "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
const TOO_FAR = "'Expiration time' claim ('exp') is too far in the future"
const TEN_MINUTES = 600

function bearer(exchange: Exchange): string | null {
  const [scheme = '', credential] = (exchange.headers.authorization ?? '').split(' ')
  return credential !== undefined && /^(bearer|token)$/i.test(scheme) ? credential : null
}

function claimsOf(token: string): JWTPayload | null {
  try {
    return decodeJwt(token)
  } catch {
    return null
  }
}

/**
 * The App a JWT speaks for, or GitHub's refusal: the signature must be by the App's key with RS256, `iat`
 * in the past, `exp` in the future and at most ten minutes away, both by GitHub's clock, to the second.
 */
export async function authenticateApp(exchange: Exchange): Promise<App | Answer> {
  const token = bearer(exchange)
  const claims = token === null ? null : claimsOf(token)
  if (token === null || claims === null) return refusal(401, UNDECODABLE)
  const issuer = String(claims.iss ?? '')
  const app = exchange.world.apps.find(({ id, clientId }) => issuer === String(id) || issuer === clientId)
  if (app === undefined) return refusal(404, 'Integration not found')
  const first = exchange.world.apps[0]
  if (app === first && exchange.faults.has('key_deleted')) return refusal(401, UNDECODABLE)
  try {
    await compactVerify(token, app.publicKey, { algorithms: ['RS256'] })
  } catch {
    return refusal(401, UNDECODABLE)
  }
  const now = Math.floor(exchange.now / 1000)
  const { iat, exp } = claims
  if (!Number.isInteger(iat) || Number(iat) > now) return refusal(401, ISSUED_AT)
  if (typeof exp !== 'number' || exp <= now) return refusal(401, EXPIRES)
  if (exp > now + TEN_MINUTES) return refusal(401, TOO_FAR)
  return app
}

/** Who calls with an installation token, or without any credential, or GitHub's refusal. */
export function authenticateInstallation(exchange: Exchange): Caller | Answer {
  const { world, faults, now } = exchange
  if (exchange.headers.authorization === undefined) return { kind: 'nobody' }
  const badCredentials = refusal(401, 'Bad credentials')
  if (faults.has('bad_credentials')) return badCredentials
  const token = world.tokens.get(bearer(exchange) ?? '')
  if (token === undefined || token.expiresAt <= now || faults.has('installation_removed'))
    return badCredentials
  const revoked = faults.get('tokens_revoked')
  if (revoked !== undefined && token.issuedAt < revoked.setAt) return badCredentials
  const suspended = faults.get('installation_suspended')
  if (suspended !== undefined) {
    const at = new Date(suspended.setAt).toISOString()
    return refusal(403, `Sorry. ${world.organization.login} has suspended your access at ${at}.`)
  }
  const granted = grantedPermissions(exchange)
  const permissions = Object.fromEntries(
    Object.entries(token.permissions).filter(([name]) => name in granted),
  )
  return { kind: 'installation', token, permissions }
}

/** The installation's permissions as they are now; the organisation may have taken some away. */
export function grantedPermissions({ world, faults }: Exchange): Record<string, Permission> {
  const missing = faults.get('permission_missing')
  if (missing === undefined) return world.installation.permissions
  const { [missing.permission ?? 'members']: _, ...rest } = world.installation.permissions
  return rest
}

/**
 * Mints a token. It has the stateless form GitHub has been rolling out since April 2026
 * (`ghs_<app id>_<JWT>`), far longer than the 40 characters it used to be.
 */
export function mintToken(
  world: World,
  permissions: Record<string, Permission>,
  now: number,
): [string, InstallationToken] {
  for (const [text, { expiresAt }] of world.tokens)
    if (expiresAt < now - 86_400_000) world.tokens.delete(text)
  const part = (bytes: number): string => randomBytes(bytes).toString('base64url')
  const text = `ghs_${world.installation.appId}_eyJ${part(24)}.eyJ${part(96)}.${part(64)}`
  const token: InstallationToken = {
    installationId: world.installation.id,
    issuedAt: preciseNow(),
    expiresAt: Math.floor(now / 1000) * 1000 + world.settings.tokenLifetimeSeconds * 1000,
    permissions,
  }
  world.tokens.set(text, token)
  return [text, token]
}
