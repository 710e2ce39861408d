import { readConfig } from '../../server/config.ts'
import { startServer } from '../../server/main.ts'
import { untilStop } from './stop.ts'

/** Runs the server until it is asked to stop. */
export async function serve(options: { role: string; port?: string }): Promise<void> {
  const config = readConfig(process.env, options, process.cwd())
  const server = await startServer(config)
  if (config.roles.includes('web')) process.stderr.write(`Muster is ready at ${server.url}\n`)
  else
    process.stderr.write(
      `The Muster worker is ready${server.url && `, its health at ${server.url}/readyz`}.\n`,
    )
  await untilStop(server)
}
