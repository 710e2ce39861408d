import { createHash, randomBytes } from 'node:crypto'

/** 256 bits from the system's source of randomness, fit for URLs and cookies. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * What is stored of a token. A plain hash is enough: nobody can guess 256 random bits, and looking a hash up
 * by index tells an attacker nothing about the token by its timing.
 */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
