import { sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'

/**
 * Runs under way that no job in the queue speaks of, oldest first. A run and its job are written together, and a
 * job is followed by the next one before it ends, so that there are some only when jobs were lost.
 */
export async function runsWithoutJob(db: Db): Promise<{ id: string; app: App }[]> {
  const { rows } = await sql<{ id: string; app: App }>`
    select id, app from run where state in ('queued', 'running', 'waiting') and not exists (
      select from pgboss.job
      where name = 'run' and job.state in ('created', 'retry', 'active') and data ->> 'runId' = run.id::text
    ) order by created_at`.execute(db)
  return rows
}
