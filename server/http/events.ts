import type { Listener } from '../db/listen.ts'
import { type Change, changesChannel } from '../db/notify.ts'

/** Announced changes of rows, from every process, fanned out inside this one. */
export interface Changes {
  /**
   * Calls `listener` for each change; the function it answers with ends that. `missed` is called when
   * announcements may have been lost: read the rows again.
   */
  subscribe(listener: (change: Change) => void, missed?: () => void): () => void
}

/** One LISTEN for all who wait in this process. */
export async function openChanges(listener: Listener): Promise<Changes> {
  const subscribers = new Set<{ notified: (change: Change) => void; missed: () => void }>()
  await listener.listen(
    changesChannel,
    (payload) => {
      const change = JSON.parse(payload) as Change
      for (const { notified } of subscribers) notified(change)
    },
    () => {
      for (const { missed } of subscribers) missed()
    },
  )
  return {
    subscribe(notified, missed = () => {}) {
      const subscriber = { notified, missed }
      subscribers.add(subscriber)
      return () => subscribers.delete(subscriber)
    },
  }
}
