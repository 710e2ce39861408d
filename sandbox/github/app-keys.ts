import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

/** An App's key: what GitHub keeps, and the file (PKCS#1, as GitHub hands it out) the App's owner keeps. */
export interface AppKey {
  publicKey: KeyObject
  privateKeyPem: string
}

async function makeKey(): Promise<AppKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  return { publicKey: createPublicKey(publicKey), privateKeyPem: privateKey }
}

let keys: Promise<[AppKey, AppKey]> | undefined

/** The keys of the sandbox's two Apps; made once per process, because making them takes a while. */
export function appKeys(): Promise<[AppKey, AppKey]> {
  keys ??= Promise.all([makeKey(), makeKey()])
  return keys
}
