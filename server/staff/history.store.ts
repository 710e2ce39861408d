import { sql } from 'kysely'
import type { StaffMemberDetail } from '../../contract/routes/shapes.ts'
import type { Db } from '../db/handle.ts'
import { actSentence, type PersonAct, runSentence } from './history.ts'

type History = StaffMemberDetail['history']
const NEWEST = 50

/** What runs and people did about a person, newest first, at most 50 entries. Dry runs did nothing. */
export async function loadHistory(db: Db, accountId: string): Promise<History> {
  const found = await Promise.all([
    runResults(db, accountId),
    auditEntries(db, accountId),
    mapFileEntries(db, accountId),
  ])
  return found
    .flat()
    .sort((a, b) => b.at.localeCompare(a.at))
    .slice(0, NEWEST)
}

async function runResults(db: Db, accountId: string): Promise<History> {
  const rows = await db
    .selectFrom('run_item')
    .innerJoin('run', 'run.id', 'run_item.run_id')
    .select(({ fn }) =>
      fn.coalesce('run.finished_at', 'run.started_at', 'run.created_at').$castTo<Date>().as('at'),
    )
    .select(['run.id', 'run.app', 'run.action', 'run.created_by'])
    .select(['run_item.outcome', 'run_item.login', 'run_item.evidence', 'run_item.failure'])
    .where('run_item.account_id', '=', accountId)
    .where('run.dry_run', '=', false)
    .orderBy('at', 'desc')
    .limit(NEWEST)
    .execute()
  return rows.map((row) => ({
    at: row.at.toISOString(),
    app: row.app,
    actor: row.created_by,
    sentence: runSentence(row),
    runId: row.id,
  }))
}

/** An entry about a map file speaks of many people; what it says of this one stands under their id. */
async function mapFileEntries(db: Db, accountId: string): Promise<History> {
  const { rows } = await sql<PersonAct & { at: Date; actor: string }>`
    select at, actor, action, app, detail -> 'people' -> ${accountId}::text as detail
    from audit_entry
    where action = 'map-file.apply' and detail -> 'people' ? ${accountId}
    order by seq desc limit ${NEWEST}`.execute(db)
  return rows.map(asHistory)
}

async function auditEntries(db: Db, accountId: string): Promise<History> {
  const rows = await db
    .selectFrom('audit_entry')
    .select(['at', 'actor', 'action', 'app', 'detail'])
    .where('subject', '=', accountId)
    .orderBy('seq', 'desc')
    .limit(NEWEST)
    .execute()
  return rows.map(asHistory)
}

function asHistory({ at, actor, ...act }: PersonAct & { at: Date; actor: string }): History[number] {
  return { at: at.toISOString(), app: act.app, actor, sentence: actSentence(act), runId: null }
}
