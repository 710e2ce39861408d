import { keepPreviousData, type QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { api, type Person, type StaffPage } from '../../api.ts'
import type { StaffFilter, StaffSort } from './filters.ts'

/** The first page is small, to be there at once; the others are the largest that the API gives. */
const firstPage = 100
const furtherPages = 500
/** While a run goes on, rows are read again only this many pages deep; at its end, however deep one is. */
const refreshedDuringRun = 3

/** The last row in view; what lies below it is dropped, not read again, when the list is refreshed. */
const view = { lastRow: 0 }

interface LoadedPages {
  pages: StaffPage[]
  pageParams: (string | null)[]
}

export interface StaffList {
  rows: readonly Person[]
  total: number
  /** Loads the pages up to a row, one after the other: each page's address is in the one before it. */
  reach: (row: number) => void
  /** How far a long jump has come: rows loaded of rows wanted. */
  catchingUp: { loaded: number; wanted: number } | null
  /** Rows of an earlier filter are still shown. */
  stale: boolean
  loading: boolean
  error: unknown
  retry: () => void
}

export function useStaffList(filter: StaffFilter, sort: StaffSort): StaffList {
  const query = useInfiniteQuery({
    queryKey: ['staff', 'list', filter, sort],
    queryFn: ({ pageParam }) =>
      api('GET /staff', {
        query: {
          ...filter,
          sort,
          limit: pageParam ? furtherPages : firstPage,
          cursor: pageParam ?? undefined,
        },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    // Comparing 100,000 rows with their successors costs more than drawing the forty in view.
    structuralSharing: false,
  })
  const { data, hasNextPage, isFetching, fetchNextPage, isPlaceholderData, isError } = query
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data])
  const total = data?.pages[0]?.total ?? 0

  // Set only when it asks for rows that are not there yet: scrolling among loaded rows redraws nothing else.
  const [wanted, setWanted] = useState(0)
  const loaded = rows.length
  const reach = useCallback(
    (row: number) => {
      view.lastRow = row
      setWanted((before) => (row >= loaded || before >= loaded ? row : before))
    },
    [loaded],
  )
  useEffect(() => {
    if (wanted < loaded || !hasNextPage || isFetching || isPlaceholderData || isError) return
    fetchNextPage()
  }, [wanted, loaded, hasNextPage, isFetching, isPlaceholderData, isError, fetchNextPage])

  return {
    rows,
    total,
    reach,
    catchingUp: wanted - loaded > furtherPages ? { loaded, wanted } : null,
    stale: isPlaceholderData,
    loading: query.isPending,
    error: query.error,
    retry: () => query.refetch(),
  }
}

export function useFacets(filter: StaffFilter) {
  return useQuery({
    queryKey: ['staff', 'facets', filter],
    queryFn: () => api('GET /staff/facets', { query: filter }),
    placeholderData: keepPreviousData,
  })
}

/** Reads everything about people again that is on the screen. `light`: a run is still changing them. */
export function refreshStaff(client: QueryClient, { light = false } = {}): void {
  const deep = Math.ceil((view.lastRow - firstPage) / furtherPages) + 1
  if (light && deep > refreshedDuringRun) return
  const kept = Math.max(1, deep)
  client.setQueriesData<LoadedPages>({ queryKey: ['staff', 'list'] }, (loaded) =>
    loaded && loaded.pages.length > kept
      ? { pages: loaded.pages.slice(0, kept), pageParams: loaded.pageParams.slice(0, kept) }
      : loaded,
  )
  client.invalidateQueries({ queryKey: ['staff'] })
}
