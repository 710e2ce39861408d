import type { Command } from 'commander'
import type { ImportResult } from '../../contract/routes/staff.ts'
import { appNames } from '../../contract/words.ts'
import { readNamedFile } from '../file.ts'
import { CommandError, exit, openSession } from '../session.ts'
import { table } from '../table.ts'

export function staffCommands(program: Command): void {
  const staff = program.command('staff').description('the roster')

  staff
    .command('import')
    .argument('<file.csv>', 'account_id,display_name,email,aliases,groups,teams,active')
    .option('--dry-run', 'show what would be done and change nothing')
    .description('add and change people from a CSV roster')
    .action(async (file: string, options: { dryRun?: boolean }, command: Command) => {
      const session = openSession(command)
      const result = await session.client('POST /staff/import', {
        query: { dryRun: options.dryRun ? 'true' : 'false' },
        body: await readText(file),
      })
      session.answer(result, () => showImport(result))
      if (result.counts.refused > 0) process.exitCode = exit.someFailed
    })

  staff
    .command('list')
    .option('--search <text>', 'name, email or account id')
    .option('--group <group>')
    .option('--team <team>')
    .option('--active <yes|no>', 'only active or only inactive people', yesNo)
    .option('--app <app>')
    .option('--status <status>', 'connection status, of --app where that is given')
    .option('--failure <code>', 'any, an app, or a failure code')
    .option('--limit <n>', 'at most so many people', '500')
    .description('people and their connections')
    .action(async ({ limit, ...filter }: { limit: string }, command: Command) => {
      const session = openSession(command)
      const wanted = Number(limit)
      if (!Number.isInteger(wanted) || wanted < 1)
        throw new CommandError('--limit takes a whole number from 1 on.')
      const query = { ...filter, limit: Math.min(wanted, 500) }
      const first = await session.client('GET /staff', { query })
      const items = [...first.items]
      let cursor = first.nextCursor
      while (cursor && items.length < wanted) {
        const next = await session.client('GET /staff', { query: { ...query, cursor } })
        items.push(...next.items)
        cursor = next.nextCursor
      }
      items.length = Math.min(items.length, wanted)
      session.answer({ items, total: first.total }, () => {
        const rows = items.map((person) => [
          person.accountId,
          person.displayName,
          person.email ?? '',
          person.active ? 'active' : 'inactive',
          person.connections
            .map((c) => `${appNames[c.app]}: ${c.status}${c.login ? ` (${c.login})` : ''}`)
            .join(', '),
          person.connections.map((c) => c.failure?.sentence ?? '').find(Boolean) ?? '',
        ])
        process.stdout.write(table(['account id', 'name', 'email', 'status', 'connections', 'failure'], rows))
        if (items.length < first.total)
          session.say(`${items.length} of ${first.total}; see the rest with --limit.`)
      })
    })
}

function yesNo(value: string): 'true' | 'false' {
  if (['yes', 'true'].includes(value)) return 'true'
  if (['no', 'false'].includes(value)) return 'false'
  throw new CommandError('--active takes yes or no.')
}

/** A file as text. UTF-8 only: a name that is silently mangled is worse than a refused file. */
async function readText(path: string): Promise<string> {
  const bytes = await readNamedFile(path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new CommandError(
      `${path} is not UTF-8 text. In Excel choose “CSV UTF-8 (comma delimited)” under Save as.`,
    )
  }
}

function showImport({ dryRun, counts, refused, warnings }: ImportResult): void {
  const done = dryRun ? 'would be' : ''
  process.stdout.write(
    table(
      ['people', 'count'],
      [
        [`${done} added`.trim(), counts.added],
        [`${done} changed`.trim(), counts.changed],
        ['unchanged', counts.unchanged],
        ['refused', counts.refused],
      ],
    ),
  )
  const lines = (rows: ImportResult['refused']) =>
    rows
      .map((row) => `  line ${row.line}${row.accountId ? ` (${row.accountId})` : ''}: ${row.reason}\n`)
      .join('')
  if (refused.length > 0) process.stdout.write(`\nRefused:\n${lines(refused)}`)
  if (warnings.length > 0) process.stdout.write(`\nTo look at:\n${lines(warnings)}`)
}
