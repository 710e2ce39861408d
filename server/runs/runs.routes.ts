import type { App, RunAction } from '../../contract/words.ts'
import { findInstalled } from '../apps/installed-app.store.ts'
import { leftAlone } from '../connections/connections.ts'
import type { Db } from '../db/handle.ts'
import type { Api } from '../http/api.ts'
import { isFresh, requireStepUp } from '../http/policy.ts'
import { notFound, ProblemError } from '../http/problem-error.ts'
import type { Sender } from '../jobs/queue.ts'
import { countsOf, isOpen, presentItem, presentRun, type RunRow } from './present-run.ts'
import { cancelRun, findRun, listItems, listRuns, openRuns, startRun } from './runs.store.ts'
import { blocked, type RunWish, stepUpOver } from './runs.ts'
import { countStandings, unknownAccountIds } from './selection.store.ts'

export function runRoutes(api: Api, { db, queue }: { db: Db; queue: Sender }): void {
  api.handle('POST /runs', async ({ body, actor }) => {
    await refuseUnknownPeople(db, body)
    const why = blocked(body.app, body.action, await findInstalled(db, body.app))
    if (why) throw new ProblemError(why.code, why.detail)
    const selected = await countSelected(db, body)
    if (selected > stepUpOver) requireStepUp(actor)
    return startRun(db, queue, { ...body, selected }, actor.email)
  })

  api.handle('POST /runs/preview', async ({ body, actor }) => {
    await refuseUnknownPeople(db, body)
    const standings = await countStandings(db, body)
    const selected = sum(standings.map((each) => each.count))
    const left = standings.flatMap((each) => {
      const why = leftAlone(body.action, each)
      return why ? [{ ...why, count: each.count }] : []
    })
    const alone = Map.groupBy(left, ({ code }) => code ?? 'not_connected')
    const alreadyConnected = sum(alone.get('already_connected')?.map(({ count }) => count) ?? [])
    alone.delete('already_connected')
    return {
      selected,
      willTry: selected - sum(left.map(({ count }) => count)),
      alreadyConnected,
      leftAlone: [...alone].map(([reason, each]) => ({
        reason: reasons[reason] ?? reason,
        count: sum(each.map(({ count }) => count)),
      })),
      blockedReason: blocked(body.app, body.action, await findInstalled(db, body.app))?.detail ?? null,
      stepUpRequired: selected > stepUpOver && !isFresh(actor),
    }
  })

  api.handle('GET /runs', async ({ query }) => {
    const { limit, cursor, open } = query
    const page = await listRuns(db, { limit, cursor, open: open && open === 'true' })
    return { ...page, items: page.rows.map((row) => presentRun(row, new Date())) }
  })

  api.handle('GET /runs/{id}', async ({ params }) => presentRun(await existing(db, params.id), new Date()))

  api.handle('GET /runs/{id}/items', async ({ params, query }) => {
    const counts = countsOf(await existing(db, params.id))
    const { rows, nextCursor } = await listItems(db, params.id, query)
    const { needsMapping, waiting, ...others } = counts
    const totals = { ...others, needs_mapping: needsMapping, pending: waiting }
    return { items: rows.map(presentItem), nextCursor, total: totals[query.outcome ?? 'selected'] }
  })

  api.handle('POST /runs/{id}/cancel', async ({ params, actor }) => {
    const run = await cancelRun(db, params.id, actor.email)
    if (!run) throw notFound('run')
    return presentRun(run, new Date())
  })

  api.handle('GET /runs/{id}/events', async ({ params }) => {
    await existing(db, params.id)
    return {
      concerns: (change) => change.kind === 'run' && change.id === params.id,
      async read() {
        const run = await existing(db, params.id)
        return { events: [runEvent(run)], ended: !isOpen(run) }
      },
    }
  })

  api.handle('GET /events', async () => ({
    concerns: ({ kind }) => kind === 'run' || kind === 'app',
    async read(changes) {
      if (changes.length === 0) return { events: (await openRuns(db)).map(runEvent) }
      const apps = changes.flatMap((change) => (change.kind === 'app' ? [change.app] : []))
      const ids = changes.flatMap((change) => (change.kind === 'run' ? [change.id] : []))
      const runs = await Promise.all(ids.map((id) => findRun(db, id)))
      return { events: [...apps.map(appEvent), ...runs.flatMap((run) => (run ? [runEvent(run)] : []))] }
    },
  }))
}

function runEvent(run: RunRow) {
  return { event: 'run', data: presentRun(run, new Date()) }
}

/** Only which one: readers ask for the app again when they show it. */
function appEvent(app: App) {
  return { event: 'app', data: { app } }
}

const reasons: Record<string, string> = {
  connected_by_self: 'connected by the person',
  person_opted_out: 'said no',
  person_inactive: 'inactive on the roster',
  not_connected: 'not connected',
}

async function existing(db: Db, id: string): Promise<RunRow> {
  const run = await findRun(db, id)
  if (!run) throw notFound('run')
  return run
}

type Chosen = Pick<RunWish, 'app' | 'selection'> & { action: RunAction }

async function countSelected(db: Db, chosen: Chosen): Promise<number> {
  return sum((await countStandings(db, chosen)).map(({ count }) => count))
}

/** A mistyped id must not pass for "nobody left to connect". */
async function refuseUnknownPeople(db: Db, { selection }: Chosen): Promise<void> {
  if (!('accountIds' in selection)) return
  const unknown = await unknownAccountIds(db, selection.accountIds)
  if (unknown.length === 0) return
  const some = unknown.slice(0, 5).join(', ')
  const more = unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''
  throw new ProblemError(
    'input_invalid',
    `Nobody on the roster has the account id ${some}${more}. Nothing was started.`,
    [{ path: 'body.selection.accountIds', message: `not on the roster: ${some}${more}` }],
  )
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
