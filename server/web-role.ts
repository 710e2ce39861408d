import { join } from 'node:path'
import { appRoutes } from './apps/apps.routes.ts'
import { preparePasswords } from './auth/password.ts'
import { connectionRoutes } from './connections/connections.routes.ts'
import type { Ground } from './ground.ts'
import { createServer } from './http/create-server.ts'
import { openChanges } from './http/events.ts'
import { listen, readiness } from './listen.ts'
import { mapFileRoutes } from './map-file/map-file.routes.ts'
import { runRoutes } from './runs/runs.routes.ts'
import { sealer } from './secrets/sealer.ts'
import { staffRoutes } from './staff/staff.routes.ts'

/** Serves the API and the browser app; answers with the address. */
export async function startWebRole(ground: Ground, starting: AsyncDisposableStack): Promise<string> {
  const { config, database, listener, queue, log, metrics, version } = ground
  const db = database.kysely
  const changes = await openChanges(listener)
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
    isReady: await readiness(db),
  })
  staffRoutes(api, { db })
  appRoutes(api, { db, changes, queue, sealer })
  runRoutes(api, { db, queue })
  connectionRoutes(api, { db })
  mapFileRoutes(api, { db })
  api.complete()
  await listen(fastify, config, starting)
  return publicUrl()
}
