import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RouteContract } from '../../contract/routes/route.ts'
import { csvText } from '../csv/csv-text.ts'
import { ProblemError } from './problem-error.ts'

const JSON_BYTES = 1024 * 1024
const CSV_BYTES = 10 * 1024 * 1024

/** The largest body of a route, in bytes. */
export function bodyLimit(route: RouteContract): number {
  return route.maxBytes ?? (route.bodyType === 'csv' ? CSV_BYTES : JSON_BYTES)
}

/** `10 MB`, for sentences. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / (1024 * 1024))} MB`
}

/** JSON as a value, CSV as its text; anything else is not read. */
export function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers()
  const parseJson = fastify.getDefaultJsonParser('error', 'error')
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    // Clients say JSON even where a route has no body.
    if (body.length === 0) return done(null, undefined)
    const text = strictUtf8(body as Buffer)
    if (text === undefined)
      return done(new ProblemError('input_invalid', 'The body is not UTF-8: encode it as UTF-8.'))
    parseJson(request, text, (error, value) => {
      if (error)
        return done(new ProblemError('input_invalid', 'The body says that it is JSON, but it is not.'))
      done(null, value)
    })
  })
  fastify.addContentTypeParser('text/csv', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    csvText(body),
  )
}

/**
 * Throws when the body is not of the kind that the route takes; called before it is read. `always`: also
 * without a body, because a page of another site cannot send this content type (security: same-origin).
 */
export function requireBodyType(request: FastifyRequest, route: RouteContract, always: boolean): void {
  const { headers } = request
  const csv = route.bodyType === 'csv'
  const code = csv ? 'csv_expected' : 'json_expected'
  if (headers['content-encoding'])
    throw new ProblemError(code, 'Compressed bodies are not taken: send it without content-encoding.')
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (!hasBody && !always) return
  const expected = csv ? 'text/csv' : 'application/json'
  const [type] = (headers['content-type'] ?? '').toLowerCase().split(';')
  if (type?.trim() === expected) return
  throw new ProblemError(code, `Send this with the header content-type: ${expected}.`)
}

function strictUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
