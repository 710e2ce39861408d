import {
  type ASTNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { GitHubQueryError } from './connection.ts'

/** An error as GitHub's GraphQL endpoint writes it. */
export interface QueryErrorBody {
  type?: string
  path?: readonly (string | number)[]
  extensions?: Record<string, unknown>
  locations?: readonly { line: number; column: number }[]
  message: string
}

/** An error met while the query ran. */
export function runtimeError(error: GraphQLError): QueryErrorBody {
  const { originalError, path, locations, message, extensions } = error
  const cause = error instanceof GitHubQueryError ? error : originalError
  return {
    ...(cause instanceof GitHubQueryError ? { type: cause.type } : {}),
    ...(path === undefined ? {} : { path }),
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
    ...(locations === undefined ? {} : { locations }),
    message,
  }
}

/** An error of the query's text, in the words of graphql-ruby, which GitHub runs, where we know them. */
export function validationError(
  schema: GraphQLSchema,
  document: DocumentNode,
  error: GraphQLError,
): QueryErrorBody {
  const node = error.nodes?.[0]
  const locations = error.locations
  const plain = { ...(locations === undefined ? {} : { locations }), message: error.message }
  if (node === undefined) return plain
  const place = placeOf(schema, document, node)
  if (place === null) return plain
  if (node.kind === Kind.FIELD && /^Cannot query field/.test(error.message)) {
    const fieldName = node.name.value
    return {
      path: place.path,
      extensions: { code: 'undefinedField', typeName: place.type, fieldName },
      ...plain,
      message: `Field '${fieldName}' doesn't exist on type '${place.type}'`,
    }
  }
  return { path: place.path, ...plain }
}

/** Where a node is in the query ("query Directory", "organization", …), and the type it is asked of. */
function placeOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  wanted: ASTNode,
): { path: string[]; type: string } | null {
  const path: string[] = []
  const types = new TypeInfo(schema)
  let place: { path: string[]; type: string } | null = null
  const step = (node: ASTNode): string | null => {
    switch (node.kind) {
      case Kind.OPERATION_DEFINITION:
        return [node.operation, node.name?.value].filter((word) => word !== undefined).join(' ')
      case Kind.FRAGMENT_DEFINITION:
        return `fragment ${node.name.value}`
      case Kind.INLINE_FRAGMENT:
        return `... on ${node.typeCondition?.name.value ?? ''}`
      case Kind.FIELD:
        return node.alias?.value ?? node.name.value
      default:
        return null
    }
  }
  visit(
    document,
    visitWithTypeInfo(types, {
      enter: (node) => {
        const word = step(node)
        if (word !== null) path.push(word)
        if (node === wanted) place = { path: [...path], type: types.getParentType()?.name ?? '' }
      },
      leave: (node) => {
        if (step(node) !== null) path.pop()
      },
    }),
  )
  return place
}
