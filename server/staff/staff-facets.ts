import { failureCodes } from '../../contract/failure.ts'
import type { RouteAnswer } from '../../contract/routes/index.ts'
import { apps, connectionStatuses } from '../../contract/words.ts'
import { noFailure, type StaffColumns } from './staff-columns.ts'
import { compareNames } from './staff-orders.ts'
import { type Family, isFailed, type StaffTest } from './staff-tests.ts'

export type StaffFacets = RouteAnswer<'GET /staff/facets'>

/**
 * How many people each value of each filter would find while all the other filters stay as they are. So
 * whoever fails the test of one family only still counts for the values of that family.
 */
export function countFacets(columns: StaffColumns, tests: readonly StaffTest[]): StaffFacets {
  const counts = zeroCounts(columns)
  for (let slot = 0; slot < columns.size; slot++) {
    if (!columns.people[slot]) continue
    let missed: Family | undefined
    let misses = 0
    for (const test of tests) {
      if (test.holds(slot)) continue
      missed = test.family
      if (++misses > 1) break
    }
    if (misses > 1) continue
    if (missed) tallies[missed](counts, columns, slot)
    else {
      counts.total++
      for (const family of families) tallies[family](counts, columns, slot)
    }
  }
  return named(counts, columns)
}

type Counts = ReturnType<typeof zeroCounts>

const width = apps.length
const kinds = connectionStatuses.length

function zeroCounts({ groupLabels, teamLabels }: StaffColumns) {
  return {
    total: 0,
    groups: new Uint32Array(groupLabels.names.length),
    teams: new Uint32Array(teamLabels.names.length),
    active: new Uint32Array(2),
    /** By app, then by status. */
    statuses: new Uint32Array(width * kinds),
    failedAnywhere: new Uint32Array(1),
    failedIn: new Uint32Array(width),
    failures: new Uint32Array(failureCodes.length),
  }
}

function increment(counts: Uint32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1
}

const tallies: Record<Family, (counts: Counts, columns: StaffColumns, slot: number) => void> = {
  group(counts, columns, slot) {
    for (const group of columns.groups[slot] ?? []) increment(counts.groups, group)
  },
  team(counts, columns, slot) {
    for (const team of columns.teams[slot] ?? []) increment(counts.teams, team)
  },
  active(counts, columns, slot) {
    increment(counts.active, columns.active[slot] ? 0 : 1)
  },
  status(counts, { statuses }, slot) {
    for (let app = 0; app < width; app++)
      increment(counts.statuses, app * kinds + (statuses[slot * width + app] ?? 0))
  },
  failure(counts, { statuses, failures }, slot) {
    const first = slot * width
    let anywhere = false
    for (let at = first; at < first + width; at++) {
      const code = failures[at] ?? noFailure
      if (code !== noFailure && !isBetween(failures, first, at, code)) increment(counts.failures, code)
      if (!isFailed(statuses[at])) continue
      anywhere = true
      increment(counts.failedIn, at - first)
    }
    if (anywhere) increment(counts.failedAnywhere, 0)
  },
  search() {},
}
/** A person with one failure in two apps is one person. */
function isBetween(failures: Uint8Array, first: number, end: number, code: number): boolean {
  for (let at = first; at < end; at++) if (failures[at] === code) return true
  return false
}

const families = Object.keys(tallies) as Family[]

function named(counts: Counts, { groupLabels, teamLabels }: StaffColumns): StaffFacets {
  return {
    total: counts.total,
    groups: alphabetical(listed(groupLabels.names, counts.groups)),
    teams: alphabetical(listed(teamLabels.names, counts.teams)),
    active: listed(['true', 'false'], counts.active),
    statuses: listed(statusValues, counts.statuses),
    failures: [
      ...listed(['any'], counts.failedAnywhere),
      ...listed(apps, counts.failedIn),
      ...listed(failureCodes, counts.failures),
    ],
  }
}

const statusValues = apps.flatMap((app) => connectionStatuses.map((status) => `${app}:${status}`))

/** Values that nobody has are left out. */
function listed(values: readonly string[], counts: Uint32Array): StaffFacets['groups'] {
  return values.map((value, at) => ({ value, count: counts[at] ?? 0 })).filter(({ count }) => count > 0)
}

function alphabetical(facet: StaffFacets['groups']): StaffFacets['groups'] {
  return facet.sort((a, b) => compareNames(a.value, b.value))
}
