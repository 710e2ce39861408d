import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Problem } from '../../contract/problem.ts'
import { fileRefused } from '../csv/file-refused.ts'
import type { Log } from '../log.ts'
import { megabytes } from './bodies.ts'
import { notFound, ProblemError } from './problem-error.ts'

/** The one funnel from whatever was thrown to application/problem+json. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
): FastifyReply {
  const problem = asProblem(error, request) ?? internal(request)
  if (problem.code === 'internal' || problem.code === 'not_ready')
    log.error('request failed', { reqId: request.id, route: request.routeOptions.url, error })
  return sendProblem(reply, problem.toProblem())
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem))
}

function asProblem(error: unknown, request: FastifyRequest): ProblemError | undefined {
  if (error instanceof ProblemError) return error
  const code = codeOf(error)
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' && request.headers['content-type']?.startsWith('text/csv'))
    return fileRefused('file_too_large', { fact: megabytes(request.routeOptions.bodyLimit) })
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new ProblemError(
      'body_too_large',
      `The body is larger than the ${megabytes(request.routeOptions.bodyLimit)} that this takes; nothing was changed. Split it, or send less at a time.`,
    )
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new ProblemError('json_expected', 'Send this with the header content-type: application/json.')
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH')
    return new ProblemError('input_invalid', 'The body is not as long as its content-length says.')
  // A path that leads out of the folder of the browser app.
  if (code === 'FST_STATIC_FORBIDDEN_PATH') return notFound('address')
  if (code === 'FST_ERR_BAD_URL') return new ProblemError('input_invalid', 'The address is not a valid one.')
  if (code && databaseAway.test(code))
    return new ProblemError(
      'not_ready',
      'The database does not answer at the moment; nothing was changed. Try again in a few seconds.',
    )
  return undefined
}

function internal(request: FastifyRequest): ProblemError {
  return new ProblemError(
    'internal',
    `Muster made a mistake and could not carry this out. Whoever runs this server finds what happened in its log under the request id ${request.id}.`,
  )
}

/** Connection refused or lost, server starting or stopping, too many connections. */
const databaseAway = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|08...|57P0[123]|53300)$/

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
