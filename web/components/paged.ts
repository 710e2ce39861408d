import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'

interface Page<T> {
  items: T[]
  nextCursor: string | null
  total: number
}

/** A list that is loaded page by page as it is scrolled. */
export function usePaged<T>(queryKey: QueryKey, load: (cursor: string | undefined) => Promise<Page<T>>) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => load(pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data])
  const reach = useCallback(
    (row: number) => {
      if (row >= rows.length - 1 && hasNextPage && !isFetching && !isError) fetchNextPage()
    },
    [rows.length, hasNextPage, isFetching, isError, fetchNextPage],
  )
  return {
    rows,
    total: data?.pages[0]?.total ?? 0,
    reach,
    loading: query.isPending,
    error: query.error,
    retry: () => query.refetch(),
  }
}
