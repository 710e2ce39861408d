import { type FailureCode, failureCodes } from '../../contract/failure.ts'
import { type App, apps, type ConnectionStatus, connectionStatuses } from '../../contract/words.ts'

/** What sorting looks at. */
export interface IndexedPerson {
  /** The place in the columns. */
  slot: number
  accountId: string
  name: string
  /** Lower case; people without one sort last. */
  email: string | null
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

/**
 * What filters look at, one array per fact, so that asking everybody reads memory from one end to the other.
 * A slot is a person for as long as they exist; afterwards it stays empty.
 */
export class StaffColumns {
  /** Undefined in empty slots. */
  readonly people: (IndexedPerson | undefined)[] = []
  readonly active: boolean[] = []
  /** In the form in which searches are compared. */
  readonly search: string[] = []
  /** Numbers of `groupLabels` and `teamLabels`. */
  readonly groups: number[][] = []
  readonly teams: number[][] = []
  readonly groupLabels = new Labels()
  readonly teamLabels = new Labels()
  /** Per slot and app (`slot * apps.length + app`) the place in `connectionStatuses`. */
  statuses = new Uint8Array(1024)
  /** Likewise the place in `failureCodes`, or `noFailure`. */
  failures = new Uint8Array(1024)

  get size(): number {
    return this.people.length
  }

  /** Takes a new slot for somebody without connections. */
  add(): IndexedPerson {
    const slot = this.people.length
    const first = slot * apps.length
    if (first + apps.length > this.statuses.length) {
      this.statuses = doubled(this.statuses)
      this.failures = doubled(this.failures)
    }
    this.statuses.fill(notConnected, first, first + apps.length)
    this.failures.fill(noFailure, first, first + apps.length)
    const person = { slot, accountId: '', name: '', email: null, badness: badnessOf([]) }
    this.people.push(person)
    return person
  }

  /** Everything about a person but their connections. */
  describe(person: IndexedPerson, row: PersonRow): void {
    person.accountId = row.account_id
    person.name = row.display_name
    person.email = row.email?.toLowerCase() ?? null
    this.active[person.slot] = row.active
    this.search[person.slot] = row.search_text
    this.groups[person.slot] = this.groupLabels.numbersOf(row.groups)
    this.teams[person.slot] = this.teamLabels.numbersOf(row.teams)
  }

  connect(person: IndexedPerson, { app, status, failure_code }: Omit<ConnectionRow, 'account_id'>): void {
    const first = person.slot * apps.length
    const at = first + apps.indexOf(app)
    this.statuses[at] = statusNumber(status)
    this.failures[at] = failure_code === null ? noFailure : failureNumber(failure_code)
    person.badness = badnessOf(this.statuses.subarray(first, first + apps.length))
  }

  remove(person: IndexedPerson): void {
    this.people[person.slot] = undefined
  }
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
export const noFailure = 255

export function statusNumber(status: ConnectionStatus): number {
  return connectionStatuses.indexOf(status)
}

/** Codes that this version does not know count as none: nobody can ask for them. */
export function failureNumber(code: string): number {
  const number = failureCodes.indexOf(code as FailureCode)
  return number < 0 ? noFailure : number
}

const badness = connectionStatuses.map((status) => byBadness.indexOf(status))

function badnessOf(statuses: Iterable<number>): number {
  let worst = badnessLevels - 1
  for (const status of statuses) worst = Math.min(worst, badness[status] ?? worst)
  return worst
}

function doubled(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const more = new Uint8Array(bytes.length * 2)
  more.set(bytes)
  return more
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
