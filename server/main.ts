import type { Config } from './config.ts'
import { findDatabase, layGround } from './ground.ts'

export interface StartedServer {
  /** Where it is reached: of a worker alone its health and metrics; empty where it listens nowhere. */
  url: string
  /** Resolves if the embedded database ends though nobody stopped it: this process is of no use then. */
  lost: Promise<void>
  /** Ends what is under way in an orderly manner, within a few seconds. */
  stop(): Promise<void>
}

/**
 * Starts the roles of the configuration on a migrated database. A role's code is loaded only where the role
 * runs: a web process holds nothing that calls a vendor or opens a secret.
 * @throws OperatorError with what the operator has to mend; nothing is left running then
 */
export async function startServer(config: Config): Promise<StartedServer> {
  // Whatever was started is stopped in reverse order, each part whatever becomes of the others.
  await using starting = new AsyncDisposableStack()
  const { url: databaseUrl, lost } = await findDatabase(config, starting)
  const ground = await layGround(config, databaseUrl, starting)
  if (config.roles.includes('worker')) {
    const { startWorkerRole } = await import('./worker-role.ts')
    await startWorkerRole(ground)
  }
  let url = ''
  if (config.roles.includes('web')) {
    const { startWebRole } = await import('./web-role.ts')
    url = await startWebRole(ground, starting)
  } else if (config.port !== undefined) {
    const { serveWorkerHealth } = await import('./worker-health.ts')
    url = await serveWorkerHealth(ground, starting)
  }
  const started = starting.move()
  ground.log.info('started', { version: ground.version })
  return { url, lost, stop: () => started.disposeAsync() }
}
