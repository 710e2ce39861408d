import { z } from 'zod'
import { Problem } from '../../contract/problem.ts'
import { routes } from '../../contract/routes/index.ts'
import type { RouteContract } from '../../contract/routes/route.ts'
import { apiPrefix } from './serve.ts'

const mediaTypes = {
  json: 'application/json',
  csv: 'text/csv',
  text: 'text/plain',
  events: 'text/event-stream',
}

const accessWords: Record<RouteContract['access'], string> = {
  public: 'Nobody needs to be signed in.',
  self: 'Any signed-in person, about themself.',
  employee: 'Any signed-in person.',
  manager: 'Managers and administrators.',
  administrator: 'Administrators.',
}

/** The interface as OpenAPI 3.1, from the same schemas that validate requests and answers. */
export function openApiDocument(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [key, contract] of Object.entries<RouteContract>(routes)) {
    const [method = '', path = ''] = key.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(contract) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Muster', version },
    servers: [{ url: apiPrefix }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__Host-muster' },
        token: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Problem: jsonSchema(Problem, 'output') },
    },
  }
}

function operation(contract: RouteContract): Record<string, unknown> {
  const { body, response, responseType = 'json', bodyType = 'json' } = contract
  const status = String(contract.status ?? (response ? 200 : 204))
  const content = response && {
    [mediaTypes[responseType]]: { schema: jsonSchema(response, 'output') },
    ...(contract.orCsv && { [mediaTypes.csv]: { schema: { type: 'string' } } }),
  }
  return {
    summary: contract.summary,
    description: accessWords[contract.access] + (contract.stepUp ? ' Needs a fresh sign-in.' : ''),
    security: contract.access === 'public' ? [] : [{ session: [] }, { token: [] }],
    parameters: [...parameters(contract.params, 'path'), ...parameters(contract.query, 'query')],
    ...(body && {
      requestBody: {
        required: !body.safeParse(undefined).success,
        content: { [mediaTypes[bodyType]]: { schema: jsonSchema(body, 'input') } },
      },
    }),
    responses: {
      [status]: { description: contract.summary, ...(content && { content }) },
      default: {
        description: 'Why the request was not carried out',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

interface ObjectSchema {
  properties?: Record<string, unknown>
  required?: string[]
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): unknown[] {
  if (!schema) return []
  const { properties = {}, required = [] }: ObjectSchema = jsonSchema(schema, 'input')
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
