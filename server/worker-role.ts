import { vendors } from '../vendors/registry.ts'
import type { Ground } from './ground.ts'
import { startWorker } from './jobs/worker.ts'
import { readOrCreateKeyFile } from './secrets/key-file.ts'
import { createOpener } from './secrets/opener.ts'

/** The only place where the key that opens secrets is read. Jobs end when the queue is stopped. */
export async function startWorkerRole({ config, database, queue, metrics }: Ground): Promise<void> {
  const { keyFile, allowedPrivateHosts, certificateAuthorities } = config
  if (!keyFile) throw new Error('the configuration gives every worker a key file')
  if (keyFile.create) await readOrCreateKeyFile(keyFile.path)
  await startWorker({
    db: database.kysely,
    queue,
    vendors,
    opener: await createOpener(database.kysely, keyFile.path),
    outbound: { allowedPrivateHosts, certificateAuthorities },
    onCall: ({ app, endpoint, status, ms }) => metrics.vendorCall({ app, endpoint, status }, ms / 1000),
  })
}
