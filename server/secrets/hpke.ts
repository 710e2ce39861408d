import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core'
import { DhkemX25519HkdfSha256 } from '@hpke/dhkem-x25519'

/**
 * Sealing to a public key, RFC 9180 base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Each
 * sealing makes a key of its own. This file is the only one that touches ciphers.
 */
const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
})
const purpose = bytesOf('muster sealed secret 1')
const ENCAPSULATED_BYTES = 32

export interface KeyPair {
  publicKey: Buffer
  privateKey: Buffer
}

/** Where a sealed value belongs: it opens nowhere else. */
export interface Place {
  owner: string
  name: string
  keyVersion: number
}

export async function newKeyPair(): Promise<KeyPair> {
  const { publicKey, privateKey } = await suite.kem.generateKeyPair()
  return {
    publicKey: Buffer.from(await suite.kem.serializePublicKey(publicKey)),
    privateKey: Buffer.from(await suite.kem.serializePrivateKey(privateKey)),
  }
}

/** The encapsulated key followed by the ciphertext with its 16-byte tag. */
export async function seal(publicKey: Buffer, place: Place, plaintext: string): Promise<Buffer> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(bytes(publicKey))
  const { enc, ct } = await suite.seal(
    { recipientPublicKey, info: purpose },
    bytesOf(plaintext),
    associated(place),
  )
  return Buffer.concat([Buffer.from(enc), Buffer.from(ct)])
}

/** Throws when the value was altered, belongs to another place, or was sealed to another key. */
export async function open(privateKey: Buffer, place: Place, sealed: Buffer): Promise<string> {
  const recipientKey = await suite.kem.deserializePrivateKey(bytes(privateKey))
  const enc = bytes(sealed.subarray(0, ENCAPSULATED_BYTES))
  const plaintext = await suite.open(
    { recipientKey, enc, info: purpose },
    bytes(sealed.subarray(ENCAPSULATED_BYTES)),
    associated(place),
  )
  return Buffer.from(plaintext).toString('utf8')
}

function associated({ owner, name, keyVersion }: Place): ArrayBuffer {
  return bytesOf(JSON.stringify([owner, name, keyVersion]))
}

function bytesOf(text: string): ArrayBuffer {
  return bytes(Buffer.from(text, 'utf8'))
}

/** The library wants buffers that hold nothing else. */
function bytes(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer
}
