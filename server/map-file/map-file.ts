import { type FailureCode, type FailureDetails, failureCodes } from '../../contract/failure.ts'
import { connectionStatuses } from '../../contract/words.ts'
import type { MapRow } from './csv.ts'
import type { Account, Decision, Person, Refusal, World } from './decision.ts'
import { accountOf, refuse, rounded, shortened, type Wish, wishOf } from './wish.ts'

/** A decision in the making; `wish` is undefined where the row cannot ask for anything. */
type Draft = Decision & { wish: Wish | undefined }

/**
 * Decides about every row of a file, from the rows and the world alone. A refused row keeps no other from being
 * applied, except one that waits for the account which it would have let go. Of an applied file the same rows
 * decide to `unchanged`, and those that were refused are refused again.
 */
export function decideRows(rows: readonly MapRow[], world: World): Decision[] {
  return draftRows(rows, world)
}

function draftRows(rows: readonly MapRow[], world: World): Draft[] {
  const drafts = rows.map((row) => draft(row, world))
  refuseContradictions(drafts, world)
  for (const each of drafts) if (each.refusal === null && each.sameAs === null) decide(each, world)
  refuseTaken(drafts, world)
  for (const each of drafts) {
    if (each.sameAs) ({ outcome: each.outcome, refusal: each.refusal } = each.sameAs)
  }
  return drafts
}

/**
 * Decides about rows again when their people and accounts are held, of which a while ago was decided that they
 * change something. What is not as it was then is reported, not overwritten.
 */
export function decideAgain(before: readonly Decision[], world: World): Decision[] {
  const rows = before.map(({ row }) => row)
  const again = draftRows(rows, world)
  for (const [at, now] of again.entries()) {
    const then = before[at]
    if (!then || now.refusal || now.outcome === 'unchanged') continue
    if (!isAsBefore(then, now))
      refuseDraft(now, world, 'row_stale', { fact: 'it is not as it was a moment ago' })
  }
  refuseTaken(again, world)
  return again
}

function isAsBefore(then: Decision, now: Decision): boolean {
  const { person: a } = then
  const { person: b } = now
  return (
    a?.status === b?.status &&
    a?.externalId === b?.externalId &&
    a?.failureCode === b?.failureCode &&
    then.target?.externalId === now.target?.externalId
  )
}

function draft(row: MapRow, world: World): Draft {
  const person = world.people.get(row.cells.account_id) ?? null
  const blank = { row, outcome: 'unchanged', person, target: null, refusal: null, sameAs: null } as const
  const refused = (code: Refusal['code'], details: Refusal['details'], wish?: Wish): Draft => ({
    ...blank,
    wish,
    outcome: 'refused',
    refusal: refuse(world, code, details, person),
  })
  if (row.unreadable !== null) return refused('row_unreadable', { fact: row.unreadable })
  const wish = wishOf(row)
  if (!wish) return refused('row_action_unknown', { fact: shortened(row.cells.action) })
  if (wish === 'nothing') return { ...blank, wish }
  if (wish === 'skip') return { ...blank, wish, outcome: 'skipped' }
  if (!person) {
    const id = row.cells.account_id
    return refused('row_person_unknown', { other: shortened(id), fact: rounded(id) }, wish)
  }
  if (wish === 'disconnect') return { ...blank, wish }
  const account = accountOf(row, wish, world)
  if ('code' in account) return refused(account.code, account.details, wish)
  return { ...blank, wish, target: account }
}

/** Rows about one person that ask for different things, and rows that give one account to several people. */
function refuseContradictions(drafts: readonly Draft[], world: World): void {
  const firsts = new Map<string, Draft>()
  const contradicting = new Set<string>()
  const takers = new Map<Account, string>()
  const contested = new Set<Account>()
  const asking = drafts.filter(({ wish }) => wish !== undefined && wish !== 'nothing')
  for (const each of asking) {
    const { target, row } = each
    const { account_id: accountId } = row.cells
    const first = firsts.get(accountId)
    if (!first) firsts.set(accountId, each)
    else if (answerOf(first) === answerOf(each)) each.sameAs = first
    else contradicting.add(accountId)
    if (!target) continue
    const taker = takers.get(target)
    if (taker === undefined) takers.set(target, accountId)
    else if (taker !== accountId) contested.add(target)
  }
  for (const each of asking) {
    const { target, row } = each
    if (contradicting.has(row.cells.account_id)) refuseDraft(each, world, 'row_duplicate_person')
    else if (target && contested.has(target))
      refuseDraft(each, world, 'row_duplicate_account', { other: target.login })
  }
}

