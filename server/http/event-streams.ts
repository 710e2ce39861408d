import { once } from 'node:events'
import type { FastifyReply } from 'fastify'
import type { Credential } from '../auth/identify.ts'
import type { Change } from '../db/notify.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { EventStream } from './api.ts'
import type { Changes } from './events.ts'

const COALESCE_MS = 250
const HEARTBEAT_MS = 15_000
const SESSION_CHECK_MS = 1_000
const RECONNECT_MS = 2_000

export interface EventStreams {
  /** Takes the response over and serves the stream on it. */
  open(reply: FastifyReply, credential: Credential, stream: EventStream): void
  /** Ends every stream, as the server stops; browsers come back by themselves. */
  close(): void
}

interface OpenStream {
  credential: Credential
  end(): void
}

export interface EventStreamsDeps {
  changes: Changes
  /** Those of the credentials that still let somebody in, with the role they had. */
  stillValid(credentials: Credential[]): Promise<Set<Credential>>
  log: Log
  metrics: Metrics
}

/** All open streams of this process. Nobody reads on for more than a second after their session died. */
export function createEventStreams(deps: EventStreamsDeps): EventStreams {
  const streams = new Set<OpenStream>()
  let checking = false
  const sessionCheck = setInterval(async () => {
    if (streams.size === 0 || checking) return
    checking = true
    try {
      const valid = await deps.stillValid([...streams].map((stream) => stream.credential))
      for (const stream of streams) if (!valid.has(stream.credential)) stream.end()
    } catch (error) {
      // Without a database nothing is read, so nothing is sent either; the next check decides.
      deps.log.warn('session check of event streams failed', { error })
    } finally {
      checking = false
    }
  }, SESSION_CHECK_MS)
  sessionCheck.unref()

  return {
    open(reply, credential, stream) {
      const opened: OpenStream = {
        credential,
        end: serveStream(reply, stream, deps, () => {
          streams.delete(opened)
          deps.metrics.eventStreams(streams.size)
        }),
      }
      streams.add(opened)
      deps.metrics.eventStreams(streams.size)
    },
    close() {
      clearInterval(sessionCheck)
      for (const stream of streams) stream.end()
    },
  }
}

/** Serves one stream until it ends; answers with what ends it. `ended` is called once, later. */
function serveStream(
  reply: FastifyReply,
  stream: EventStream,
  { changes, log }: EventStreamsDeps,
  ended: () => void,
): () => void {
  reply.hijack()
  const { raw } = reply
  const pending = new Map<string, Change>()
  const gone = new AbortController()
  let everything = true
  let reading = false
  let nextReading: NodeJS.Timeout | undefined

  async function readAndSend(): Promise<void> {
    nextReading = undefined
    reading = true
    const batch = everything ? [] : [...pending.values()]
    everything = false
    pending.clear()
    try {
      const { events, ended = false } = await stream.read(batch)
      const text = events
        .map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
        .join('')
      if (gone.signal.aborted) return
      // A slow reader is not sent more than it takes; what changes meanwhile is read afterwards, once.
      if (text && !raw.write(text)) await once(raw, 'drain', { signal: gone.signal })
      if (ended) return end()
    } catch (error) {
      if (gone.signal.aborted) return
      log.warn('event stream ended by an error', { reqId: reply.request.id, error })
      return end()
    } finally {
      reading = false
    }
    if (everything || pending.size > 0) schedule()
  }

  function schedule(): void {
    if (reading || nextReading || gone.signal.aborted) return
    nextReading = setTimeout(readAndSend, COALESCE_MS)
  }

  function end(): void {
    release()
    raw.end()
  }

  function release(): void {
    if (gone.signal.aborted) return
    gone.abort()
    clearInterval(heartbeat)
    clearTimeout(nextReading)
    unsubscribe()
    ended()
  }

  const unsubscribe = changes.subscribe(
    (change) => {
      if (!stream.concerns(change)) return
      pending.set(JSON.stringify(change), change)
      schedule()
    },
    () => {
      everything = true
      schedule()
    },
  )
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS)
  raw.once('close', release)
  raw.writeHead(200, { ...reply.getHeaders(), 'content-type': 'text/event-stream; charset=utf-8' } as Record<
    string,
    string
  >)
  raw.write(`retry: ${RECONNECT_MS}\n\n`)
  void readAndSend()
  return end
}
