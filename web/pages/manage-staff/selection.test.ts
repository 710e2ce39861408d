import { expect, test } from 'vitest'
import type { Person } from '../../api.ts'
import {
  changeSelection,
  isSelected,
  matchesFilter,
  nobody,
  pickLimit,
  readSelection,
  type Selection,
  selectionBody,
  selectionRemark,
  selectionSize,
  writeSelection,
} from './selection.ts'

function buildPerson(accountId: string, given: Partial<Person> = {}): Person {
  return {
    accountId,
    displayName: `Person ${accountId}`,
    email: `${accountId}@acme.example`,
    aliases: [],
    groups: [],
    teams: [],
    active: true,
    connections: [],
    ...given,
  }
}

const connection = (status: Person['connections'][number]['status']): Person['connections'][number] => ({
  app: 'github',
  status,
  origin: null,
  login: null,
  externalId: null,
  connectedBy: null,
  connectedAt: null,
  evidence: [],
  failure: null,
})

const loaded = ['a', 'b', 'c', 'd', 'e'].map((id) => buildPerson(id))
const ids = (selection: Selection) => (selection.mode === 'some' ? [...selection.ids].sort() : 'all')
const all: Selection = { mode: 'all', filter: { active: 'true' }, total: 1204 }

test('a row is selected and unselected', () => {
  const one = changeSelection(nobody, { type: 'toggle', id: 'b', loaded })
  expect(ids(one)).toEqual(['b'])
  expect(ids(changeSelection(one, { type: 'toggle', id: 'b', loaded }))).toEqual([])
})

test('a range goes from the last touched row to this one, in either direction', () => {
  const from = changeSelection(nobody, { type: 'toggle', id: 'd', loaded })
  expect(ids(changeSelection(from, { type: 'range', id: 'b', loaded }))).toEqual(['b', 'c', 'd'])
  const up = changeSelection(nobody, { type: 'toggle', id: 'b', loaded })
  expect(ids(changeSelection(up, { type: 'range', id: 'd', loaded }))).toEqual(['b', 'c', 'd'])
})

test('a range whose first row is not in the list any more selects its last row only', () => {
  const elsewhere = changeSelection(nobody, { type: 'toggle', id: 'zz', loaded })
  expect(ids(changeSelection(elsewhere, { type: 'range', id: 'b', loaded }))).toEqual(['b', 'zz'])
})

test('selecting the page keeps who was selected under another filter, and a second time unselects the page only', () => {
  const other = changeSelection(nobody, { type: 'toggle', id: 'zz', loaded })
  const page = changeSelection(other, { type: 'page', loaded })
  expect(ids(page)).toEqual(['a', 'b', 'c', 'd', 'e', 'zz'])
  expect(ids(changeSelection(page, { type: 'page', loaded }))).toEqual(['zz'])
})

test('all that match is a filter, not a list of ids', () => {
  const everyone = changeSelection(nobody, { type: 'all', filter: { group: 'Platform' }, total: 100_000 })
  expect(selectionSize(everyone)).toBe(100_000)
  expect(selectionBody(everyone)).toEqual({ filter: { group: 'Platform' } })
})

test('taking one person out of all that match leaves the loaded rows without them', () => {
  const left = changeSelection(all, { type: 'toggle', id: 'c', loaded })
  expect(ids(left)).toEqual(['a', 'b', 'd', 'e'])
  expect(selectionBody(left)).toEqual({ accountIds: ['a', 'b', 'd', 'e'] })
})

test('unticking the page of all that match selects nobody', () => {
  expect(ids(changeSelection(all, { type: 'page', loaded }))).toEqual([])
})

test('never more people one by one than the server takes', () => {
  const many = Array.from({ length: pickLimit + 50 }, (_, n) => buildPerson(`p${n}`))
  expect(selectionSize(changeSelection(nobody, { type: 'page', loaded: many }))).toBe(pickLimit)
})

test('a row under another filter is ticked when it belongs to all that matched', () => {
  const selection: Selection = { mode: 'all', filter: { group: 'Platform', search: 'perez' }, total: 2 }
  expect(isSelected(selection, buildPerson('a', { displayName: 'Ana Pérez', groups: ['Platform'] }))).toBe(
    true,
  )
  expect(isSelected(selection, buildPerson('a', { displayName: 'Ana Pérez', groups: ['Data'] }))).toBe(false)
})

test('people without a connection count as not connected, and failures are needs mapping or failed', () => {
  const connected = buildPerson('a', { connections: [connection('connected')] })
  const mapping = buildPerson('b', { connections: [connection('needs_mapping')] })
  expect(matchesFilter(buildPerson('c'), { app: 'github', status: 'not_connected' })).toBe(true)
  expect(matchesFilter(connected, { app: 'github', status: 'not_connected' })).toBe(false)
  expect(matchesFilter(mapping, { failure: 'github' })).toBe(true)
  expect(matchesFilter(connected, { failure: 'any' })).toBe(false)
  expect(matchesFilter(mapping, { failure: 'gitlab' })).toBe(false)
})

test('the filter of a selection finds whom the server finds', () => {
  const waiting = {
    ...connection('waiting'),
    failure: { code: 'rate_limited' } as Person['connections'][number]['failure'],
  }
  const person = buildPerson('a', { displayName: 'Ana Pérez', aliases: ['ana.p@acme.example'] })
  expect(matchesFilter(person, { search: 'perez  ana' })).toBe(true)
  expect(matchesFilter(person, { search: 'ana.p@' })).toBe(true)
  expect(matchesFilter(person, { search: 'ana smith' })).toBe(false)
  expect(matchesFilter({ ...person, connections: [waiting] }, { failure: 'rate_limited' })).toBe(true)
  expect(matchesFilter({ ...person, connections: [waiting] }, { failure: 'any' })).toBe(false)
  expect(matchesFilter({ ...person, connections: [connection('not_connected')] }, { app: 'github' })).toBe(
    false,
  )
})

test('people selected whom the list does not show are told apart, so that no action hits them unseen', () => {
  const some: Selection = { mode: 'some', ids: new Set(['a', 'b', 'zz']) }
  const view = { filter: { active: 'true' }, rows: loaded, total: 5 } as const
  expect(selectionRemark(some, view)).toEqual({ words: '1 of them not in this view', differs: true })
  expect(selectionRemark(some, { ...view, total: 900 }).words).toBe(
    '1 of them further down or not in this view',
  )
  expect(selectionRemark({ mode: 'some', ids: new Set(['a', 'e']) }, view)).toEqual({
    words: '',
    differs: false,
  })
  expect(selectionRemark(all, view)).toEqual({ words: 'active', differs: false })
  expect(selectionRemark(all, { ...view, filter: { active: 'true', group: 'Platform' } })).toEqual({
    words: 'active – not what is shown',
    differs: true,
  })
})

test('a selection comes back after a reload, and what cannot be read selects nobody', () => {
  const some = changeSelection(nobody, { type: 'page', loaded })
  expect(ids(readSelection(writeSelection(some)))).toEqual(ids(some))
  expect(readSelection(writeSelection(all))).toEqual(all)
  for (const broken of [null, '', '{', '7', '{"mode":"some"}']) expect(readSelection(broken)).toEqual(nobody)
})
