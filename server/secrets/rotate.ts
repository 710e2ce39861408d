import { appendAudit } from '../audit/audit.store.ts'
import type { Db } from '../db/handle.ts'
import { seal } from './hpke.ts'
import { addKey, readKeyFile } from './key-file.ts'
import { openRow } from './opener.ts'
import {
  countByVersion,
  lockKeys,
  registeredKeys,
  registerKey,
  reseal,
  sealedBefore,
} from './sealed-secret.store.ts'

export interface KeyStatus {
  /** The version that seals now. */
  newest: number
  keys: { version: number; inFile: boolean; inDatabase: boolean; rows: number }[]
  /** Rows that are still sealed with an older version. */
  rowsLeft: number
}

/** Which key versions there are, where, and how many secrets each one holds. */
export async function keyStatus(db: Db, keyFile: string): Promise<KeyStatus> {
  const inFile = new Set((await readKeyFile(keyFile)).map((key) => key.version))
  const inDatabase = new Set((await registeredKeys(db)).map((key) => key.version))
  const rows = await countByVersion(db)
  const versions = [...new Set([...inFile, ...inDatabase])].sort((a, b) => a - b)
  const newest = versions.at(-1) ?? 0
  const keys = versions.map((version) => ({
    version,
    inFile: inFile.has(version),
    inDatabase: inDatabase.has(version),
    rows: rows.get(version) ?? 0,
  }))
  const rowsLeft = keys.reduce((sum, key) => sum + (key.version < newest ? key.rows : 0), 0)
  return { newest, keys, rowsLeft }
}

const BATCH = 100

/**
 * For `muster keys rotate`, beside a running server: adds a key to the file, makes it the one that seals, and
 * seals everything with it again. May be repeated after an interruption. Old keys stay in the file, because
 * backups need them. Workers on other machines need the new file before they can open what is sealed with it:
 * they read it again when they meet an unknown version.
 */
export async function rotateKeys(db: Db, keyFile: string): Promise<KeyStatus> {
  const { keys, newest } = await db.transaction().execute(async (tx) => {
    await lockKeys(tx)
    const registered = await registeredKeys(tx)
    const keys = await addKey(keyFile, registered.at(-1)?.version ?? 0)
    const newest = keys.at(-1)
    if (!newest) throw new Error('a key file has at least one key')
    await registerKey(tx, newest.version, newest.publicKey)
    await appendAudit(tx, {
      actor: 'command line',
      action: 'keys.rotate',
      detail: { version: newest.version },
    })
    return { keys, newest }
  })
  let after = { owner: '', name: '' }
  for (;;) {
    const rows = await sealedBefore(db, newest.version, after, BATCH)
    for (const row of rows) {
      const key = keys.find(({ version }) => version === row.key_version)
      // Left as it is and counted: the status says so.
      if (!key) continue
      const { owner, name } = row
      const plaintext = await openRow(key, row)
      const sealed = await seal(newest.publicKey, { owner, name, keyVersion: newest.version }, plaintext)
      await reseal(db, row, { owner, name, key_version: newest.version, sealed })
    }
    const last = rows.at(-1)
    if (!last || rows.length < BATCH) return keyStatus(db, keyFile)
    after = last
  }
}
