import { appNames, type Origin } from '../../contract/words.ts'
import type { Connection } from '../api.ts'

/** The shape of a connection's mark: what tells states apart without colour. */
export type MarkShape = 'by-admin' | 'by-person' | 'waiting' | 'failed' | 'needs-mapping' | 'opted-out'

/** Undefined: not connected, no mark. */
export function markShape(connection: Pick<Connection, 'status' | 'origin'>): MarkShape | undefined {
  switch (connection.status) {
    case 'connected':
      return connection.origin === 'self' ? 'by-person' : 'by-admin'
    case 'waiting':
    case 'paused':
      return 'waiting'
    case 'failed':
      return 'failed'
    case 'needs_mapping':
      return 'needs-mapping'
    case 'opted_out':
      return 'opted-out'
    case 'not_connected':
      return undefined
  }
}

const originWords: Record<Origin, string> = {
  admin: 'by an administrator',
  self: 'by the person',
  'map-file': 'with a map file',
}

/** "GitHub: connected by an administrator", the name of a mark for those who do not see its shape. */
export function markLabel(connection: Connection): string {
  const app = appNames[connection.app]
  return `${app}: ${stateWords(connection)}`
}

/** The state in a few words, starting small so that it can follow a colon. */
export function stateWords(connection: Pick<Connection, 'status' | 'origin' | 'failure'>): string {
  switch (connection.status) {
    case 'connected':
      return connection.origin ? `connected ${originWords[connection.origin]}` : 'connected'
    case 'waiting':
      return 'waiting'
    case 'paused':
      return 'paused'
    case 'failed':
      return connection.failure ? `failed, ${lowered(connection.failure.title)}` : 'failed'
    case 'needs_mapping':
      return connection.failure ? `needs mapping, ${lowered(connection.failure.title)}` : 'needs mapping'
    case 'opted_out':
      return 'the person said no'
    case 'not_connected':
      return 'not connected'
  }
}

function lowered(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1)
}
