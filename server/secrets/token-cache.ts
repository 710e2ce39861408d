import type { App } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'
import type { Opener } from './opener.ts'
import { deleteSealed } from './sealed-secret.store.ts'
import { sealer } from './sealer.ts'

/**
 * An app's short-lived vendor tokens (`TokenCache` of vendors/vendor.ts): sealed like every secret, shared by
 * all workers, gone when they expire.
 */
export function tokenCache(db: Db, opener: Opener, app: App) {
  const owner = `token:${app}`
  return {
    async get(key: string): Promise<string | undefined> {
      const token = await opener.open(owner, key)
      return token?.reveal()
    },
    async set(key: string, value: string, expiresAt: Date): Promise<void> {
      await sealer.seal(db, { owner, name: key, plaintext: value, expiresAt })
    },
    async delete(key: string): Promise<void> {
      await deleteSealed(db, owner, key)
    },
  }
}
