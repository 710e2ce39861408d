import { type Command, Option } from 'commander'
import type { Selection, StaffFilter } from '../contract/routes/shapes.ts'
import { CommandError } from './session.ts'

interface SelectionOptions {
  all?: boolean
  group?: string
  accountId?: string[]
  filter?: string
}

/** Adds the four ways to say who is meant. */
export function withSelection(command: Command): Command {
  return command
    .addOption(
      new Option('--all', 'everybody who is active on the roster').conflicts([
        'group',
        'accountId',
        'filter',
      ]),
    )
    .addOption(
      new Option('--group <group>', 'the active people of one group').conflicts(['accountId', 'filter']),
    )
    .addOption(new Option('--account-id <id...>', 'these people').conflicts(['filter']))
    .option(
      '--filter <query>',
      'who matches, active or not, as in the address of Manage Staff: "failure=any&active=true"',
    )
}

const filterNames = ['search', 'group', 'team', 'active', 'app', 'status', 'failure'] as const

/** The selection that the options name. Throws when they name none: a bulk act is never aimed by default. */
export function selectionOf(options: SelectionOptions): Selection {
  if (options.all) return { filter: { active: 'true' } }
  if (options.group !== undefined) return { filter: { active: 'true', group: options.group } }
  if (options.accountId) return { accountIds: options.accountId }
  if (options.filter !== undefined) return { filter: parseFilter(options.filter) }
  throw new CommandError('Say who is meant: --all, --group GROUP, --account-id ID…, or --filter QUERY.')
}

/** @throws CommandError for what is no filter */
export function parseFilter(query: string): StaffFilter {
  const entries = [...new URLSearchParams(query)]
  const unknown = entries.find(([name]) => !filterNames.some((known) => known === name))
  if (unknown)
    throw new CommandError(`“${unknown[0]}” is not a filter. Filters are: ${filterNames.join(', ')}.`)
  // The server validates the values and answers with a sentence for each that it does not know.
  return Object.fromEntries(entries) as StaffFilter
}
