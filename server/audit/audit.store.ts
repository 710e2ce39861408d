import type { App } from '../../contract/words.ts'
import type { Tx } from '../db/handle.ts'

export interface AuditEntry {
  /** Email of the user, or `system` or `command line`. */
  actor: string
  /** `noun.verb`: `app.install`, `run.start`, `connection.accept`, `session.sign-in`. */
  action: string
  /** Account id, run id or email that the act is about. */
  subject?: string | null
  app?: App | null
  /** Facts for the reader; never a secret. */
  detail?: Record<string, unknown>
}

/**
 * Puts acts on the record, inside their own transaction: no entry, no act. The database numbers, dates
 * and chains the entry (see migration 0001) and holds one lock from here to the end of the transaction, so
 * call it last.
 */
export async function appendAudit(tx: Tx, ...entries: AuditEntry[]): Promise<void> {
  // 1,000 rows of five values stay below PostgreSQL's 65,535 parameters.
  for (let start = 0; start < entries.length; start += 1_000) {
    const rows = entries.slice(start, start + 1_000).map((entry) => ({
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject ?? null,
      app: entry.app ?? null,
      detail: JSON.stringify(entry.detail ?? {}),
    }))
    await tx.insertInto('audit_entry').values(rows).execute()
  }
}
