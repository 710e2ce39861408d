import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type CallLog, callLog } from './calls.ts'
import { type Answer, type Exchange, type Host, refusal } from './exchange.ts'
import { type FaultSwitches, type FaultsInEffect, faultSwitches } from './faults.ts'
import { answerGraphql, operationName } from './graphql.ts'
import { type Allowances, allowances, rateLimitHeaders, secondaryLimit } from './rate-limit.ts'
import { answerRest, findEndpoint } from './rest.ts'
import type { World } from './world.ts'

const MOUNTS: { prefix: string; graphql: string; host: Host }[] = [
  { prefix: '/ghes/api/v3', graphql: '/ghes/api/graphql', host: 'enterprise-server' },
  { prefix: '/github', graphql: '/github/graphql', host: 'github.com' },
]

export interface GitHubServer {
  world: World
  calls: CallLog
  faults: FaultSwitches
  allowances: Allowances
  /** Answers the request if it is for GitHub; false leaves it to others. */
  handle(request: IncomingMessage, response: ServerResponse, origin: string): Promise<boolean>
}

export function githubServer(world: World): GitHubServer {
  const server: Omit<GitHubServer, 'handle'> = {
    world,
    calls: callLog(),
    faults: faultSwitches(),
    allowances: allowances(),
  }
  return { ...server, handle: (request, response, origin) => handle(server, request, response, origin) }
}

type Server = Omit<GitHubServer, 'handle'>

async function handle(
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
  origin: string,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', origin)
  const mount = MOUNTS.find(
    ({ prefix, graphql }) => url.pathname === graphql || `${url.pathname}/`.startsWith(`${prefix}/`),
  )
  if (mount === undefined) return false
  const path = url.pathname === mount.graphql ? '/graphql' : url.pathname.slice(mount.prefix.length)
  const method = request.method ?? 'GET'
  const isGraphql = path === '/graphql' && method === 'POST'
  const found = isGraphql ? { endpoint: 'POST /graphql', params: [] } : findEndpoint(method, path)
  const endpoint = found?.endpoint ?? 'not served'

  const arrivedAt = Date.now()
  const call = server.calls.arrive({ endpoint, path: `${method} ${path}${url.search}`, at: arrivedAt })
  const faults = server.faults.meet(endpoint, arrivedAt)
  call.faults = [...faults.keys()]
  response.on('close', () => server.calls.leave(call, response.headersSent ? response.statusCode : 0))

  const exchange: Exchange = {
    world: server.world,
    host: mount.host,
    apiUrl: `${origin}${mount.prefix}`,
    endpoint,
    params: found?.params ?? [],
    query: url.searchParams,
    headers: request.headers,
    body: await bodyOf(request),
    faults,
    now: arrivedAt + (faults.get('clock_skew')?.seconds ?? 0) * 1000,
    requestId: requestId(),
  }
  if (isGraphql) call.operation = operationName(exchange.body)
  if (faults.has('connection_reset')) {
    request.socket.resetAndDestroy()
    return true
  }
  const slow = faults.get('slow')
  const stall = slow === undefined || slow.part === 'body' ? 0 : (slow.delayMs ?? 5000)
  await pause(server.world.settings.latencyMs + stall)
  const serve = isGraphql ? answerGraphql : answerRest
  const answer = refusedByFault(exchange) ?? (await serve(exchange, server.allowances))
  const headers = { ...allowanceHeaders(exchange, answer, server.allowances), ...answer.headers }
  await send(response, exchange, { ...answer, headers })
  return true
}

/** Waits without keeping the process alive for it. */
async function pause(ms: number): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { ref: false })
}

/** What is left of the hourly allowance, on every answer that is not the edge's. */
function allowanceHeaders(exchange: Exchange, answer: Answer, counted: Allowances): Record<string, string> {
  const edge = answer.status >= 500 || typeof answer.body === 'string'
  const uncounted = exchange.host === 'enterprise-server' && !exchange.faults.has('primary_rate_limit')
  if (edge || uncounted) return {}
  const resource = exchange.endpoint === 'POST /graphql' ? 'graphql' : 'core'
  return rateLimitHeaders(counted.state(exchange, 'installation', resource))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function requestId(): string {
  const hex = randomBytes(14).toString('hex').toUpperCase()
  return [hex.slice(0, 4), hex.slice(4, 9), hex.slice(9, 15), hex.slice(15, 20), hex.slice(20)].join(':')
}

const NO_AGENT =
  '\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check https://developer.github.com for other possible causes.\r\n'
const IP_ALLOW_LIST =
  'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.'

/** What GitHub's edge says before anybody looks at the request. */
function refusedByFault(exchange: Exchange): Answer | null {
  const { faults, headers, endpoint } = exchange
  if (headers['user-agent'] === undefined) return page(403, NO_AGENT)
  const broken = faults.get('server_error')
  if (broken !== undefined) return serverError(broken.status ?? 502, endpoint === 'POST /graphql')
  if (faults.has('html'))
    return page(200, '<!DOCTYPE html><html><title>Sign in to the network</title></html>')
  if (faults.has('ip_allow_list')) return refusal(403, IP_ALLOW_LIST)
  return secondaryLimit(exchange)
}

function page(status: number, body: string): Answer {
  return { status, body, headers: { 'content-type': 'text/html; charset=utf-8' } }
}

function serverError(status: number, json: boolean): Answer {
  const message =
    "We couldn't respond to your request in time. Sorry about that. Please try resubmitting your request and contact us if the problem persists."
  if (json) return { status, body: { message } }
  return page(
    status,
    `<!DOCTYPE html><html><head><title>Unicorn! &middot; GitHub</title></head><body><p>${message}</p></body></html>`,
  )
}

async function send(response: ServerResponse, exchange: Exchange, answer: Answer): Promise<void> {
  const { faults, requestId, now, host } = exchange
  const whole = textOf(answer.body)
  if (response.destroyed) return
  const text = faults.has('truncated_json') ? whole.subarray(0, whole.length >> 1) : whole
  response.writeHead(answer.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(text.length),
    date: new Date(now).toUTCString(),
    server: 'github.com',
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': requestId,
    ...(host === 'enterprise-server' ? { 'x-github-enterprise-version': 'enterprise-server@3.18.1' } : {}),
    ...answer.headers,
  })
  await sendBody(response, text, faults)
}

function textOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0)
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

async function sendBody(response: ServerResponse, text: Buffer, faults: FaultsInEffect): Promise<void> {
  const half = text.length >> 1
  const slow = faults.get('slow')
  if (faults.has('cut_body')) {
    response.write(text.subarray(0, half), () => response.destroy())
    return
  }
  if (slow?.part === 'body') {
    response.write(text.subarray(0, half))
    await pause(slow.delayMs ?? 5000)
    response.end(text.subarray(half))
    return
  }
  response.end(text)
}
