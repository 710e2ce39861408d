import { type DestinationStream, type LevelWithSilent, pino } from 'pino'
import type { App, Role } from '../contract/words.ts'

/**
 * Everything that a log line may carry. It is a list of what passes, not of what is hidden: whatever is not
 * named here is dropped, whoever logs it. No field holds a person, an address, an id of a person or a URL.
 */
export interface LogFields {
  reqId?: string
  method?: string
  /** The pattern, `/api/v1/staff/:accountId`, never the URL. */
  route?: string
  status?: number
  ms?: number
  job?: string
  runId?: string
  app?: App
  /** A failure's, problem's or operating system's code. */
  code?: string
  step?: string
  attempt?: number
  count?: number
  counts?: Record<string, number>
  pid?: number
  port?: number
  role?: Role | 'web' | 'worker'
  version?: string
  /** Paths inside a schema that did not fit: names of properties and positions, no values. */
  paths?: string[]
  /** Of an error only its name, its code and its place in our code are written; texts repeat people's data. */
  error?: unknown
}

export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

type Pass = (value: unknown) => unknown

const text: Pass = (value) => (typeof value === 'string' ? value.slice(0, 200) : undefined)
const number: Pass = (value) => (typeof value === 'number' ? value : undefined)
const numbers: Pass = (value) =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([, count]) => typeof count === 'number'))
const texts: Pass = (value) => (Array.isArray(value) ? value.map(text).slice(0, 20) : undefined)

const allowed: Record<keyof LogFields, Pass> = {
  reqId: text,
  method: text,
  route: text,
  status: number,
  ms: number,
  job: text,
  runId: text,
  app: text,
  code: text,
  step: text,
  attempt: number,
  count: number,
  counts: numbers,
  pid: number,
  port: number,
  role: text,
  version: text,
  paths: texts,
  error: describeError,
}

/** JSON lines on standard error, or on `destination`. Messages are constant texts of this program. */
export function createLog(level: LevelWithSilent, destination: DestinationStream = pino.destination(2)): Log {
  const logger = pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'message' },
    destination,
  )
  return {
    debug: (message, fields) => logger.debug(onlyAllowed(fields), message),
    info: (message, fields) => logger.info(onlyAllowed(fields), message),
    warn: (message, fields) => logger.warn(onlyAllowed(fields), message),
    error: (message, fields) => logger.error(onlyAllowed(fields), message),
  }
}

function onlyAllowed(fields: LogFields = {}): Record<string, unknown> {
  const passed: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields))
    if (name in allowed) passed[name] = allowed[name as keyof LogFields](value)
  return passed
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { name: typeof error }
  const code = 'code' in error ? text(error.code) : undefined
  const place = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line))
  return { name: error.name, code, place: place.slice(0, 8).map((line) => line.trim()) }
}
