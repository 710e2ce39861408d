import { sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import type { MatchInput, MatchPerson } from '../../matching/input.ts'
import type { Db } from '../db/handle.ts'
import { loadDirectory } from '../directory/directory.store.ts'
import type { TakenRun } from './execution.store.ts'

/**
 * All that matching wants to know, about everybody, for those of the run who are still pending. What this run
 * itself has connected counts as not held: so a run that is taken up again decides as if it had never stopped.
 */
export async function loadMatchInput(db: Db, run: TakenRun): Promise<MatchInput> {
  const { app } = run
  const { directory_snapshot: snapshot, connect_unique_names: connectUniqueNames } = await db
    .selectFrom('installed_app')
    .select(['directory_snapshot', 'connect_unique_names'])
    .where('app', '=', app)
    .executeTakeFirstOrThrow()
  const { accounts, keys } = await loadDirectory(db, app, snapshot)
  return {
    staff: await loadRoster(db),
    selected: await loadPending(db, run.id),
    accounts,
    keys,
    holders: await loadHolders(db, run),
    rejections: await loadRejections(db, app),
    options: { connectUniqueNames },
  }
}

const batchSize = 10_000

/** Active or not. In batches, because one answer for 100,000 people would be held twice. */
async function loadRoster(db: Db): Promise<MatchPerson[]> {
  const people: MatchPerson[] = []
  for (;;) {
    const batch = await db
      .selectFrom('staff_member')
      .select(['account_id as accountId', 'display_name as displayName', 'email', 'aliases', 'active'])
      .where('account_id', '>', people.at(-1)?.accountId ?? '')
      .orderBy('account_id')
      .limit(batchSize)
      .execute()
    for (const person of batch) people.push(person)
    if (batch.length < batchSize) return people
  }
}

async function loadPending(db: Db, runId: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('run_item')
    .select('account_id')
    .where('run_id', '=', runId)
    .where('outcome', '=', 'pending')
    .execute()
  return new Set(rows.map((row) => row.account_id))
}

async function loadHolders(db: Db, run: TakenRun): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('connection')
    .select(['external_id', 'account_id'])
    .where('app', '=', run.app)
    .where('external_id', 'is not', null)
    .$narrowType<{ external_id: string }>()
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('run_item')
            .select(sql`1`.as('one'))
            .where('run_id', '=', run.id)
            .whereRef('run_item.account_id', '=', 'connection.account_id')
            .where('outcome', '=', 'connected'),
        ),
      ),
    )
    .execute()
  return new Map(rows.map((row) => [row.external_id, row.account_id]))
}

async function loadRejections(db: Db, app: App): Promise<MatchInput['rejections']> {
  return db
    .selectFrom('proposal_rejection')
    .select(['account_id as accountId', 'external_id as externalId'])
    .where('app', '=', app)
    .execute()
}
