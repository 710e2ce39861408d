import type { Ground } from './ground.ts'
import { createBareServer } from './http/create-server.ts'
import { sendProblem } from './http/error-answers.ts'
import { openChanges } from './http/events.ts'
import { notFound } from './http/problem-error.ts'
import { listen, readiness } from './listen.ts'

/** Health and metrics of a worker that runs alone, and nothing else; answers with the address. */
export async function serveWorkerHealth(ground: Ground, starting: AsyncDisposableStack): Promise<string> {
  const { config, database, listener, log, metrics } = ground
  const { publicUrl, trustedProxies } = config
  const { fastify } = await createBareServer({
    db: database.kysely,
    changes: await openChanges(listener),
    log,
    metrics,
    publicUrl,
    trustedProxies,
    isReady: await readiness(database.kysely),
  })
  fastify.setNotFoundHandler((_request, reply) => sendProblem(reply, notFound('address').toProblem()))
  return listen(fastify, config, starting)
}
