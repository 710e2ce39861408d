import { expect, test } from 'vitest'
import { connectionStatuses } from '../../contract/words.ts'
import type { Connection } from '../api.ts'
import { markLabel, markShape } from './connection-words.ts'

const connected: Connection = {
  app: 'github',
  status: 'connected',
  origin: 'admin',
  login: 'ana',
  externalId: '1',
  connectedBy: 'Olga',
  connectedAt: '2026-11-23T12:00:00Z',
  evidence: [],
  failure: null,
}

test('a connection by an administrator and one by the person have different shapes and names', () => {
  expect(markShape(connected)).toBe('by-admin')
  expect(markShape({ ...connected, origin: 'map-file' })).toBe('by-admin')
  expect(markShape({ ...connected, origin: 'self' })).toBe('by-person')
  expect(markLabel(connected)).toBe('GitHub: connected by an administrator')
  expect(markLabel({ ...connected, origin: 'self' })).toBe('GitHub: connected by the person')
})

test('only somebody not connected has no mark', () => {
  const without = connectionStatuses.filter((status) => !markShape({ status, origin: null }))
  expect(without).toEqual(['not_connected'])
})
