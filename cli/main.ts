import { Command, CommanderError } from 'commander'
import { appCommands } from './commands/apps.ts'
import { mapCommands } from './commands/map.ts'
import { runCommands } from './commands/runs.ts'
import { staffCommands } from './commands/staff.ts'
import { localCommands } from './local/commands.ts'
import { errorSentence, exit, type GlobalOptions } from './session.ts'

const program = new Command('muster')
  .description('Self-hosted timesheets. Every command but those marked local talks to a running server.')
  .option('--url <url>', 'the server (MUSTER_URL; default: http://127.0.0.1:8080)')
  .option('--token <token>', 'an API token (MUSTER_TOKEN)')
  .option('--json', 'print one JSON document on standard output')
  .addHelpText(
    'after',
    '\nExit codes: 0 all done · 1 could not run · 2 done, but some people failed or need mapping',
  )
  .showHelpAfterError('(see muster --help)')
  .exitOverride()

staffCommands(program)
appCommands(program)
runCommands(program)
mapCommands(program)
localCommands(program)

// Not as the option's default, or --help would print the secret.
program.hook('preAction', (_program, command) => {
  if (!command.optsWithGlobals<GlobalOptions>().token)
    program.setOptionValue('token', process.env.MUSTER_TOKEN)
})

// `muster … | head` closes our output early; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exit.done)
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  // Commander has already printed its own message (and help is not an error).
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? exit.done : exit.couldNotRun)
  process.stderr.write(
    `${errorSentence(error, program.opts<GlobalOptions>().url ?? process.env.MUSTER_URL ?? 'http://127.0.0.1:8080')}\n`,
  )
  process.exitCode = exit.couldNotRun
}
