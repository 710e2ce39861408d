import { stringify } from 'csv-stringify/sync'
import type { Person } from './model.ts'

const COLUMNS = ['account_id', 'display_name', 'email', 'aliases', 'groups', 'teams', 'active']

/** The roster as `muster staff import` takes it; lists inside a cell are separated by `;`. */
export function rosterCsv(people: readonly Person[]): string {
  const rows = people.map((person) => [
    person.accountId,
    person.displayName,
    person.email ?? '',
    person.aliases.join(';'),
    person.groups.join(';'),
    person.teams.join(';'),
    person.active ? 'true' : 'false',
  ])
  return stringify([COLUMNS, ...rows], { quoted_match: /;/ })
}