function answerOf({ wish, target, row }: Draft): string {
  if (wish === 'skip' || wish === 'disconnect') return wish
  const { external_login: login, external_id: id, suggested_login: suggested } = row.cells
  return target ? `account ${target.externalId}` : JSON.stringify([wish, login, id, suggested])
}

/** What a row does to its person, whoever else has the account. */
function decide(draft: Draft, world: World): void {
  const { wish, person, target } = draft
  if (!person || (wish !== 'disconnect' && !target)) return
  const connected = person.status === 'connected'
  if (target ? connected && person.externalId === target.externalId : person.externalId === null) return
  const obstacle = obstacleTo(draft, person)
  if (obstacle) refuseDraft(draft, world, obstacle.code, obstacle.details)
  else draft.outcome = target ? (connected ? 'changed' : 'connected') : 'disconnected'
}

function obstacleTo(
  { wish, target, row }: Draft,
  person: Person,
): { code: FailureCode; details?: FailureDetails } | undefined {
  if (target && person.status === 'opted_out') return { code: 'row_person_opted_out' }
  if (target && !person.active) return { code: 'person_inactive' }
  if (person.status === 'connected' && person.origin === 'self') return { code: 'connected_by_self' }
  const change = changeSince(row, person)
  if (change) return { code: 'row_stale', details: { fact: change } }
  if (wish === 'accept' && target && !person.proposals.includes(target.externalId))
    return { code: 'row_stale', details: { fact: `${target.login} is not suggested any more` } }
  if (target?.unusable)
    return { code: 'row_account_inactive', details: { other: target.login, fact: target.unusable } }
  return undefined
}

/**
 * What is different now from what the row says of the person. The columns that show the state are also how a
 * row remembers it (docs/decisions/0008); one that is empty, missing or not ours says nothing.
 */
function changeSince({ cells }: MapRow, { status, failureCode, login }: Person): string | undefined {
  const said = connectionStatuses.find((known) => known === cells.status.toLowerCase())
  if (said && said !== status) return `the status is ${status} now`
  const word = /^\w+/.exec(cells.failure)?.[0]
  const saidCode = failureCodes.find((code) => code === word)
  if (said && saidCode && !isRefusal(saidCode) && saidCode !== failureCode)
    return `the failure is ${failureCode ?? 'gone'} now`
  const saidLogin = cells.suggested_login
  if (said === 'connected' && saidLogin && login && saidLogin.toLowerCase() !== login.toLowerCase())
    return `the account is ${login} now`
  return undefined
}

/** In a result file the reason of the refusal stands where a download has the state. */
function isRefusal(code: FailureCode): boolean {
  return code.startsWith('row_') || code === 'person_inactive' || code === 'connected_by_self'
}

/**
 * Refuses rows whose account is somebody else's who does not let go of it in the same file, then those that
 * waited for what these would have let go, and so on. What is left may change hands in a circle.
 */
function refuseTaken(drafts: readonly Draft[], world: World): void {
  const changes = drafts.filter(({ sameAs, outcome }) => sameAs === null && isChange(outcome))
  const letting = new Set(changes.map(({ person }) => person?.accountId))
  const waiting = new Map(changes.map((each) => [each.target?.externalId, each]))
  const open = [...changes]
  for (let each = open.pop(); each; each = open.pop()) {
    const { person, target, outcome } = each
    const holder = target?.holder
    if (!target || !holder || !isChange(outcome) || holder.accountId === person?.accountId) continue
    if (letting.has(holder.accountId)) continue
    const other = `${holder.displayName} (${holder.accountId})`
    refuseDraft(each, world, 'row_account_taken', { fact: target.login, other })
    letting.delete(person?.accountId)
    const next = person?.externalId ? waiting.get(person.externalId) : undefined
    if (next) open.push(next)
  }
}

export function isChange(outcome: Decision['outcome']): boolean {
  return outcome === 'connected' || outcome === 'changed' || outcome === 'disconnected'
}

function refuseDraft(
  draft: Draft,
  world: World,
  code: Refusal['code'],
  details: Refusal['details'] = {},
): void {
  draft.outcome = 'refused'
  draft.sameAs = null
  draft.refusal = refuse(world, code, details, draft.person)
}
