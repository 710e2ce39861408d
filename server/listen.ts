import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import type { Db } from './db/handle.ts'
import { newestMigration } from './operations.store.ts'
import { explainListenError } from './start-errors.ts'

/** How long requests under way may go on when the server stops. */
const ANSWER_WITHIN_MS = 3_000

/** Whether the database answers and still has the schema that it has now. */
export async function readiness(db: Db): Promise<() => Promise<boolean>> {
  const schema = await newestMigration(db)
  return async () => (await newestMigration(db).catch(() => undefined)) === schema
}

/** Listens until everything that was started stops; answers with the address it is bound to. */
export async function listen(
  fastify: FastifyInstance,
  { host, port }: Pick<Config, 'host' | 'port'>,
  starting: AsyncDisposableStack,
): Promise<string> {
  starting.defer(async () => {
    const impatience = setTimeout(() => fastify.server.closeAllConnections(), ANSWER_WITHIN_MS)
    await fastify.close()
    clearTimeout(impatience)
  })
  try {
    return await fastify.listen({ host, port })
  } catch (error) {
    throw explainListenError(error, host, port)
  }
}
