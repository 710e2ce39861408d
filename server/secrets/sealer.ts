import type { Db, Tx } from '../db/handle.ts'
import { ProblemError } from '../http/problem-error.ts'
import { seal } from './hpke.ts'
import { newestSealingKey, putSealed } from './sealed-secret.store.ts'

export interface NewSecret {
  /** `app:github`, `candidate:<id>`, `token:github` */
  owner: string
  /** `privateKey` */
  name: string
  plaintext: string
  /** After it, the secret is not there any more. */
  expiresAt?: Date
}

/** What every role may do with secrets: put them in. */
export interface Sealer {
  /** Stores the secret in the caller's transaction, in place of a former one of the same owner and name. */
  seal(tx: Db | Tx, secret: NewSecret): Promise<void>
}

/** Seals to the newest public key in the database; what is sealed only a process with the key file opens. */
export const sealer: Sealer = {
  async seal(tx, { owner, name, plaintext, expiresAt }) {
    const key = await newestSealingKey(tx)
    if (!key)
      throw new ProblemError(
        'not_ready',
        'No worker has started on this database yet, so there is no key to keep secrets with: start one (`muster serve --role worker`) and try again.',
      )
    const sealed = await seal(key.public_key, { owner, name, keyVersion: key.version }, plaintext)
    await putSealed(tx, { owner, name, key_version: key.version, sealed, expires_at: expiresAt ?? null })
  },
}
