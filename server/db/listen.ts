import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { connectionOptions } from './pool.ts'

type Handler = {
  notified: (payload: string) => void
  /** The connection was lost and is back: what was announced meanwhile is gone, so read the rows again. */
  missed: () => void
}

export type Listener = {
  /**
   * Resolves once the database has confirmed (at once while the connection is lost: it is made good when it
   * comes back, and `missed` is called). The function it answers with ends this handler.
   */
  listen(
    channel: string,
    notified: Handler['notified'],
    missed?: Handler['missed'],
  ): Promise<() => Promise<void>>
  close(): Promise<void>
}

const RETRY_MS = [100, 200, 500, 1_000, 2_000, 5_000]
const HEARTBEAT_MS = 15_000

/** One connection for all LISTENs of this process, which comes back by itself when it is lost. */
export async function openListener(url: string): Promise<Listener> {
  const channels = new Map<string, Set<Handler>>()
  const closing = new AbortController()
  let client: pg.Client
  let reconnecting: Promise<void> | undefined
  let last: Promise<unknown> = Promise.resolve()

  /** One query after the other, as pg wants it. */
  function ask(verb: 'listen' | 'unlisten' | 'select', channel?: string): Promise<unknown> {
    const text = channel === undefined ? verb : `${verb} ${pg.escapeIdentifier(channel)}`
    const answer = last.then(() => client.query(text))
    last = answer.catch(() => {})
    return answer
  }

  async function connect(): Promise<void> {
    client = new pg.Client({ ...connectionOptions(url), query_timeout: HEARTBEAT_MS })
    const fresh = client
    fresh.on('notification', ({ channel, payload = '' }) => {
      for (const handler of channels.get(channel) ?? []) handler.notified(payload)
    })
    // Without a listener it would end the process; `end` follows and is where we act.
    fresh.on('error', () => {})
    try {
      await fresh.connect()
      for (const channel of channels.keys()) await ask('listen', channel)
    } catch (error) {
      hangUp(fresh)
      throw error
    }
    fresh.once('end', () => {
      reconnecting = reconnect()
    })
  }

  async function reconnect(): Promise<void> {
    for (let attempt = 0; !closing.signal.aborted; attempt++) {
      try {
        await wait(RETRY_MS[attempt] ?? RETRY_MS.at(-1), undefined, { signal: closing.signal })
        await connect()
      } catch {
        continue
      }
      for (const handlers of channels.values()) for (const handler of handlers) handler.missed()
      return
    }
  }

  /** A lost connection makes no difference to who wanted what: `connect` asks for every channel again. */
  async function unlessLost(answer: Promise<unknown>): Promise<void> {
    await answer.catch((error: unknown) => {
      // 57P01 and its kin are the server's good-bye.
      if (error instanceof pg.DatabaseError && !error.code?.startsWith('57P')) throw error
    })
  }

  await connect()
  // A connection that a firewall dropped in silence would look idle for ever.
  const heartbeat = setInterval(() => {
    const asked = client
    ask('select').catch(() => hangUp(asked))
  }, HEARTBEAT_MS)
  heartbeat.unref()

  return {
    async listen(channel, notified, missed = () => {}) {
      const handler = { notified, missed }
      const handlers = channels.get(channel) ?? new Set()
      channels.set(channel, handlers.add(handler))
      await unlessLost(ask('listen', channel))
      return async () => {
        handlers.delete(handler)
        if (handlers.size > 0) return
        channels.delete(channel)
        await unlessLost(ask('unlisten', channel))
      }
    },
    async close() {
      closing.abort()
      clearInterval(heartbeat)
      await reconnecting
      await client.end()
    },
  }
}

function hangUp(client: pg.Client): void {
  client.connection.stream.destroy()
}
