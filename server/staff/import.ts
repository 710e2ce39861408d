import { createHash } from 'node:crypto'
import type { ImportResult } from '../../contract/routes/staff.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Db, Tx } from '../db/handle.ts'
import {
  openStaging,
  type SharedEmail,
  sharedEmails,
  stageRows,
  takeContradictions,
  writePeople,
} from './import.store.ts'
import { type RosterFile, type RosterLine, readRoster } from './roster-file.ts'

const BATCH = 5000
/** More than anybody reads; the counts are complete. */
const LISTED = 10_000

type Remark = ImportResult['refused'][number]

/**
 * Adds and changes people from a CSV roster (see readRoster), by account id, in one transaction. Rows with a
 * mistake are refused and keep no other row from being taken; people who are not in the file are left alone.
 * A dry run does the same and takes it back.
 * @throws ProblemError `file_…`: nothing was changed
 */
export async function importRoster(
  db: Db,
  text: string,
  { actor, dryRun }: { actor: string; dryRun: boolean },
): Promise<ImportResult> {
  const file = await readRoster(text)
  const tx = await db.startTransaction().execute()
  try {
    const result = await takePeople(tx, file)
    if (dryRun) await tx.rollback().execute()
    else {
      const sha256 = createHash('sha256').update(text).digest('hex')
      await appendAudit(tx, { actor, action: 'staff.import', detail: { ...result.counts, sha256 } })
      await tx.commit().execute()
    }
    return { dryRun, ...result }
  } catch (error) {
    if (!tx.isCommitted && !tx.isRolledBack) await tx.rollback().execute()
    throw error
  }
}

async function takePeople(tx: Tx, file: RosterFile): Promise<Omit<ImportResult, 'dryRun'>> {
  await openStaging(tx)
  const refused = await stage(tx, file.lines)
  for (const { accountId, lines } of await takeContradictions(tx))
    for (const line of lines) refused.push({ line, accountId, reason: contradiction(lines) })
  refused.sort((a, b) => a.line - b.line)
  const { taken, added, changed } = await writePeople(tx, file.columns)
  const warnings = (await sharedEmails(tx)).map(sharedEmailWarning)
  const counts = { added, changed, unchanged: taken - added - changed, refused: refused.length }
  if (refused.length > LISTED) warnings.unshift({ line: 1, accountId: null, reason: notAll(refused.length) })
  return { counts, refused: refused.slice(0, LISTED), warnings: warnings.slice(0, LISTED) }
}

/** Puts the rows beside the roster; answers with those that cannot be people. */
async function stage(tx: Tx, lines: AsyncIterable<RosterLine>): Promise<Remark[]> {
  const refused: Remark[] = []
  let batch: Parameters<typeof stageRows>[1][number][] = []
  for await (const row of lines) {
    if ('reason' in row) refused.push(row)
    else if (batch.push(row) === BATCH) {
      await stageRows(tx, batch)
      batch = []
    }
  }
  await stageRows(tx, batch)
  return refused
}

function notAll(refused: number): string {
  const [first, all] = [LISTED, refused].map((count) => count.toLocaleString('en'))
  return `Only the first ${first} of ${all} refused rows are listed.`
}

function contradiction(lines: number[]): string {
  const named = lines.length > 5 ? [...lines.slice(0, 5), '…'] : lines
  return `The file says different things about this account id (lines ${named.join(', ')}): keep one of the rows.`
}

function sharedEmailWarning({ line, accountId, email, otherName, otherLine }: SharedEmail): Remark {
  const other =
    otherLine === null ? `${otherName}, who is on the roster already,` : `${otherName} in line ${otherLine}`
  const reason = `${other} has the same email (${email}): neither is connected by it until one of them is corrected.`
  return { line, accountId, reason }
}
