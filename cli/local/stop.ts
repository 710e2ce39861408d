import type { StartedServer } from '../../server/main.ts'
import { OperatorError } from '../../server/operator-error.ts'

/**
 * Waits for SIGINT, SIGTERM or one of `others`, then stops the server; a second signal ends the process at once.
 * @throws OperatorError when the embedded PostgreSQL ended by itself: without it nothing can go on
 */
export async function untilStop(server: StartedServer, ...others: Promise<unknown>[]): Promise<void> {
  const lost = server.lost.then(() => 'lost' as const)
  const reason = await Promise.race([askedToStop(), lost, ...others])
  await server.stop()
  if (reason !== 'lost') return
  throw new OperatorError(
    'The embedded PostgreSQL has ended, so Muster has stopped too. Look for the cause (memory, disk), then start Muster again: what was committed is still there.',
  )
}

function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.once('SIGINT', () => process.exit(130))
      process.once('SIGTERM', () => process.exit(143))
      resolve()
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })
}
