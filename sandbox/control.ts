import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { accountChangeSchema, changeAccount, UnknownAccountError } from './github/account-changes.ts'
import { FAULTS, faultSchema } from './github/faults.ts'
import type { GitHubServer } from './github/server.ts'
import type { Organisation } from './organisation/model.ts'
import { rosterCsv } from './organisation/roster.ts'

export interface Controlled {
  organisation: Organisation
  github: GitHubServer
}

const settingsSchema = z.strictObject({
  latencyMs: z.number().min(0).max(600_000).optional(),
  tokenLifetimeSeconds: z.number().min(0).max(3600).optional(),
  restLimit: z.number().int().min(0).optional(),
  graphqlLimit: z.number().int().min(0).optional(),
})

type Route = (state: Controlled, body: unknown, id: string) => unknown

/** The switches, outside the vendors' paths. */
const ROUTES: Record<string, Route> = {
  'GET /_sandbox/people': ({ organisation }) => organisation.people,
  'GET /_sandbox/roster.csv': ({ organisation }) => rosterCsv(organisation.people),
  'GET /_sandbox/github/faults': ({ github }) => ({ known: FAULTS, set: github.faults.list() }),
  'POST /_sandbox/github/faults': ({ github }, body) => {
    github.faults.set(faultSchema.parse(body))
    return { set: github.faults.list() }
  },
  'DELETE /_sandbox/github/faults': ({ github }) => {
    github.faults.clear()
    return { set: [] }
  },
  'GET /_sandbox/github/calls': ({ github }) => github.calls.counts(),
  'DELETE /_sandbox/github/calls': ({ github }) => {
    github.calls.reset()
    return github.calls.counts()
  },
  'GET /_sandbox/github/settings': ({ github }) => github.world.settings,
  'POST /_sandbox/github/settings': ({ github }, body) => {
    Object.assign(github.world.settings, settingsSchema.parse(body))
    github.allowances.reset()
    return github.world.settings
  },
  'GET /_sandbox/github/accounts': ({ github }) => github.world.accounts,
  'POST /_sandbox/github/accounts/{id}': ({ github, organisation }, body, id) =>
    changeAccount(github.world, organisation, Number(id), accountChangeSchema.parse(body)),
}

/** Answers a request to the switches; anything else is not found. */
export async function control(
  state: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const [, base = path, id = ''] = /^(\/_sandbox\/github\/accounts)\/([^/]+)$/.exec(path) ?? []
  const route = ROUTES[`${request.method} ${base}${id === '' ? '' : '/{id}'}`]
  const send = (status: number, answer: unknown): void => {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
    const type = typeof answer === 'string' ? 'text/csv' : 'application/json'
    response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(text)
  }
  if (route === undefined) {
    send(404, { error: `The sandbox has nothing at ${request.method} ${path}.`, known: Object.keys(ROUTES) })
    return
  }
  try {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    send(200, route(state, text === '' ? {} : JSON.parse(text), id))
  } catch (error) {
    const unknown = error instanceof UnknownAccountError
    send(unknown ? 404 : 400, { error: error instanceof z.ZodError ? z.prettifyError(error) : String(error) })
  }
}
