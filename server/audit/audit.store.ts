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
 * Puts an act on the record, inside the act's own transaction: no entry, no act. The database numbers, dates
 * and chains the entry (see migration 0001) and holds one lock from here to the end of the transaction, so
 * call it last.
 */
export async function appendAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx
    .insertInto('audit_entry')
    .values({
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject ?? null,
      app: entry.app ?? null,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute()
}
