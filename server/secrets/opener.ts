import type { Db } from '../db/handle.ts'
import { OperatorError } from '../operator-error.ts'
import { open } from './hpke.ts'
import { type MasterKey, readKeyFile } from './key-file.ts'
import {
  countByVersion,
  findSealed,
  registeredKeys,
  registerKey,
  type SealedRow,
} from './sealed-secret.store.ts'
import { Secret } from './secret.ts'

/** What only the worker may do with secrets: take them out. */
export interface Opener {
  /**
   * The secret, or undefined when there is none (or it has expired).
   * @throws OperatorError when the row was altered, moved, or sealed with a key that is not in the key file
   */
  open(owner: string, name: string): Promise<Secret | undefined>
}

/**
 * For the worker role, at its start: reads the key file, tells the database its newest public key, and makes
 * sure that everything sealed can be opened.
 * @throws OperatorError when the file and the database do not belong together
 */
export async function createOpener(db: Db, keyFile: string): Promise<Opener> {
  let keys = await readKeyFile(keyFile)
  await introduce(db, keys, keyFile)

  async function keyFor(version: number): Promise<MasterKey | undefined> {
    const known = keys.find((key) => key.version === version)
    if (known) return known
    // Another process has rotated the keys since.
    keys = await readKeyFile(keyFile)
    return keys.find((key) => key.version === version)
  }

  return {
    async open(owner, name) {
      const row = await findSealed(db, owner, name)
      if (!row) return undefined
      const key = await keyFor(row.key_version)
      if (!key) throw missing(keyFile, [row.key_version])
      return new Secret(await openRow(key, row))
    },
  }
}

/** Opens a row with its key. @throws OperatorError when it does not open */
export async function openRow(key: MasterKey, row: SealedRow): Promise<string> {
  const { owner, name, key_version: keyVersion } = row
  try {
    return await open(key.privateKey, { owner, name, keyVersion }, row.sealed)
  } catch {
    throw new OperatorError(
      `The secret “${name}” of ${owner} does not open: it was altered in the database or moved from another row. Enter it again on the app's page, and find out who can write to the database.`,
    )
  }
}

async function introduce(db: Db, keys: MasterKey[], keyFile: string): Promise<void> {
  const newest = keys.at(-1)
  if (newest) await registerKey(db, newest.version, newest.publicKey)
  const registered = await registeredKeys(db)
  const strange = registered.find(({ version, public_key }) => {
    const ours = keys.find((key) => key.version === version)
    return ours && !ours.publicKey.equals(public_key)
  })
  if (strange)
    throw new OperatorError(
      `The key file ${keyFile} belongs to another installation: its key ${strange.version} is not the one that this database was sealed with. Set MUSTER_KEY_FILE to the file that belongs to this database.`,
    )
  const used = [...(await countByVersion(db)).keys()]
  const unknown = used.filter((version) => !keys.some((key) => key.version === version))
  if (unknown.length > 0) throw missing(keyFile, unknown)
  const newestRegistered = registered.at(-1)?.version ?? 0
  if (newest && newestRegistered > newest.version) throw missing(keyFile, [newestRegistered])
}

function missing(keyFile: string, versions: number[]): OperatorError {
  return new OperatorError(
    `The key file ${keyFile} is older than the database: it lacks key ${versions.join(', ')}, with which secrets are sealed. Put the newest key file there (the one that \`muster keys rotate\` wrote), or restore it from your backup.`,
  )
}
