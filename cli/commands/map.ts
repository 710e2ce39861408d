import { readFile, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { MapFileResult, MapOutcome } from '../../contract/routes/map-files.ts'
import type { StaffFilter } from '../../contract/routes/shapes.ts'
import { type App, apps } from '../../contract/words.ts'
import { parseFilter } from '../selection.ts'
import { CommandError, exit, openSession } from '../session.ts'
import { table } from '../table.ts'
import { appName } from './apps.ts'

export function mapCommands(program: Command): void {
  const map = program.command('map').description('connections decided by hand, in a file for a spreadsheet')

  map
    .command('download')
    .argument('<app>', apps.join(', '), appName)
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .option('--filter <query>', 'who matches, instead of everybody active who is not connected')
    .description('the map file, ready to be filled in')
    .action(async (app: App, options: { output?: string; filter?: string }, command: Command) => {
      const session = openSession(command)
      const query: StaffFilter = options.filter === undefined ? {} : parseFilter(options.filter)
      const file = await session.client('GET /map-files/{app}', { params: { app }, query })
      if (options.output === undefined) {
        process.stdout.write(file)
        return
      }
      await write(options.output, file)
      session.say(`Written to ${options.output}.`)
    })

  map
    .command('upload')
    .argument('<app>', apps.join(', '), appName)
    .argument('<file.csv>', 'a map file that was filled in')
    .option('--dry-run', 'show what would be done and change nothing')
    .option('--result <file.csv>', 'write the result file, to be corrected and uploaded again')
    .description('apply a map file')
    .action(
      async (app: App, file: string, options: { dryRun?: boolean; result?: string }, command: Command) => {
        const session = openSession(command)
        const body = new Blob([await read(file)])
        const dryRun = options.dryRun ? 'true' : 'false'
        const result = await session.client('POST /map-files/{app}', {
          params: { app },
          query: { dryRun },
          body,
        })
        if (options.result !== undefined) {
          // What was applied is there already, so looking at the file again tells how it is now.
          const query = { dryRun: 'true' } as const
          await write(
            options.result,
            await session.client.csv('POST /map-files/{app}', { params: { app }, query, body }),
          )
        }
        session.answer(result, () => show(result))
        if (result.counts.refused > 0) process.exitCode = exit.someFailed
      },
    )
}

const words: Record<MapOutcome, string> = {
  connected: 'connected',
  changed: 'given another account',
  disconnected: 'disconnected',
  unchanged: 'unchanged',
  skipped: 'skipped',
  refused: 'refused',
}

function show({ dryRun, counts, rows }: MapFileResult): void {
  const told = rows.filter(({ outcome }) => outcome !== 'unchanged' && outcome !== 'skipped')
  for (const { line, accountId, outcome, code, sentence } of told)
    process.stdout.write(`line ${line} (${accountId || 'no account id'}): ${code ?? outcome}: ${sentence}\n`)
  const shown = Object.entries(words).map(([outcome, word]) => [word, counts[outcome as MapOutcome]])
  const head = [dryRun ? 'rows that would be' : 'rows', 'count']
  process.stdout.write(`${told.length > 0 ? '\n' : ''}${table(head, [...shown, ['all', counts.rows]])}`)
}

async function read(path: string): Promise<Buffer<ArrayBuffer>> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.code
    throw new CommandError(`${path} cannot be read: ${reason}.`)
  })
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${path} cannot be written: ${error.code}.`)
  })
}
