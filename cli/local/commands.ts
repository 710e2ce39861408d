import { type Command, Option } from 'commander'
import type { GlobalOptions } from '../session.ts'

/**
 * The commands that work on this machine: they start the server or open its database. What they do is loaded
 * only when one is called, so that every other command starts at once.
 */
export function localCommands(program: Command): void {
  program
    .command('serve')
    .description('start the server (local)')
    .option('--role <roles>', 'web, worker or both', 'web,worker')
    .option('--port <port>', 'where it listens (MUSTER_PORT); a worker alone only if given')
    .action(async (options: { role: string; port?: string }) => {
      const { serve } = await import('./serve.ts')
      await serve(options)
    })

  program
    .command('demo')
    .description('start a made-up organisation to try everything on (local)')
    .option('--staff <n>', 'people in the organisation', '500')
    .option('--port <port>', 'where the server listens', '8080')
    .option('--seed <n>', 'another number makes another organisation', '1')
    .option('--latency <ms>', 'how long the sandbox GitHub takes for an answer', '0')
    .addOption(
      new Option('--enterprise <kind>', 'where single sign-on is configured at GitHub')
        .choices(['org-saml', 'enterprise-saml', 'none'])
        .default('org-saml'),
    )
    .option(
      '--share <name=number>',
      'share of people with one kind of evidence, see sandbox/README.md; may be repeated',
      (value, all: string[]) => [...all, value],
      [],
    )
    .addHelpText(
      'after',
      '\nFaults of GitHub (a suspended app, a missing permission, rate limits …) are switched on while it runs:\nsee sandbox/README.md; the address of the sandbox is printed at the start.',
    )
    .action(async (options: DemoOptions, command: Command) => {
      const { demo } = await import('./demo.ts')
      await demo({ ...options, json: command.optsWithGlobals<GlobalOptions>().json ?? false })
    })

  program
    .command('admin')
    .description('administrators (local)')
    .command('create')
    .description('create an administrator, or make a new sign-in link for one; prints a one-time link')
    .requiredOption('--email <email>')
    .option('--name <name>')
    .action(async (options: { email: string; name?: string }, command: Command) => {
      const { createAdmin } = await import('./accounts.ts')
      await createAdmin(options, command.optsWithGlobals<GlobalOptions>())
    })

  program
    .command('token')
    .description('API tokens (local)')
    .command('create')
    .description('print an API token for a user')
    .requiredOption('--email <email>')
    .addOption(new Option('--expires <duration>', 'for example 90d').default('90d'))
    .action(async (options: { email: string; expires: string }, command: Command) => {
      const { createToken } = await import('./accounts.ts')
      await createToken(options, command.optsWithGlobals<GlobalOptions>().json ?? false)
    })

  program
    .command('doctor')
    .description('look at configuration, database, schema, keys, queue and apps (local)')
    .action(async (_options: unknown, command: Command) => {
      const { doctor } = await import('./doctor.ts')
      await doctor(command.optsWithGlobals<GlobalOptions>().json ?? false)
    })

  const keys = program.command('keys').description('master keys (local)')
  keys
    .command('create')
    .description('make the key file that MUSTER_KEY_FILE names, for the workers of a cluster')
    .action(async (_options: unknown, command: Command) => {
      const { createKeys } = await import('./keys.ts')
      await createKeys(command.optsWithGlobals<GlobalOptions>().json ?? false)
    })
  keys
    .command('status')
    .description('versions of the master key and how many secrets are sealed with each')
    .action(async (_options: unknown, command: Command) => {
      const { showKeys } = await import('./keys.ts')
      await showKeys(command.optsWithGlobals<GlobalOptions>().json ?? false)
    })
  keys
    .command('rotate')
    .description('make a new master key and seal every secret with it')
    .action(async (_options: unknown, command: Command) => {
      const { rotate } = await import('./keys.ts')
      await rotate(command.optsWithGlobals<GlobalOptions>().json ?? false)
    })

  program
    .command('audit')
    .description('the audit log (local)')
    .command('verify')
    .description('check that nobody changed the record')
    .action(async (_options: unknown, command: Command) => {
      const { verify } = await import('./audit.ts')
      await verify(command.optsWithGlobals<GlobalOptions>().json ?? false)
    })
}

export interface DemoOptions {
  staff: string
  port: string
  seed: string
  latency: string
  enterprise: string
  share: string[]
}
