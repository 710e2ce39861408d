import { z } from 'zod'

/** GitHub's largest page, and the smallest one worth asking for when GitHub is out of breath. */
export const largestPage = 100
export const smallestPage = 12

const listState = z.strictObject({
  /** GitHub's cursor; null at the start. */
  after: z.string().nullable(),
  done: z.boolean(),
  read: z.int().nonnegative(),
  /** What GitHub said at the start, null before. */
  promised: z.int().nonnegative().nullable(),
})
export type ListState = z.infer<typeof listState>

const walkState = z.strictObject({
  members: listState,
  identities: listState,
  pageSize: z.int().min(smallestPage).max(largestPage),
})
/** Where a walk through both lists stands; its JSON is the cursor that is stored between pages. */
export type WalkState = z.infer<typeof walkState>

const start: ListState = { after: null, done: false, read: 0, promised: null }

/** Undefined for a cursor that this code did not write. */
export function openWalk(cursor: string | null): WalkState | undefined {
  if (cursor === null) return { members: start, identities: start, pageSize: largestPage }
  try {
    return walkState.safeParse(JSON.parse(cursor)).data
  } catch {
    return undefined
  }
}

/** The cursor of the next page; null when both lists were read to GitHub's own end marker. */
export function closeWalk(walk: WalkState): string | null {
  return walk.members.done && walk.identities.done ? null : JSON.stringify(walk)
}

export interface ListPage {
  totalCount: number
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  nodes: readonly unknown[]
}

/**
 * One step through one list. Answers the new state, or in words why the page must not be believed: an end that
 * came too early would otherwise read as "these people have left".
 */
export function advance(list: ListState, page: ListPage, what: string): ListState | string {
  const { totalCount, pageInfo, nodes } = page
  const read = list.read + nodes.length
  const promised = list.promised ?? totalCount
  if (pageInfo.hasNextPage) {
    if (nodes.length === 0) return `an empty page in the middle of the ${what}`
    if (pageInfo.endCursor === null || pageInfo.endCursor === list.after)
      return `the same page of ${what} over and over`
    if (read > totalCount + slack(promised, totalCount)) return `more ${what} than GitHub counts`
    return { after: pageInfo.endCursor, done: false, read, promised }
  }
  if (Math.abs(read - totalCount) > slack(promised, totalCount))
    return `${read} ${what} where GitHub counts ${totalCount}`
  return { after: pageInfo.endCursor, done: true, read, promised }
}

/**
 * People join and leave while thousands are read. The change of GitHub's own count is allowed for, and one more
 * per hundred pages, for a join and a leave that cancel out; small organizations must add up exactly.
 */
function slack(promised: number, totalCount: number): number {
  return Math.abs(totalCount - promised) + Math.floor(totalCount / (100 * largestPage))
}
