import { failureCodes } from '../../contract/failure.ts'
import type { RouteAnswer } from '../../contract/routes/index.ts'
import { apps, connectionStatuses } from '../../contract/words.ts'
import { compareNames, type IndexedPerson, type Labels, noFailure } from './indexed-person.ts'
import { type Family, isFailed, type StaffTest } from './staff-tests.ts'

export type StaffFacets = RouteAnswer<'GET /staff/facets'>

/**
 * How many people each value of each filter would find while all the other filters stay as they are. So
 * whoever fails the test of one family only still counts for the values of that family.
 */
export function countFacets(
  people: Iterable<IndexedPerson>,
  tests: readonly StaffTest[],
  labels: { groups: Labels; teams: Labels },
): StaffFacets {
  const counts = zeroCounts(labels)
  for (const person of people) {
    let missed: Family | undefined
    let misses = 0
    for (const test of tests) {
      if (test.holds(person)) continue
      missed = test.family
      if (++misses > 1) break
    }
    if (misses > 1) continue
    if (missed) tallies[missed](counts, person)
    else {
      counts.total++
      for (const family of families) tallies[family](counts, person)
    }
  }
  return named(counts, labels)
}

type Counts = ReturnType<typeof zeroCounts>

function zeroCounts(labels: { groups: Labels; teams: Labels }) {
  return {
    total: 0,
    groups: new Uint32Array(labels.groups.names.length),
    teams: new Uint32Array(labels.teams.names.length),
    active: new Uint32Array(2),
    statuses: apps.map(() => new Uint32Array(connectionStatuses.length)),
    failures: {
      any: new Uint32Array(1),
      apps: new Uint32Array(apps.length),
      codes: new Uint32Array(failureCodes.length),
    },
  }
}

function increment(counts: Uint32Array | undefined, at: number): void {
  if (counts) counts[at] = (counts[at] ?? 0) + 1
}

const tallies: Record<Family, (counts: Counts, person: IndexedPerson) => void> = {
  group(counts, { groups }) {
    for (const group of groups) increment(counts.groups, group)
  },
  team(counts, { teams }) {
    for (const team of teams) increment(counts.teams, team)
  },
  active(counts, person) {
    increment(counts.active, person.active ? 0 : 1)
  },
  status(counts, { statuses }) {
    for (let app = 0; app < statuses.length; app++) increment(counts.statuses[app], statuses[app] ?? 0)
  },
  failure({ failures: counts }, { statuses, failures }) {
    let any = false
    for (let app = 0; app < statuses.length; app++) {
      if (isFailed(statuses[app])) {
        any = true
        increment(counts.apps, app)
      }
      const code = failures[app] ?? noFailure
      // A person with one failure in two apps is one person.
      if (code !== noFailure && failures.indexOf(code) === app) increment(counts.codes, code)
    }
    if (any) increment(counts.any, 0)
  },
  search() {},
}

const families = Object.keys(tallies) as Family[]

function named(counts: Counts, labels: { groups: Labels; teams: Labels }): StaffFacets {
  const alphabetical = (facet: StaffFacets['groups']) => facet.sort((a, b) => compareNames(a.value, b.value))
  return {
    total: counts.total,
    groups: alphabetical(listed(labels.groups.names, counts.groups)),
    teams: alphabetical(listed(labels.teams.names, counts.teams)),
    active: listed(['true', 'false'], counts.active),
    statuses: apps.flatMap((app, at) =>
      listed(
        connectionStatuses.map((status) => `${app}:${status}`),
        counts.statuses[at],
      ),
    ),
    failures: [
      ...listed(['any'], counts.failures.any),
      ...listed(apps, counts.failures.apps),
      ...listed(failureCodes, counts.failures.codes),
    ],
  }
}

/** Values that nobody has are left out. */
function listed(values: readonly string[], counts: Uint32Array | undefined): StaffFacets['groups'] {
  return values.map((value, at) => ({ value, count: counts?.[at] ?? 0 })).filter(({ count }) => count > 0)
}
