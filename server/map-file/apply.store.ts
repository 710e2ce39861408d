import type { App } from '../../contract/words.ts'
import { appendAudit } from '../audit/audit.store.ts'
import { keepInstalled } from '../connections/connections.store.ts'
import type { NextConnection, Settlement, Standing } from '../connections/connections.ts'
import { settleDisconnection } from '../connections/settle.ts'
import { isAccountTaken, lockStandings, writeSettlements } from '../connections/settlements.store.ts'
import type { Db, Tx } from '../db/handle.ts'
import { notifyChange } from '../db/notify.ts'
import type { Decision } from './decision.ts'
import { forgetProposals, loadWorld } from './map-file.store.ts'
import { decideAgain, isChange } from './map-file.ts'
import { refuse } from './wish.ts'

export interface Upload {
  app: App
  /** Email of the administrator. */
  by: string
  /** Of the file, in hex. */
  sha256: string
}

/**
 * Applies decisions that change something, in one transaction: connections, proposals and one entry on the
 * record. Each is made again from what is true when the rows are held; the answer has them in the same order.
 */
export async function applyBatch(
  db: Db,
  upload: Upload,
  decisions: readonly Decision[],
): Promise<Decision[]> {
  try {
    return await db.transaction().execute((tx) => apply(tx, upload, decisions))
  } catch (error) {
    // Somebody else got one of the accounts in the same moment: the next look sees it.
    if (isAccountTaken(error)) return applyBatch(db, upload, decisions)
    throw error
  }
}

async function apply(tx: Tx, upload: Upload, before: readonly Decision[]): Promise<Decision[]> {
  const { app } = upload
  await keepInstalled(tx, app)
  const ids = before.flatMap(({ person }) => (person ? [person.accountId] : []))
  const standings = await lockStandings(tx, app, ids)
  const world = await loadWorld(
    tx,
    app,
    before.map(({ row }) => row),
  )
  const decisions = decideAgain(before, world)
  const changes = decisions.filter(({ outcome }) => isChange(outcome))
  const held = new Map(standings.map((standing) => [standing.accountId, standing]))
  await letGo(tx, app, changes, held)

  const at = new Date().toISOString()
  const settlements = changes.flatMap((change) => {
    const standing = held.get(change.person?.accountId ?? '')
    return standing ? [settle(change, standing, upload.by, at)] : []
  })
  const written = await writeSettlements(tx, app, standings, settlements)
  const done = new Set(written.map(({ accountId }) => accountId))
  for (const change of changes) {
    if (done.has(change.person?.accountId ?? '')) continue
    // They had no connection, and got one between our look and our writing.
    change.outcome = 'refused'
    change.refusal = refuse(world, 'row_stale', { fact: 'it is not as it was a moment ago' }, change.person)
  }
  const given = written.flatMap(({ accountId, next }) =>
    next?.externalId ? [{ accountId, externalId: next.externalId }] : [],
  )
  await forgetProposals(tx, app, given)
  if (written.length > 0) {
    await notifyChange(tx, { kind: 'app', app })
    await record(tx, upload, changes)
  }
  return decisions
}

/** Accounts that change hands in this batch are free before anybody gets one. */
async function letGo(
  tx: Tx,
  app: App,
  changes: readonly Decision[],
  held: ReadonlyMap<string, Standing>,
): Promise<void> {
  const holders = changes.flatMap(({ target, person }) => {
    const holder = target?.holder?.accountId
    const standing = holder === undefined || holder === person?.accountId ? undefined : held.get(holder)
    return standing ? [standing] : []
  })
  await writeSettlements(tx, app, holders, holders.map(settleDisconnection))
}

function settle({ target }: Decision, standing: Standing, by: string, at: string): Settlement {
  if (!target) return settleDisconnection(standing)
  const { externalId, login } = target
  const next: NextConnection = {
    status: 'connected',
    origin: 'map-file',
    externalId,
    login,
    evidence: [{ kind: 'decided', value: by }],
    failure: null,
    connectedBy: by,
    connectedAt: at,
  }
  const { accountId } = standing
  return { accountId, outcome: 'connected', ...next, failure: null, next, proposals: [] }
}

/** Who got or lost which account; each person's history is read from here. */
async function record(tx: Tx, { app, by, sha256 }: Upload, changes: readonly Decision[]): Promise<void> {
  const done = changes.filter(({ outcome }) => isChange(outcome))
  const count = (outcome: Decision['outcome']) => done.filter((each) => each.outcome === outcome).length
  const people = Object.fromEntries(
    done.map(({ person, target, outcome }) => [
      person?.accountId,
      {
        outcome,
        externalId: target?.externalId ?? person?.externalId,
        login: target?.login ?? person?.login,
      },
    ]),
  )
  const detail = {
    sha256,
    connected: count('connected'),
    changed: count('changed'),
    disconnected: count('disconnected'),
    people,
  }
  await appendAudit(tx, { actor: by, action: 'map-file.apply', app, detail })
}
