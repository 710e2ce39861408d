import { GraphQLError, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql'
import { type FaultsInEffect, mostPerPage } from './faults.ts'

/** An error in GitHub's form: `type` beside the message. */
export class GitHubQueryError extends GraphQLError {
  readonly type: string
  constructor(type: string, message: string, extensions?: Record<string, unknown>) {
    super(message, { extensions })
    this.type = type
  }
}

export interface PageArguments {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
}

const MOST = 100

/** Opaque, as GitHub's: clients must hand it back as it came. */
function cursorOf(id: number): string {
  return Buffer.from(`cursor:v2:${id}`).toString('base64')
}

function idOf(cursor: string): number {
  const [, id] = /^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString()) ?? []
  if (id === undefined) {
    throw new GitHubQueryError(
      'INVALID_CURSOR_ARGUMENTS',
      `\`${cursor}\` does not appear to be a valid cursor.`,
    )
  }
  return Number(id)
}

/** Whether the query wants entries of the connection, not only its count. */
function wantsEntries(info: GraphQLResolveInfo): boolean {
  const inside = (selections: SelectionSetNode | undefined): boolean =>
    (selections?.selections ?? []).some((selection) => {
      if (selection.kind === Kind.FIELD)
        return selection.name.value === 'nodes' || selection.name.value === 'edges'
      if (selection.kind === Kind.INLINE_FRAGMENT) return inside(selection.selectionSet)
      return inside(info.fragments[selection.name.value]?.selectionSet)
    })
  return info.fieldNodes.some((node) => inside(node.selectionSet))
}

/** How many entries, or GitHub's refusal: one of `first` and `last` must be there and be at most 100. */
function sizeOf({ first, last }: PageArguments, info: GraphQLResolveInfo): number {
  const count = first ?? last
  const word = first == null ? 'last' : 'first'
  if (count == null) {
    if (!wantsEntries(info)) return 0
    throw new GitHubQueryError(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${info.fieldName}\` connection.`,
    )
  }
  if (count < 0) {
    throw new GitHubQueryError(
      'INVALID_PAGINATION',
      `\`${word}\` on the \`${info.fieldName}\` connection cannot be less than zero.`,
    )
  }
  if (count > MOST) {
    throw new GitHubQueryError(
      'EXCESSIVE_PAGINATION',
      `Requesting ${count} records on the \`${info.fieldName}\` connection exceeds the \`${word}\` limit of ${MOST} records.`,
    )
  }
  return count
}

/** The index of the first entry whose id is greater. */
function after<T extends { id: number }>(entries: readonly T[], id: number): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const entry = entries[middle]
    if (entry !== undefined && entry.id <= id) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * A page of a list that is in ascending order of id. Cursors are positions between ids, so a list that
 * changes between two pages loses and repeats nobody who stayed.
 */
export function connection<T extends { id: number }>(
  entries: readonly T[],
  args: PageArguments,
  info: GraphQLResolveInfo,
  faults: FaultsInEffect,
  show: (entry: T) => unknown,
): object {
  const asked = sizeOf(args, info)
  const size = Math.min(asked, mostPerPage(faults))
  const lower = args.after == null ? 0 : after(entries, idOf(args.after))
  const upper = args.before == null ? entries.length : after(entries, idOf(args.before) - 1)
  const backwards = args.first == null && args.last != null
  let start = backwards ? Math.max(lower, upper - size) : lower
  const end = backwards ? upper : Math.min(upper, lower + size)
  if (faults.has('short_directory')) start = end
  const shown = entries.slice(start, end)
  const node = (entry: T, at: number): unknown =>
    faults.has('null_nodes') && at % 10 === 9 ? null : show(entry)
  const [first, last] = [shown[0], shown.at(-1)]
  const endCursor = last === undefined ? null : cursorOf(last.id)
  const looped = faults.has('page_loop') && last !== undefined
  return {
    totalCount: entries.length,
    nodes: () => shown.map(node),
    edges: () => shown.map((entry, at) => ({ cursor: cursorOf(entry.id), node: node(entry, at) })),
    pageInfo: {
      startCursor: first === undefined ? null : cursorOf(first.id),
      endCursor: looped ? cursorOf((first?.id ?? 1) - 1) : endCursor,
      hasNextPage: looped || (end < entries.length && !faults.has('short_directory')),
      hasPreviousPage: start > 0,
    },
  }
}
