import type { StaffFilter } from '../../contract/routes/shapes.ts'
import { type App, apps, connectionStatuses, failedStatuses } from '../../contract/words.ts'
import { failureNumber, notConnected, type StaffColumns, statusNumber } from './staff-columns.ts'

/** Filters that have a facet, and search, which has none. `status` is `app` and `status` together. */
export type Family = 'group' | 'team' | 'active' | 'status' | 'failure' | 'search'

/** One family of a filter as a question about the person in a slot. */
export interface StaffTest {
  family: Family
  holds(slot: number): boolean
}

const failed = connectionStatuses.map((status) => failedStatuses.some((each) => each === status))
const width = apps.length

/**
 * A filter as tests, one per family, all of which must hold; the same meaning as `matchingStaff`.
 * `words` are the parts of the search as the database gives them. Good until the columns change.
 */
export function staffTests(
  filter: StaffFilter,
  words: readonly string[],
  columns: StaffColumns,
): StaffTest[] {
  const tests: StaffTest[] = []
  const add = (family: Family, holds: StaffTest['holds']) => tests.push({ family, holds })
  const { group, team, active, failure } = filter
  if (active !== undefined) add('active', (slot) => columns.active[slot] === (active === 'true'))
  if (group !== undefined) add('group', labelTest(columns.groups, columns.groupLabels.find(group)))
  if (team !== undefined) add('team', labelTest(columns.teams, columns.teamLabels.find(team)))
  if (filter.app !== undefined || filter.status !== undefined) add('status', statusTest(filter, columns))
  if (failure !== undefined) add('failure', failureTest(failure, columns))
  // Last, because it takes longest.
  if (words.length > 0) add('search', searchTest(words, columns.search))
  return tests
}

function labelTest(labels: number[][], wanted: number | undefined): StaffTest['holds'] {
  if (wanted === undefined) return () => false
  return (slot) => labels[slot]?.includes(wanted) ?? false
}

function statusTest({ app, status }: StaffFilter, { statuses }: StaffColumns): StaffTest['holds'] {
  const wanted = status === undefined ? undefined : statusNumber(status)
  if (app !== undefined) {
    const at = apps.indexOf(app)
    if (wanted === undefined) return (slot) => statuses[slot * width + at] !== notConnected
    return (slot) => statuses[slot * width + at] === wanted
  }
  if (wanted === notConnected) return (slot) => !anyApp(slot, (at) => statuses[at] !== notConnected)
  return (slot) => anyApp(slot, (at) => statuses[at] === wanted)
}

function failureTest(
  failure: NonNullable<StaffFilter['failure']>,
  { statuses, failures }: StaffColumns,
): StaffTest['holds'] {
  if (failure === 'any') return (slot) => anyApp(slot, (at) => isFailed(statuses[at]))
  const app = apps.indexOf(failure as App)
  if (app >= 0) return (slot) => isFailed(statuses[slot * width + app])
  const code = failureNumber(failure)
  return (slot) => anyApp(slot, (at) => failures[at] === code)
}

function searchTest(words: readonly string[], search: string[]): StaffTest['holds'] {
  return (slot) => {
    const text = search[slot] ?? ''
    for (const word of words) if (!text.includes(word)) return false
    return true
  }
}

function anyApp(slot: number, holds: (at: number) => boolean): boolean {
  const first = slot * width
  for (let at = first; at < first + width; at++) if (holds(at)) return true
  return false
}

/** Whether "Failed App Integration Status" finds the status with this number. */
export function isFailed(status: number | undefined): boolean {
  return status !== undefined && failed[status] === true
}
