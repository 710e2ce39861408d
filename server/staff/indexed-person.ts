import { type FailureCode, failureCodes } from '../../contract/failure.ts'
import { type App, apps, type ConnectionStatus, connectionStatuses } from '../../contract/words.ts'

/** What the staff index keeps of a person. Arrays over apps are in the order of `apps`. */
export interface IndexedPerson {
  accountId: string
  name: string
  /** Lower case; people without one sort last. */
  email: string | null
  /** Name, email, aliases and account id in the form in which searches are compared. */
  search: string
  active: boolean
  /** Numbers given by the index's labels. */
  groups: number[]
  teams: number[]
  /** Place in `connectionStatuses` per app. */
  statuses: number[]
  /** Place in `failureCodes` per app, or `noFailure`. */
  failures: number[]
  /** Place in `byBadness` of the worst connection; apps without a connection do not count. */
  badness: number
}

export interface PersonRow {
  account_id: string
  display_name: string
  email: string | null
  search_text: string
  active: boolean
  groups: string[]
  teams: string[]
}

export interface ConnectionRow {
  account_id: string
  app: App
  status: ConnectionStatus
  failure_code: string | null
}

/** Statuses with those first that somebody must act on. */
const byBadness = [
  'failed',
  'needs_mapping',
  'paused',
  'waiting',
  'opted_out',
  'connected',
  'not_connected',
] as const satisfies ConnectionStatus[]

export const badnessLevels = byBadness.length
export const notConnected = statusNumber('not_connected')
export const noFailure = -1

/**
 * The order of the database's collation `people`: any language, numbers by value. English is what Unicode calls
 * the root order, which has no name of its own here.
 */
export const compareNames = new Intl.Collator('en', { numeric: true }).compare

export function statusNumber(status: ConnectionStatus): number {
  return connectionStatuses.indexOf(status)
}

export function failureNumber(code: string): number {
  return failureCodes.indexOf(code as FailureCode)
}

/** A person without connections. */
export function indexedPerson(row: PersonRow, groups: Labels, teams: Labels): IndexedPerson {
  return {
    accountId: row.account_id,
    name: row.display_name,
    email: row.email?.toLowerCase() ?? null,
    search: row.search_text,
    active: row.active,
    groups: groups.numbersOf(row.groups),
    teams: teams.numbersOf(row.teams),
    statuses: apps.map(() => notConnected),
    failures: apps.map(() => noFailure),
    badness: badnessOf([]),
  }
}

const badness = connectionStatuses.map((status) => byBadness.indexOf(status))

export function badnessOf(statuses: number[]): number {
  let worst = byBadness.length - 1
  for (const status of statuses) worst = Math.min(worst, badness[status] ?? worst)
  return worst
}

/** Numbers for names that many people share. */
export class Labels {
  readonly names: string[] = []
  readonly #numbers = new Map<string, number>()

  /** The numbers of names, new ones if need be; each once. */
  numbersOf(names: string[]): number[] {
    return [...new Set(names)].map((name) => this.#numberOf(name))
  }

  #numberOf(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const number = this.names.push(name) - 1
    this.#numbers.set(name, number)
    return number
  }

  /** The number of a name, if anybody ever had it. */
  find(name: string): number | undefined {
    return this.#numbers.get(name)
  }
}
