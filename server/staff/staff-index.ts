import type { StaffFilter } from '../../contract/routes/shapes.ts'
import type { App } from '../../contract/words.ts'
import { type ConnectionRow, type IndexedPerson, type PersonRow, StaffColumns } from './staff-columns.ts'
import { countFacets, type StaffFacets } from './staff-facets.ts'
import { type Place, type StaffOrder, StaffOrders } from './staff-orders.ts'
import { type StaffTest, staffTests } from './staff-tests.ts'

/** A filter with the parts of its search as the database compares them (`searchWords`). */
export interface Wanted {
  filter: StaffFilter
  words: readonly string[]
}

export interface PageWanted extends Wanted {
  order: StaffOrder
  descending: boolean
  /** The last person of the page before. */
  after: Place | undefined
  limit: number
}

/**
 * What filters, facets and sorting look at, of everybody, in memory. A database takes some 300 ms to count
 * 100,000 people by every filter; this takes a twentieth of it. It is only a copy: the rows are the truth, and
 * staff-index.store.ts brings it up to date before each use.
 */
export class StaffIndex {
  readonly #columns = new StaffColumns()
  readonly #orders = new StaffOrders(this.#columns)
  readonly #people = new Map<string, IndexedPerson>()

  /** Adds a person, or changes everything about them but their connections. */
  putPerson(row: PersonRow): void {
    const known = this.#people.get(row.account_id)
    const person = known ?? this.#columns.add()
    this.#columns.describe(person, row)
    this.#people.set(person.accountId, person)
    this.#orders.disturb(known ? undefined : person.slot)
  }

  /** Of a person who is here; others are passed over. */
  putConnection(row: ConnectionRow): void {
    const person = this.#people.get(row.account_id)
    if (!person) return
    const before = person.badness
    this.#columns.connect(person, row)
    if (person.badness !== before) this.#orders.disturbStatus()
  }

  removeConnection(accountId: string, app: App): void {
    this.putConnection({ account_id: accountId, app, status: 'not_connected', failure_code: null })
  }

  removePerson(accountId: string): void {
    const person = this.#people.get(accountId)
    if (!person) return
    this.#people.delete(accountId)
    this.#columns.remove(person)
    this.#orders.disturb()
  }

  /** The first `limit` people behind a place who match, and how many match in all. */
  page(wanted: PageWanted): { people: IndexedPerson[]; more: boolean; total: number } {
    const { order, descending, limit } = wanted
    const { matches, total } = this.#match(staffTests(wanted.filter, wanted.words, this.#columns))
    const slots = this.#orders.slots(order)
    const step = descending ? -1 : 1
    const found: IndexedPerson[] = []
    for (let at = this.#start(wanted); found.length <= limit; at += step) {
      const slot = slots[at]
      if (slot === undefined) break
      const person = matches[slot] ? this.#columns.people[slot] : undefined
      if (person) found.push(person)
    }
    return { people: found.slice(0, limit), more: found.length > limit, total }
  }

  facets({ filter, words }: Wanted): StaffFacets {
    return countFacets(this.#columns, staffTests(filter, words, this.#columns))
  }

  /** Index into the order of the first person who can be on the page. */
  #start({ order, descending, after }: PageWanted): number {
    if (!after) return descending ? this.#orders.slots(order).length - 1 : 0
    return descending
      ? this.#orders.find(order, after, 'before') - 1
      : this.#orders.find(order, after, 'behind')
  }

  #match(tests: readonly StaffTest[]): { matches: Uint8Array; total: number } {
    const matches = new Uint8Array(this.#columns.size)
    if (tests.length === 0) return { matches: matches.fill(1), total: this.#people.size }
    let total = 0
    for (let slot = 0; slot < matches.length; slot++) {
      if (!this.#columns.people[slot] || !holdAll(tests, slot)) continue
      matches[slot] = 1
      total++
    }
    return { matches, total }
  }
}

function holdAll(tests: readonly StaffTest[], slot: number): boolean {
  for (const test of tests) if (!test.holds(slot)) return false
  return true
}
