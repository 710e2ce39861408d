import type { App } from '../../contract/words.ts'
import type { TokenCache } from '../../vendors/vendor.ts'
import type { Db } from '../db/handle.ts'
import type { Opener } from './opener.ts'
import { deleteSealed } from './sealed-secret.store.ts'
import { sealer } from './sealer.ts'

/** An app's short-lived vendor tokens: sealed like every secret, shared by all workers, gone when they expire. */
export function tokenCache(db: Db, opener: Opener, app: App): TokenCache {
  const owner = `token:${app}`
  return {
    get: async (key) => (await opener.open(owner, key))?.reveal(),
    set: (key, value, expiresAt) => sealer.seal(db, { owner, name: key, plaintext: value, expiresAt }),
    delete: (key) => deleteSealed(db, owner, key),
  }
}
