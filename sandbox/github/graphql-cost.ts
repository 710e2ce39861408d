import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

export const MOST_NODES = 500_000

export interface QueryCost {
  /** Points, by GitHub's published formula: connections fetched, divided by 100, at least 1. */
  points: number
  /** The most nodes the query could return. */
  nodes: number
}

/** What GitHub would charge for a query, before it runs. */
export function queryCost(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): QueryCost {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  let requests = 0
  let nodes = 0
  const visit = (selections: SelectionSetNode | undefined, parents: number): void => {
    for (const selection of selections?.selections ?? []) {
      const skipped = getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true
      if (skipped || getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if === false) continue
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        visit(fragments.get(selection.name.value)?.selectionSet, parents)
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet, parents)
      if (selection.kind !== Kind.FIELD) continue
      const size = pageSize(selection, variables)
      if (size !== null) {
        requests += parents
        nodes += parents * size
      }
      visit(selection.selectionSet, parents * (size ?? 1))
    }
  }
  visit(operation.selectionSet, 1)
  return { points: Math.max(1, Math.round(requests / 100)), nodes }
}

/** `first` or `last` of a field; null where it is no connection. */
function pageSize(field: FieldNode, variables: Readonly<Record<string, unknown>>): number | null {
  for (const argument of field.arguments ?? []) {
    if (argument.name.value !== 'first' && argument.name.value !== 'last') continue
    if (argument.value.kind === Kind.INT) return Number(argument.value.value)
    const value = argument.value.kind === Kind.VARIABLE ? variables[argument.value.name.value] : null
    if (typeof value === 'number') return value
  }
  return null
}
