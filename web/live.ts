import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Run } from './api.ts'
import { isOpen } from './components/run-words.ts'
import { refreshStaff } from './pages/manage-staff/staff-list.ts'
import { latestRunQuery, openRunsQuery, runQuery } from './queries.ts'

const refreshEvery = 2000
const pollEvery = 3000

/**
 * Keeps what the screens show in step with the server: runs and apps come as server-sent events; while that
 * stream is broken they are asked for every few seconds and the stream is tried again.
 */
export function useLiveUpdates(): void {
  const client = useQueryClient()
  useEffect(() => {
    let source = connect()
    let staffRefreshedAt = 0
    let polledOpen = false

    function connect(): EventSource {
      const stream = new EventSource('/api/v1/events')
      stream.addEventListener('run', (event: MessageEvent<string>) => take(JSON.parse(event.data)))
      stream.addEventListener('app', () => client.invalidateQueries({ queryKey: ['apps'] }))
      // Between two streams something may have happened unseen.
      stream.addEventListener('open', () => client.invalidateQueries({ queryKey: ['runs'] }))
      return stream
    }

    function take(run: Run): void {
      const before = client.getQueryData(runQuery(run.id).queryKey)
      storeRun(client, run)
      if (isOpen(run)) {
        if (Date.now() - staffRefreshedAt > refreshEvery) refresh(run)
      } else if (!before || isOpen(before)) {
        refresh(run)
        client.invalidateQueries({ queryKey: ['apps'] })
      }
    }

    function refresh(run: Run): void {
      staffRefreshedAt = Date.now()
      refreshStaff(client, { light: isOpen(run) })
      client.invalidateQueries({ queryKey: ['runs', 'items', run.id] })
    }

    const poll = setInterval(() => {
      if (source.readyState === EventSource.OPEN) return
      if (source.readyState === EventSource.CLOSED) source = connect()
      client.invalidateQueries({ queryKey: ['runs'] })
      const open = (client.getQueryData(openRunsQuery.queryKey)?.length ?? 0) > 0
      // Once more after the last run has gone: its end is what changed the people.
      if (open || polledOpen) refreshStaff(client)
      polledOpen = open
    }, pollEvery)

    return () => {
      clearInterval(poll)
      source.close()
    }
  }, [client])
}

/** Puts the state of a run wherever it is shown. */
export function storeRun(client: QueryClient, run: Run): void {
  client.setQueryData(runQuery(run.id).queryKey, run)
  client.setQueryData(openRunsQuery.queryKey, (runs) => {
    const others = (runs ?? []).filter(({ id }) => id !== run.id)
    return isOpen(run) ? [run, ...others] : others
  })
  client.setQueryData(latestRunQuery.queryKey, (latest) =>
    !latest || latest.createdAt <= run.createdAt ? run : latest,
  )
}
