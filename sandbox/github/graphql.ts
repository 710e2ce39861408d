import { readFileSync } from 'node:fs'
import {
  buildSchema,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql'
import { authenticateInstallation } from './credentials.ts'
import { type Answer, type Exchange, refusal } from './exchange.ts'
import { MOST_NODES, type QueryCost, queryCost } from './graphql-cost.ts'
import { type QueryErrorBody, runtimeError, validationError } from './graphql-refusals.ts'
import { fieldResolver, type QueryContext, rootValue } from './graphql-resolvers.ts'
import { type Allowance, type Allowances, primaryLimit } from './rate-limit.ts'

let published: GraphQLSchema | undefined

/** GitHub's published schema, parsed once. */
export function githubSchema(): GraphQLSchema {
  // Read beside the package's entry point, which would parse another five megabytes on import.
  const file = new URL('./schema.graphql', import.meta.resolve('@octokit/graphql-schema'))
  published ??= buildSchema(readFileSync(file, 'utf8'), { assumeValid: true, noLocation: true })
  return published
}

type Prepared = { document: DocumentNode } | { errors: QueryErrorBody[] }

const prepared = new Map<string, Prepared>()

/** Parses and validates a query text; the same text is looked at once. */
function prepare(query: string): Prepared {
  const known = prepared.get(query)
  if (known !== undefined) return known
  const fresh = prepareAnew(query)
  if (prepared.size > 200) prepared.clear()
  prepared.set(query, fresh)
  return fresh
}

function prepareAnew(query: string): Prepared {
  const schema = githubSchema()
  try {
    const document = parse(query)
    const errors = validate(schema, document)
    if (errors.length === 0) return { document }
    return { errors: errors.map((error) => validationError(schema, document, error)) }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    return { errors: [runtimeError(error)] }
  }
}

interface QueryRequest {
  query: string
  variables: Record<string, unknown>
  operationName: string | null
}

function readRequest(body: string): QueryRequest | Answer {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return refusal(400, 'Problems parsing JSON', 'graphql')
  }
  const { query, variables, operationName } = (parsed ?? {}) as Partial<Record<string, unknown>>
  if (typeof query !== 'string' || query === '') {
    return failed([{ message: 'A query attribute must be specified and must be a string.' }])
  }
  return {
    query,
    variables: (variables ?? {}) as Record<string, unknown>,
    operationName: typeof operationName === 'string' ? operationName : null,
  }
}

/** GraphQL says with status 200 that it refuses. */
function failed(errors: QueryErrorBody[]): Answer {
  return { status: 200, body: { errors } }
}

/** The operation's name in a request body, for the call log. */
export function operationName(body: string): string | undefined {
  return /\b(?:query|mutation)\s+(\w+)/.exec(body)?.[1]
}

/** Answers one request to `/graphql`. */
export async function answerGraphql(exchange: Exchange, allowances: Allowances): Promise<Answer> {
  const caller = authenticateInstallation(exchange)
  if ('status' in caller) return caller
  if (caller.kind !== 'installation') {
    return refusal(
      401,
      'This endpoint requires you to be authenticated.',
      'graphql/guides/forming-calls-with-graphql#authenticating-with-graphql',
    )
  }
  const request = readRequest(exchange.body)
  if ('status' in request) return request
  const ready = prepare(request.query)
  if ('errors' in ready) return failed(ready.errors)
  const operation = getOperationAST(ready.document, request.operationName)
  if (operation == null) return failed([{ message: 'An operation name is required' }])
  return run(exchange, allowances, { ...request, document: ready.document, operation, caller })
}

async function run(
  exchange: Exchange,
  allowances: Allowances,
  asked: QueryRequest & {
    document: DocumentNode
    operation: OperationDefinitionNode
    caller: Pick<QueryContext, 'permissions'>
  },
): Promise<Answer> {
  const { document, operation, variables, caller } = asked
  const cost = queryCost(document, operation, variables)
  if (cost.nodes > MOST_NODES) {
    const message = `This query requests up to ${cost.nodes.toLocaleString('en')} possible nodes which exceeds the maximum limit of ${MOST_NODES.toLocaleString('en')}.`
    return failed([{ type: 'MAX_NODE_LIMIT_EXCEEDED', message }])
  }
  const counted = exchange.host === 'github.com' || exchange.faults.has('primary_rate_limit')
  const spent = counted ? allowances.spend(exchange, 'installation', 'graphql', cost.points) : null
  if (spent !== null && !spent.granted) return primaryLimit(exchange, 'graphql')
  const { data, errors } = await execute({
    schema: githubSchema(),
    document,
    operationName: operation.name?.value,
    variableValues: variables,
    rootValue,
    contextValue: {
      exchange,
      permissions: caller.permissions,
      rateLimit: spent === null ? null : rateLimitObject(spent, cost),
    } satisfies QueryContext,
    fieldResolver,
  })
  return { status: 200, body: { data, errors: errors?.map(runtimeError) } }
}

/** GraphQL `RateLimit`. */
function rateLimitObject({ limit, remaining, used, reset }: Allowance, cost: QueryCost): object {
  const resetAt = new Date(reset * 1000).toISOString().replace('.000Z', 'Z')
  return { cost: cost.points, nodeCount: cost.nodes, limit, remaining, used, resetAt }
}
