import { queryOptions } from '@tanstack/react-query'
import type { App } from '../contract/words.ts'
import { api } from './api.ts'

/** What the screens read, each under one key. Keys start with the noun, so that `['staff']` freshens every list of people. */

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => api('GET /session'),
  staleTime: Number.POSITIVE_INFINITY,
})

export const appsQuery = queryOptions({
  queryKey: ['apps'],
  queryFn: async () => (await api('GET /apps')).items,
  staleTime: 30_000,
})

export const openRunsQuery = queryOptions({
  queryKey: ['runs', 'open'],
  queryFn: async () => (await api('GET /runs', { query: { open: 'true' } })).items,
})

export const latestRunQuery = queryOptions({
  queryKey: ['runs', 'latest'],
  queryFn: async () => (await api('GET /runs', { query: { limit: 1 } })).items[0] ?? null,
})

export const runQuery = (id: string) =>
  queryOptions({ queryKey: ['runs', 'one', id], queryFn: () => api('GET /runs/{id}', { params: { id } }) })

export const personQuery = (accountId: string) =>
  queryOptions({
    queryKey: ['staff', 'one', accountId],
    queryFn: () => api('GET /staff/{accountId}', { params: { accountId } }),
  })

export const directoryQuery = (app: App, search: string) =>
  queryOptions({
    queryKey: ['apps', app, 'accounts', search],
    queryFn: () => api('GET /apps/{app}/accounts', { params: { app }, query: { search, limit: 20 } }),
    staleTime: 10_000,
  })
