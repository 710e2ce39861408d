import { failureTable } from '../../../contract/failure-table.ts'
import type { StaffFilter } from '../../../contract/routes/shapes.ts'
import type { staffSorts } from '../../../contract/routes/staff.ts'
import {
  type App,
  appNames,
  apps,
  type ConnectionStatus,
  connectionStatuses,
} from '../../../contract/words.ts'

export type { StaffFilter }
export type StaffSort = (typeof staffSorts)[number]
export type FailureFilter = NonNullable<StaffFilter['failure']>

/**
 * The address of Manage Staff. Absent means the default: active people, sorted by name. `person` is the account
 * id of the open panel.
 */
export interface StaffSearch {
  search?: string
  group?: string
  team?: string
  active?: 'false' | 'all'
  app?: App
  status?: ConnectionStatus
  failure?: FailureFilter
  sort?: StaffSort
  person?: string
}

const sorts: readonly string[] = ['-name', 'email', '-email', 'accountId', '-accountId', 'status', '-status']

/**
 * Takes what it understands from an address, so that an old or mistyped link still opens. Every name is in the
 * answer, absent ones as undefined: the router lays the answer over the raw address, where a name that is left
 * out would keep its raw value.
 */
export function parseStaffSearch(raw: Record<string, unknown>): StaffSearch {
  const text = (name: string) => {
    const value = raw[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const oneOf = <T extends string>(name: string, allowed: (value: string) => boolean) => {
    const value = text(name)
    return value !== undefined && allowed(value) ? (value as T) : undefined
  }
  return {
    search: text('search'),
    group: text('group'),
    team: text('team'),
    active: oneOf('active', (value) => value === 'false' || value === 'all'),
    app: oneOf('app', isApp),
    status: oneOf('status', (value) => (connectionStatuses as readonly string[]).includes(value)),
    failure: oneOf(
      'failure',
      (value) => value === 'any' || isApp(value) || Object.hasOwn(failureTable, value),
    ),
    sort: oneOf('sort', (value) => sorts.includes(value)),
    person: text('person'),
  }
}

function isApp(value: string): value is App {
  return (apps as readonly string[]).includes(value)
}

/** The filter that the API is asked with. */
export function filterOf(staffSearch: StaffSearch): StaffFilter {
  // Name by name: whatever else stands in the address is not for the API, which would refuse it.
  const { search, group, team, active = 'true', app, status, failure } = staffSearch
  return { search, group, team, active: active === 'all' ? undefined : active, app, status, failure }
}

/** Whether two filters ask for the same people. */
export function sameFilter(one: StaffFilter, other: StaffFilter): boolean {
  return filterNames.every((name) => one[name] === other[name])
}

const filterNames = ['search', 'group', 'team', 'active', 'app', 'status', 'failure'] as const

/** Whether anything beside the default is filtered, so that `Clear` has something to do. */
export function isFiltered(staffSearch: StaffSearch): boolean {
  return filterNames.some((name) => staffSearch[name] !== undefined)
}

export const statusWords: Record<ConnectionStatus, string> = {
  not_connected: 'Not connected',
  waiting: 'Waiting',
  connected: 'Connected',
  needs_mapping: 'Needs mapping',
  failed: 'Failed',
  paused: 'Paused',
  opted_out: 'Said no',
}

export function failureWords(failure: string): string {
  if (failure === 'any') return 'Any failure'
  if (isApp(failure)) return `Any failure with ${appNames[failure]}`
  return failure in failureTable ? failureTable[failure as keyof typeof failureTable].title : failure
}

/** A filter in words, for the selection bar: "Group Platform, active". */
export function filterInWords(filter: StaffFilter): string {
  const words = [
    filter.search && `“${filter.search}”`,
    filter.group && `group ${filter.group}`,
    filter.team && `team ${filter.team}`,
    filter.status && statusWords[filter.status].toLowerCase(),
    filter.app && `with ${appNames[filter.app]}`,
    filter.failure && failureWords(filter.failure).toLowerCase(),
    filter.active && (filter.active === 'true' ? 'active' : 'inactive'),
  ].filter(Boolean)
  return words.length > 0 ? words.join(', ') : 'everybody'
}
