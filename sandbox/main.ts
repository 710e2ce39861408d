/**
 * Runs the sandbox as a process of its own:
 *
 *   bin/node sandbox/main.ts --staff 500 --seed 1 --latency 20
 *
 * Prints one line of JSON when it answers and stops cleanly on SIGTERM, SIGINT and, with `--with-parent`,
 * when its standard input closes.
 */
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Enterprise } from './github/world.ts'
import type { Shares } from './organisation/model.ts'
import { DEFAULT_SHARES } from './organisation/organisation.ts'
import { startSandbox } from './start.ts'

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('A whole number is needed.')
  return Number(text)
}

function share(text: string, shares: Partial<Shares> = {}): Partial<Shares> {
  const [name = '', value = ''] = text.split('=')
  if (!Object.hasOwn(DEFAULT_SHARES, name) || value === '' || !(Number(value) >= 0)) {
    throw new InvalidArgumentError(
      `Give NAME=NUMBER with a name of: ${Object.keys(DEFAULT_SHARES).join(', ')}.`,
    )
  }
  return { ...shares, [name]: Number(value) }
}

interface Flags {
  port: number
  staff: number
  seed: number
  latency: number
  tokenLifetime: number
  share?: Partial<Shares>
  enterprise: Enterprise
  withParent?: true
}

const flags = new Command('sandbox')
  .description('GitHub on loopback, with a made-up organisation')
  .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', wholeNumber, 0)
  .option('--staff <number>', 'people on the roster', wholeNumber, 500)
  .option('--seed <number>', 'another number makes another organisation', wholeNumber, 1)
  .option('--latency <ms>', 'added to every answer', wholeNumber, 0)
  .option('--token-lifetime <seconds>', 'life of an installation token', wholeNumber, 3600)
  .option('--share <name=number>', 'share of the staff with that evidence; may be repeated', share)
  .addOption(
    new Option('--enterprise <kind>', 'where single sign-on is configured')
      .choices(['org-saml', 'enterprise-saml', 'none'])
      .default('org-saml'),
  )
  .option('--with-parent', 'stop when standard input closes')
  .parse()
  .opts<Flags>()

const sandbox = await startSandbox({
  port: flags.port,
  staff: flags.staff,
  seed: flags.seed,
  shares: flags.share,
  enterprise: flags.enterprise,
  latencyMs: flags.latency,
  tokenLifetimeSeconds: flags.tokenLifetime,
})

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  await sandbox.close()
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
if (flags.withParent) process.stdin.resume().on('end', stop).on('error', stop)

const { apiUrl, enterpriseApiUrl, appId, privateKeyPem, webhookSecret, organization, installationId } =
  sandbox.github
const github = {
  apiUrl,
  enterpriseApiUrl,
  appId,
  privateKey: privateKeyPem,
  webhookSecret,
  organization,
  installationId,
}
process.stdout.write(`${JSON.stringify({ url: sandbox.url, github })}\n`)
