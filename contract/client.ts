import type { Problem } from './problem.ts'
import type { CsvKey, RouteInput, RouteKey, RouteOutput } from './routes/index.ts'

/** An answer that is not a success, with the problem the server sent. */
export class ApiProblem extends Error {
  override name = 'ApiProblem'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

export interface ClientOptions {
  /** Base address without /api/v1; empty in the browser. */
  url: string
  token?: string
  fetch?: typeof fetch
}

export interface Client {
  <K extends RouteKey>(
    key: K,
    ...input: keyof RouteInput<K> extends never
      ? []
      : Partial<RouteInput<K>> extends RouteInput<K>
        ? [RouteInput<K>?]
        : [RouteInput<K>]
  ): Promise<RouteOutput<K>>
  /** The same route's answer as CSV. */
  csv<K extends CsvKey>(key: K, input: RouteInput<K>): Promise<string>
}

interface LooseInput {
  params?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
}

/**
 * A client for the routes of the contract: `client('GET /staff', { query: { search: 'ana' } })`.
 * Only types are taken from the route table, so a browser bundle carries no schemas. A text or a file is sent
 * as CSV, and CSV is answered with as it came, byte order mark included. Throws ApiProblem for an answer that is not a success, and what fetch throws when there is no answer.
 */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch
  const call = async (key: string, input: LooseInput = {}, accept = 'application/json'): Promise<unknown> => {
    const { method, url } = address(key, input, options.url)
    const headers: Record<string, string> = { accept }
    if (options.token) headers.authorization = `Bearer ${options.token}`
    let body: string | Blob | undefined
    if (typeof input.body === 'string' || input.body instanceof Blob) {
      headers['content-type'] = 'text/csv; charset=utf-8'
      body = input.body
    } else if (method !== 'GET') {
      headers['content-type'] = 'application/json'
      body = JSON.stringify(input.body ?? {})
    }
    const response = await send(url, { method, headers, body, redirect: 'error' })
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer())
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    if (response.ok) return isJson ? JSON.parse(text) : text || undefined
    throw new ApiProblem(isJson ? JSON.parse(text) : notAProblem(response.status))
  }
  const csv = (key: string, input?: LooseInput) => call(key, input, 'text/csv')
  return Object.assign(call, { csv }) as Client
}

/** Method and full address of a route key with its parameters filled in. */
export function address(key: string, input: LooseInput, base = ''): { method: string; url: string } {
  const [method = 'GET', template = '/'] = key.split(' ')
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(input.params?.[name] ?? ''),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') query.append(name, String(value))
  }
  const suffix = query.size > 0 ? `?${query}` : ''
  return { method, url: `${base}/api/v1${path}${suffix}` }
}

function notAProblem(status: number): Problem {
  return {
    type: 'about:blank',
    title: 'Unexpected answer',
    status,
    detail: `The server answered ${status} without saying why; it may be a proxy in between, or another program on that address.`,
    code: 'internal',
  }
}
