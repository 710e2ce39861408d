import { randomUUID } from 'node:crypto'
import fastifyCookie from '@fastify/cookie'
import { type FastifyInstance, fastify } from 'fastify'
import { auditRoutes } from '../audit/audit.routes.ts'
import { type SessionCookie, sessionCookie } from '../auth/cookies.ts'
import { stillValid } from '../auth/credentials.store.ts'
import { identify } from '../auth/identify.ts'
import { sessionRoutes } from '../auth/session.routes.ts'
import type { Db } from '../db/handle.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { readBodies } from './bodies.ts'
import { answerError } from './error-answers.ts'
import { createEventStreams } from './event-streams.ts'
import type { Changes } from './events.ts'
import { createApi, type ServedApi } from './serve.ts'
import { contentSecurityPolicy, serveSite } from './site.ts'
import { healthRoutes, openApiRoute } from './system.routes.ts'

export interface BareServerOptions {
  db: Db
  changes: Changes
  log: Log
  metrics: Metrics
  /** Where people reach this server, as the browser's address bar shows it; this machine when absent. */
  publicUrl: string | undefined
  /** Addresses or CIDRs whose X-Forwarded-For is believed. */
  trustedProxies?: string[]
  /** Whether requests can be served: the database answers and has our schema. */
  isReady(): Promise<boolean>
}

export interface ServerOptions extends BareServerOptions {
  /** Folder of the built browser app. */
  dist: string
  version: string
}

export interface HttpServer {
  /** Features hang in their routes here, then `api.complete()`. */
  api: ServedApi
  fastify: FastifyInstance
  /** Known once it listens. */
  publicUrl(): string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: string
  }
}

/**
 * The web server with session, audit and system routes, error answers, event streams and the browser app. It
 * does not listen yet.
 */
export async function createServer(options: ServerOptions): Promise<HttpServer> {
  const { cookie, ...server } = await createBareServer(options)
  const { api, fastify } = server
  sessionRoutes(api, { db: options.db, cookie })
  auditRoutes(api, { db: options.db })
  openApiRoute(api, options.version)
  await serveSite(fastify, options.dist)
  return server
}

/** The same with nothing to answer but health and metrics; who may read these is asked of API tokens as ever. */
export async function createBareServer(
  options: BareServerOptions,
): Promise<HttpServer & { cookie: SessionCookie }> {
  const { db, log, metrics } = options
  const secure = options.publicUrl?.startsWith('https:') ?? false
  const server = fastify({
    logger: false,
    trustProxy: options.trustedProxies?.length ? options.trustedProxies : false,
    genReqId: () => randomUUID(),
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 500 },
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, log),
  })
  server.addHook('onRoute', (route) => {
    const isFileOfSite = route.url === '/*'
    if (route.config?.access || isFileOfSite) return
    throw new Error(`The route ${route.method} ${route.url} does not say who may call it.`)
  })
  setHeaders(server, secure)
  observeRequests(server, log, metrics)
  readBodies(server)
  server.setErrorHandler((error, request, reply) => answerError(error, request, reply, log))
  await server.register(fastifyCookie)

  const cookie = sessionCookie(secure)
  const streams = createEventStreams({
    changes: options.changes,
    stillValid: (credentials) => stillValid(db, credentials),
    log,
    metrics,
  })
  server.addHook('preClose', async () => streams.close())
  const publicUrl = () => options.publicUrl ?? `http://localhost:${boundPort(server)}`
  const api = createApi(server, {
    publicUrl,
    identify: (request) => identify(db, cookie, request),
    streams,
    log,
  })
  healthRoutes(api, options)
  return { api, fastify: server, publicUrl, cookie }
}

function setHeaders(server: FastifyInstance, secure: boolean): void {
  const headers: Record<string, string> = {
    'content-security-policy': contentSecurityPolicy(),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    // Whatever is not a file of the browser app is somebody's data.
    'cache-control': 'no-store',
  }
  if (secure) headers['strict-transport-security'] = 'max-age=63072000; includeSubDomains'
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...headers, 'x-request-id': request.id })
  })
}

function observeRequests(server: FastifyInstance, log: Log, metrics: Metrics): void {
  server.addHook('onResponse', async (request, reply) => {
    const { method } = request
    const route = request.routeOptions.url ?? 'none'
    const status = reply.statusCode
    metrics.httpRequest({ method, route, status }, reply.elapsedTime / 1000)
    log.info('request', { reqId: request.id, method, route, status, ms: Math.round(reply.elapsedTime) })
  })
}

function boundPort(server: FastifyInstance): number | undefined {
  const address = server.server.address()
  return typeof address === 'object' ? address?.port : undefined
}
