import type { Person } from '../../api.ts'
import { formatNumber } from '../../components/format.ts'
import { filterInWords, type StaffFilter, sameFilter } from './filters.ts'

/** People chosen: one by one, or all that matched a filter when it was chosen. */
export type Selection =
  | { mode: 'some'; ids: ReadonlySet<string>; anchor?: string }
  | { mode: 'all'; filter: StaffFilter; total: number }

export const nobody: Selection = { mode: 'some', ids: new Set() }

/** How many can be sent one by one; more are chosen with a filter. */
export const pickLimit = 10_000

export type SelectionChange =
  | { type: 'toggle'; id: string; loaded: readonly Person[] }
  | { type: 'range'; id: string; loaded: readonly Person[] }
  | { type: 'page'; loaded: readonly Person[] }
  | { type: 'all'; filter: StaffFilter; total: number }
  | { type: 'clear' }

/**
 * `toggle` on somebody inside "all that match" leaves the loaded rows without them, as mail programs do: the
 * API takes a filter or ids, not a filter with exceptions, and the bar shows the smaller count at once.
 */
export function changeSelection(selection: Selection, change: SelectionChange): Selection {
  switch (change.type) {
    case 'clear':
      return nobody
    case 'all':
      return { mode: 'all', filter: change.filter, total: change.total }
    case 'toggle': {
      const ids = new Set(picked(selection, change.loaded))
      if (!ids.delete(change.id)) ids.add(change.id)
      return { mode: 'some', ids: limited(ids), anchor: change.id }
    }
    case 'range': {
      const ids = new Set(picked(selection, change.loaded))
      const from = selection.mode === 'some' ? selection.anchor : undefined
      for (const id of between(change.loaded, from ?? change.id, change.id)) ids.add(id)
      return { mode: 'some', ids: limited(ids), anchor: change.id }
    }
    case 'page': {
      const ids = new Set(selection.mode === 'some' ? selection.ids : [])
      const everyone = change.loaded.every(({ accountId }) =>
        isSelectedIn(selection, accountId, change.loaded),
      )
      for (const { accountId } of change.loaded) {
        if (everyone) ids.delete(accountId)
        else ids.add(accountId)
      }
      return { mode: 'some', ids: limited(ids) }
    }
  }
}

function isSelectedIn(selection: Selection, accountId: string, loaded: readonly Person[]): boolean {
  if (selection.mode === 'some') return selection.ids.has(accountId)
  const person = loaded.find((one) => one.accountId === accountId)
  return person !== undefined && matchesFilter(person, selection.filter)
}

function picked(selection: Selection, loaded: readonly Person[]): Iterable<string> {
  if (selection.mode === 'some') return selection.ids
  return loaded.filter((person) => matchesFilter(person, selection.filter)).map(({ accountId }) => accountId)
}

function limited(ids: Set<string>): ReadonlySet<string> {
  return ids.size <= pickLimit ? ids : new Set([...ids].slice(0, pickLimit))
}

function between(loaded: readonly Person[], from: string, to: string): string[] {
  const first = loaded.findIndex(({ accountId }) => accountId === from)
  const last = loaded.findIndex(({ accountId }) => accountId === to)
  if (last < 0) return []
  if (first < 0) return [to]
  return loaded.slice(Math.min(first, last), Math.max(first, last) + 1).map(({ accountId }) => accountId)
}

export function selectionSize(selection: Selection): number {
  return selection.mode === 'all' ? selection.total : selection.ids.size
}

export function isSelected(selection: Selection, person: Person): boolean {
  if (selection.mode === 'some') return selection.ids.has(person.accountId)
  return matchesFilter(person, selection.filter)
}

/** What the list shows: the people of a filter, of whom only the first rows may be loaded. */
export interface View {
  filter: StaffFilter
  rows: readonly Person[]
  total: number
}

/**
 * Who is selected, beside how many: the filter they were selected by, or how many of them the list does not
 * show. `differs` when the selection is not what the reader sees, so that an action would hit people unseen.
 */
export function selectionRemark(selection: Selection, view: View): { words: string; differs: boolean } {
  if (selection.mode === 'all') {
    const words = filterInWords(selection.filter)
    if (sameFilter(selection.filter, view.filter)) return { words, differs: false }
    return { words: `${words} – not what is shown`, differs: true }
  }
  const shown = view.rows.filter(({ accountId }) => selection.ids.has(accountId)).length
  const unseen = selection.ids.size - shown
  if (unseen === 0) return { words: '', differs: false }
  const where = view.rows.length < view.total ? 'further down or not in this view' : 'not in this view'
  return { words: `${formatNumber(unseen)} of them ${where}`, differs: true }
}

/** What the API takes. */
export function selectionBody(selection: Selection): { filter: StaffFilter } | { accountIds: string[] } {
  return selection.mode === 'all' ? { filter: selection.filter } : { accountIds: [...selection.ids] }
}

/**
 * Whether somebody on the screen belongs to a selection made with another filter. Only the tick of their row
 * depends on it; who is in a run is decided by the server from the filter itself.
 */
export function matchesFilter(person: Person, filter: StaffFilter): boolean {
  const { search, group, team, active, app, status, failure } = filter
  if (active !== undefined && person.active !== (active === 'true')) return false
  if (group !== undefined && !person.groups.includes(group)) return false
  if (team !== undefined && !person.teams.includes(team)) return false
  if (search !== undefined && !matchesSearch(person, search)) return false
  const seen = person.connections.filter((connection) => app === undefined || connection.app === app)
  if (status === 'not_connected') {
    if (seen.some((connection) => connection.status !== 'not_connected')) return false
  } else if (status !== undefined && !seen.some((connection) => connection.status === status)) {
    return false
  } else if (status === undefined && app !== undefined) {
    if (seen.every((connection) => connection.status === 'not_connected')) return false
  }
  if (failure === undefined) return true
  return person.connections.some((connection) => {
    if (connection.failure?.code === failure) return true
    const failed = connection.status === 'needs_mapping' || connection.status === 'failed'
    return failed && (failure === 'any' || failure === connection.app)
  })
}

function matchesSearch(person: Person, search: string): boolean {
  const { displayName, email, aliases, accountId } = person
  const text = folded([displayName, email ?? '', ...aliases, accountId].join(' '))
  return folded(search)
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** Without case and accents. */
function folded(text: string): string {
  return text.trim().normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** For sessionStorage: a selection survives reloading the page, in its own tab. */
export function writeSelection(selection: Selection): string {
  return JSON.stringify(selection.mode === 'all' ? selection : { mode: 'some', ids: [...selection.ids] })
}

export function readSelection(text: string | null): Selection {
  if (text === null) return nobody
  try {
    const stored: unknown = JSON.parse(text)
    if (typeof stored !== 'object' || stored === null) return nobody
    if ('ids' in stored && Array.isArray(stored.ids)) return { mode: 'some', ids: new Set(stored.ids) }
    if ('filter' in stored && 'total' in stored) return stored as Selection
    return nobody
  } catch {
    return nobody
  }
}
