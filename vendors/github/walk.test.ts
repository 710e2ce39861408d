import fc from 'fast-check'
import { expect, test } from 'vitest'
import { advance, closeWalk, type ListPage, type ListState, openWalk } from './walk.ts'

/** The page after a cursor, as GitHub would cut it from a list of `total` entries. */
function pageOf(total: number, size: number, after: string | null): ListPage {
  const from = Number(after ?? 0)
  const to = Math.min(total, from + size)
  return {
    totalCount: total,
    nodes: Array.from({ length: to - from }),
    pageInfo: { hasNextPage: to < total, endCursor: to === from ? null : String(to) },
  }
}

function step(list: ListState, page: ListPage): ListState {
  if (list.done) return list
  const next = advance(list, page, 'members')
  if (typeof next === 'string') throw new Error(next)
  return next
}

function open(cursor: string | null) {
  const walk = openWalk(cursor)
  if (!walk) throw new Error(`not a cursor: ${cursor}`)
  return walk
}

const size = fc.integer({ min: 1, max: 100 })

test('two lists of any sizes end together, after as many pages as the longer one has, through stored cursors', () => {
  fc.assert(
    fc.property(fc.nat(900), fc.nat(900), size, (members, identities, pageSize) => {
      let cursor: string | null = null
      let pages = 0
      let read = { members: 0, identities: 0 }
      do {
        const walk = open(cursor)
        const next = {
          ...walk,
          members: step(walk.members, pageOf(members, pageSize, walk.members.after)),
          identities: step(walk.identities, pageOf(identities, pageSize, walk.identities.after)),
        }
        read = { members: next.members.read, identities: next.identities.read }
        cursor = closeWalk(next)
        pages += 1
      } while (cursor !== null)
      expect(read).toEqual({ members, identities })
      expect(pages).toBe(Math.max(1, Math.ceil(members / pageSize), Math.ceil(identities / pageSize)))
    }),
  )
})

test('a list that ends early, loses people on the way, or goes round and round is never believed', () => {
  const damage = fc.constantFrom(
    'early end',
    'lost people',
    'empty page',
    'same cursor',
    'no cursor',
    'grows',
  )
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), size, fc.nat(), damage, (pages, pageSize, where, kind) => {
      const total = pages * pageSize
      const damaged = where % (pages - 1)
      let list: ListState = open(null).members
      const walk = () => {
        for (let at = 0; !list.done && at < 3 * pages; at += 1) {
          const good = pageOf(total, pageSize, list.after)
          list = step(list, at === damaged || kind === 'grows' ? spoil(good, list, kind) : good)
        }
        if (!list.done) throw new Error('never ends')
      }
      expect(walk).toThrow()
    }),
  )
})

function spoil(page: ListPage, list: ListState, kind: string): ListPage {
  const pageInfo = page.pageInfo
  switch (kind) {
    case 'early end':
      return { ...page, pageInfo: { ...pageInfo, hasNextPage: false } }
    case 'lost people':
      return { ...page, nodes: page.nodes.slice(1) }
    case 'empty page':
      return { ...page, nodes: [] }
    case 'same cursor':
      return { ...page, pageInfo: { hasNextPage: true, endCursor: list.after } }
    case 'no cursor':
      return { ...page, pageInfo: { hasNextPage: true, endCursor: null } }
    default:
      // Always more to come, always another cursor.
      return { ...page, nodes: [1], pageInfo: { hasNextPage: true, endCursor: `round ${list.read}` } }
  }
}

test('a cursor that comes back is noticed at once', () => {
  const list = step(open(null).members, pageOf(250, 100, null))
  const same = { ...pageOf(250, 100, list.after), pageInfo: { hasNextPage: true, endCursor: list.after } }
  expect(advance(list, same, 'members')).toMatch(/over and over/)
})

test('people who join or leave in the middle are no damage', () => {
  let list = step(open(null).members, pageOf(250, 100, null))
  list = step(list, pageOf(251, 100, list.after))
  list = step(list, { ...pageOf(248, 100, list.after), nodes: Array.from({ length: 49 }) })
  expect(list).toMatchObject({ done: true, read: 249 })
})
