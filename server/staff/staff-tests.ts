import type { StaffFilter } from '../../contract/routes/shapes.ts'
import { type App, apps, failedStatuses } from '../../contract/words.ts'
import {
  failureNumber,
  type IndexedPerson,
  type Labels,
  notConnected,
  statusNumber,
} from './indexed-person.ts'

/** Filters that have a facet, and search, which has none. `status` is `app` and `status` together. */
export type Family = 'group' | 'team' | 'active' | 'status' | 'failure' | 'search'

/** One family of a filter as a question about a person. */
export interface StaffTest {
  family: Family
  holds(person: IndexedPerson): boolean
}

const failed = failedStatuses.map(statusNumber)

/**
 * A filter as tests, one per family, all of which must hold; the same meaning as `matchingStaff`.
 * `words` are the parts of the search as the database gives them.
 */
export function staffTests(
  filter: StaffFilter,
  words: readonly string[],
  labels: { groups: Labels; teams: Labels },
): StaffTest[] {
  const tests: StaffTest[] = []
  const add = (family: Family, holds: StaffTest['holds']) => tests.push({ family, holds })
  const { group, team, active, failure } = filter
  if (active !== undefined) add('active', (person) => person.active === (active === 'true'))
  if (group !== undefined) {
    const wanted = labels.groups.find(group)
    add('group', (person) => wanted !== undefined && person.groups.includes(wanted))
  }
  if (team !== undefined) {
    const wanted = labels.teams.find(team)
    add('team', (person) => wanted !== undefined && person.teams.includes(wanted))
  }
  if (filter.app !== undefined || filter.status !== undefined) add('status', statusTest(filter))
  if (failure !== undefined) add('failure', failureTest(failure))
  // Last, because it takes longest.
  if (words.length > 0) add('search', (person) => words.every((word) => person.search.includes(word)))
  return tests
}

function statusTest({ app, status }: StaffFilter): StaffTest['holds'] {
  const wanted = status === undefined ? undefined : statusNumber(status)
  if (app === undefined) {
    if (wanted === undefined) return () => true
    if (wanted === notConnected) return ({ statuses }) => statuses.every((each) => each === notConnected)
    return ({ statuses }) => statuses.includes(wanted)
  }
  const at = apps.indexOf(app)
  if (wanted === undefined) return ({ statuses }) => statuses[at] !== notConnected
  return ({ statuses }) => statuses[at] === wanted
}

function failureTest(failure: NonNullable<StaffFilter['failure']>): StaffTest['holds'] {
  if (failure === 'any') return ({ statuses }) => statuses.some(isFailed)
  const at = apps.indexOf(failure as App)
  if (at >= 0) return ({ statuses }) => isFailed(statuses[at])
  const code = failureNumber(failure)
  return ({ failures }) => failures.includes(code)
}

/** Whether "Failed App Integration Status" finds the status with this number. */
export function isFailed(status: number | undefined): boolean {
  return status !== undefined && failed.includes(status)
}
