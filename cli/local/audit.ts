import { verifyAudit } from '../../server/audit/verify.ts'
import { CommandError } from '../session.ts'
import { withDatabase } from './database.ts'

/** Recomputes the chain; the printed last hash, kept elsewhere, proves later that nothing was cut off. */
export async function verify(json: boolean): Promise<void> {
  const verdict = await withDatabase((db) => verifyAudit(db))
  if (json) process.stdout.write(`${JSON.stringify(verdict)}\n`)
  if (!verdict.ok) throw new CommandError(verdict.sentence)
  if (json) return
  const last = verdict.last ? `; the last is ${verdict.last.seq} ${verdict.last.hash}` : ''
  process.stdout.write(`${verdict.entries} entries, nothing changed${last}.\n`)
}
