import { badnessLevels, type IndexedPerson, type StaffColumns } from './staff-columns.ts'

export type StaffOrder = 'name' | 'email' | 'accountId' | 'status'

/** A place in an order: where a person is, or was once. */
export type Place = Omit<IndexedPerson, 'slot'>

/** The slots of everybody in each order, sorted when they are first asked for. */
export class StaffOrders {
  readonly #columns: StaffColumns
  readonly #sorted = new Map<StaffOrder, number[]>()
  readonly #disturbed = new Set<StaffOrder>()

  constructor(columns: StaffColumns) {
    this.#columns = columns
  }

  /** Somebody new, or with another name or email. */
  disturb(newSlot?: number): void {
    this.#sorted.delete('status')
    for (const [order, slots] of this.#sorted) {
      if (newSlot !== undefined) slots.push(newSlot)
      this.#disturbed.add(order)
    }
  }

  disturbStatus(): void {
    this.#sorted.delete('status')
  }

  slots(order: StaffOrder): readonly number[] {
    const known = this.#sorted.get(order)
    if (known && !this.#disturbed.has(order)) return known
    const slots = order === 'status' ? this.#byStatus() : this.#sort(comparisons[order], known)
    this.#sorted.set(order, slots)
    this.#disturbed.delete(order)
    return slots
  }

  /** Where the people behind a place begin, seen from the start; with `before`, how many are before it. */
  find(order: StaffOrder, place: Place, side: 'before' | 'behind'): number {
    const slots = this.slots(order)
    const most = side === 'before' ? -1 : 0
    let low = 0
    let high = slots.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const person = this.#columns.people[slots[middle] ?? -1]
      if (person && comparisons[order](person, place) <= most) low = middle + 1
      else high = middle
    }
    return low
  }

  /** What is nearly in order, because few people changed, is sorted ten times as fast as the first time. */
  #sort(compare: (a: Place, b: Place) => number, known: number[] | undefined): number[] {
    const { people } = this.#columns
    const before = known ? known.map((slot) => people[slot]) : people
    return before
      .filter((person) => person !== undefined)
      .sort(compare)
      .map(({ slot }) => slot)
  }

  /** The name order divided by status: much faster than sorting, and statuses change all the time. */
  #byStatus(): number[] {
    const levels: number[][] = Array.from({ length: badnessLevels }, () => [])
    for (const slot of this.slots('name')) levels[this.#columns.people[slot]?.badness ?? 0]?.push(slot)
    return levels.flat()
  }
}

/**
 * The order of the database's collation `people`: any language, numbers by value. English is what Unicode calls
 * the root order, which has no name of its own here.
 */
export const compareNames = new Intl.Collator('en', { numeric: true }).compare

const byAccountId = (a: Place, b: Place) => byCode(a.accountId, b.accountId)
const byName = (a: Place, b: Place) => compareNames(a.name, b.name) || byAccountId(a, b)
/** After every address. */
const noEmail = '\u{10ffff}'

/** No two people are equal in any of them. */
const comparisons: Record<StaffOrder, (a: Place, b: Place) => number> = {
  name: byName,
  email: (a, b) => byCode(a.email ?? noEmail, b.email ?? noEmail) || byAccountId(a, b),
  accountId: byAccountId,
  status: (a, b) => a.badness - b.badness || byName(a, b),
}

function byCode(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
