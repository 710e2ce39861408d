import { isRounded } from '../csv/spreadsheet-cell.ts'
import type { MapRow } from './csv.ts'
import type { Account, Person, Refusal, World } from './decision.ts'

/** What a row asks for. */
export type Wish = 'nothing' | 'skip' | 'map' | 'accept' | 'disconnect'

/** Undefined: its action is none of ours. */
export function wishOf({ cells }: MapRow): Wish | undefined {
  const action = cells.action.toLowerCase()
  if (action === '') return cells.external_login || cells.external_id ? 'map' : 'nothing'
  return (['map', 'skip', 'disconnect', 'accept'] as const).find((known) => known === action)
}

/** The account that a row names for somebody, or why it names none. */
export function accountOf(row: MapRow, wish: 'map' | 'accept', world: World): Account | Refusal {
  const { external_login: login, external_id: id, suggested_login: suggested } = row.cells
  if (wish === 'accept' && suggested === '')
    return refuse(world, 'row_account_unknown', { fact: 'the row has no suggested_login to accept' })
  if (wish === 'map' && login === '' && id === '')
    return refuse(world, 'row_account_unknown', { fact: 'external_login and external_id are both empty' })
  const named: [string, Account | Refusal][] = []
  if (wish === 'accept') named.push(['suggested_login', byLogin(suggested, world)])
  if (login !== '') named.push(['external_login', byLogin(login, world)])
  if (id !== '') named.push(['external_id', byId(id, world)])
  const [first, ...others] = named
  if (!first) throw new Error('A row that names nothing was asked for its account')
  for (const [, found] of named) if ('code' in found) return found
  const [column, account] = first
  const other = others.find(([, found]) => found !== account)
  if (!other) return account
  return refuse(world, 'row_ids_disagree', { fact: `${column} and ${other[0]}` })
}

function byLogin(given: string, world: World): Account | Refusal {
  const login = given.replace(/^@/, '')
  const found = world.logins.get(login.toLowerCase()) ?? []
  const [only, ...others] = found.length > 1 ? found.filter((each) => each.login === login) : found
  if (only && others.length === 0) return only
  if (found.length > 1)
    return refuse(world, 'row_account_unknown', {
      other: given,
      fact: 'several accounts have this login just now, so give external_id',
    })
  return refuse(world, 'row_account_unknown', { other: shortened(given), fact: rounded(given) })
}

function byId(id: string, world: World): Account | Refusal {
  return (
    world.accounts.get(id) ??
    refuse(world, 'row_account_unknown', { other: `with the id ${shortened(id)}`, fact: rounded(id) })
  )
}

/** What a spreadsheet did to a long number, in words; undefined when it did nothing. */
export function rounded(cell: string): string | undefined {
  if (!isRounded(cell)) return undefined
  return 'a spreadsheet has rounded a long number; give all its digits, with an apostrophe before them'
}

export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

export function refuse(
  { app, organization }: Pick<World, 'app' | 'organization'>,
  code: Refusal['code'],
  details: Refusal['details'],
  person?: Pick<Person, 'displayName'> | null,
): Refusal {
  return { code, details: { app, organization, ...(person && { person: person.displayName }), ...details } }
}
