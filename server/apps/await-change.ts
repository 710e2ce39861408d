import type { Change } from '../db/notify.ts'
import type { Changes } from '../http/events.ts'

/**
 * Reads until there is an answer: now, and again at each announced change that concerns it. Undefined after
 * `timeoutMs` without one.
 */
export async function awaitChange<T>(
  changes: Changes,
  concerns: (change: Change) => boolean,
  read: () => Promise<T | undefined>,
  timeoutMs: number,
): Promise<T | undefined> {
  const deadline = AbortSignal.timeout(timeoutMs)
  let news = Promise.withResolvers<void>()
  const wake = () => news.resolve()
  const unsubscribe = changes.subscribe((change) => concerns(change) && wake(), wake)
  deadline.addEventListener('abort', wake)
  try {
    for (;;) {
      news = Promise.withResolvers()
      const answer = await read()
      if (answer !== undefined || deadline.aborted) return answer
      await news.promise
    }
  } finally {
    unsubscribe()
  }
}
