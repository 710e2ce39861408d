import { join } from 'node:path'
import { appRoutes } from './apps/apps.routes.ts'
import { preparePasswords } from './auth/password.ts'
import { connectionRoutes } from './connections/connections.routes.ts'
import type { Ground } from './ground.ts'
import { createServer } from './http/create-server.ts'
import { openChanges } from './http/events.ts'
import { mapFileRoutes } from './map-file/map-file.routes.ts'
import { newestMigration } from './operations.store.ts'
import { runRoutes } from './runs/runs.routes.ts'
import { sealer } from './secrets/sealer.ts'
import { staffRoutes } from './staff/staff.routes.ts'
import { explainListenError } from './start-errors.ts'

/** How long requests under way may go on when the server stops. */
const ANSWER_WITHIN_MS = 3_000

/** Serves the API and the browser app; answers with the address. */
export async function startWebRole(ground: Ground, starting: AsyncDisposableStack): Promise<string> {
  const { config, database, listener, queue, log, metrics, version } = ground
  const db = database.kysely
  const changes = await openChanges(listener)
  const schema = await newestMigration(db)
  await preparePasswords()
  const { api, fastify, publicUrl } = await createServer({
    db,
    changes,
    log,
    metrics,
    publicUrl: config.publicUrl,
    dist: join(import.meta.dirname, '../web/dist'),
    version,
    trustedProxies: config.trustedProxies,
    isReady: async () => (await newestMigration(db).catch(() => undefined)) === schema,
  })
  staffRoutes(api, { db })
  appRoutes(api, { db, changes, queue, sealer })
  runRoutes(api, { db, queue })
  connectionRoutes(api, { db })
  mapFileRoutes(api, { db })
  api.complete()
  starting.defer(async () => {
    const impatience = setTimeout(() => fastify.server.closeAllConnections(), ANSWER_WITHIN_MS)
    await fastify.close()
    clearTimeout(impatience)
  })
  const { host, port } = config
  try {
    await fastify.listen({ host, port })
  } catch (error) {
    throw explainListenError(error, host, port)
  }
  return publicUrl()
}
