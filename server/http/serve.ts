import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { type RouteKey, routes } from '../../contract/routes/index.ts'
import type { RouteContract } from '../../contract/routes/route.ts'
import { rootRoutes } from '../../contract/routes/system.ts'
import type { Credential } from '../auth/identify.ts'
import type { Log } from '../log.ts'
import type { Api, EventStream } from './api.ts'
import { bodyLimit, requireBodyType } from './bodies.ts'
import type { EventStreams } from './event-streams.ts'
import { type InputMistake, inputInvalid, inputMistakes, unstorableTexts } from './input.ts'
import { requireAccess, requireSameOrigin } from './policy.ts'

export const apiPrefix = '/api/v1'

export interface ServeDeps {
  /** Asked per request, because the port may be known only when it listens. */
  publicUrl(): string
  identify(request: FastifyRequest): Promise<Credential | undefined>
  streams: EventStreams
  log: Log
}

export interface ServedApi extends Api {
  /** Throws, naming the routes of the contract that nobody handles. */
  complete(): void
}

type LooseHandler = (call: never) => Promise<unknown>

/**
 * Turns the contract's routes into Fastify's. In order: who asks, does the request come from our own pages,
 * may they, is the body of the right kind – and only then is the body read, everything validated, the handler
 * called and its answer validated too.
 */
export function createApi(fastify: FastifyInstance, deps: ServeDeps): ServedApi {
  const table: Record<string, RouteContract> = routes
  const unhandled = new Set(Object.keys(table))

  function register(key: RouteKey, handler: LooseHandler): void {
    const contract = table[key]
    if (!contract?.access)
      throw new Error(`The route ${key} does not say who may call it: give it an access in contract/routes/.`)
    if (!unhandled.delete(key)) throw new Error(`The route ${key} has two handlers.`)
    const [method = '', path = ''] = key.split(' ')
    const pattern = path.replace(/\{(\w+)\}/g, ':$1')
    const urls = [apiPrefix + pattern, ...((rootRoutes as readonly string[]).includes(key) ? [pattern] : [])]
    for (const url of urls)
      fastify.route({
        method,
        url,
        bodyLimit: bodyLimit(contract),
        config: { access: contract.access },
        onRequest: async (request) => {
          const credential = await deps.identify(request)
          const actor = credential?.actor ?? null
          credentials.set(request, credential)
          requireSameOrigin(request, actor, deps.publicUrl())
          requireAccess(actor, contract)
          if (method !== 'GET') requireBodyType(request, contract, actor?.via === 'session')
        },
        handler: (request, reply) => serve(key, contract, handler, request, reply, deps),
      })
  }

  return {
    handle: (key, handler) => register(key, handler),
    complete() {
      if (unhandled.size === 0) return
      throw new Error(`Nobody handles these routes of the contract: ${[...unhandled].join(', ')}.`)
    },
  }
}

const credentials = new WeakMap<FastifyRequest, Credential | undefined>()

async function serve(
  key: string,
  contract: RouteContract,
  handler: LooseHandler,
  request: FastifyRequest,
  reply: FastifyReply,
  { streams, log }: ServeDeps,
): Promise<unknown> {
  const credential = credentials.get(request)
  const input = readInput(contract, request)
  const call = { ...input, actor: credential?.actor ?? null, request, reply }
  const answer = await handler(call as never)
  if (contract.responseType === 'events') {
    if (!credential) throw new Error(`The event stream ${key} needs somebody to be signed in.`)
    streams.open(reply, credential, answer as EventStream)
    return reply
  }
  reply.code(contract.status ?? (contract.response ? 200 : 204))
  if (!contract.response) return reply.send()
  if (contract.orCsv && typeof answer === 'string') return reply.type('text/csv; charset=utf-8').send(answer)
  const checked = contract.response.safeParse(answer)
  if (!checked.success) {
    const paths = checked.error.issues.map((issue) => issue.path.join('.'))
    log.error('answer does not fit the contract', { reqId: request.id, route: key, paths })
    throw new Error(`The answer of ${key} does not fit the contract`)
  }
  if (contract.responseType === 'csv') reply.type('text/csv; charset=utf-8')
  if (contract.responseType === 'text' && !reply.hasHeader('content-type'))
    reply.type('text/plain; charset=utf-8')
  return reply.send(checked.data)
}

type Input = { params?: unknown; query?: unknown; body?: unknown }

function readInput(contract: RouteContract, request: FastifyRequest): Input {
  const mistakes: InputMistake[] = []
  const read = (schema: z.ZodType | undefined, value: unknown, whole: string): unknown => {
    if (!schema) {
      for (const name of Object.keys(value ?? {}))
        mistakes.push({ path: name, message: notTaken[whole] ?? '' })
      return undefined
    }
    // A file has its own refusal, which names the file.
    const unstorable =
      schema === contract.body && contract.bodyType === 'csv' ? [] : unstorableTexts(value, [], whole)
    if (unstorable.length > 0) return void mistakes.push(...unstorable)
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    mistakes.push(...inputMistakes(parsed.error, whole))
    return undefined
  }
  const input = {
    params: read(contract.params, request.params, 'address'),
    query: read(contract.query, { ...(request.query as object) }, 'query'),
    body: read(contract.body, request.body, 'body'),
  }
  if (mistakes.length > 0) throw inputInvalid(mistakes)
  return input
}

const notTaken: Record<string, string> = {
  query: 'is not known here',
  body: 'is not known here, for this request takes no body',
}
