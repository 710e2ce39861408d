import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'

/** GitHub allows ten minutes; one is left for clocks that differ. */
const lifetimeSeconds = 9 * 60

/**
 * Signs the JWT with which an app speaks for itself. `privateKey`: PEM, PKCS#1 (as GitHub hands it out) or PKCS#8.
 * Issued a minute ago, as GitHub advises, so that a clock a little fast does no harm. Throws for anything that
 * is not an RSA key.
 */
export async function signAppJwt(appId: string, privateKey: string, now: Date): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000)
  return new SignJWT()
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuedAt(seconds - 60)
    .setExpirationTime(seconds + lifetimeSeconds)
    .setIssuer(appId)
    .sign(createPrivateKey(privateKey))
}
