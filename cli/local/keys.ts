import { type Config, readConfig } from '../../server/config.ts'
import { createKeyFile } from '../../server/secrets/key-file.ts'
import { type KeyStatus, keyStatus, rotateKeys } from '../../server/secrets/rotate.ts'
import { CommandError } from '../session.ts'
import { table } from '../table.ts'
import { withDatabase } from './database.ts'

export async function showKeys(json: boolean): Promise<void> {
  show(await withDatabase((db, config) => keyStatus(db, keyFileOf(config))), json)
}

export async function rotate(json: boolean): Promise<void> {
  const status = await withDatabase((db, config) => rotateKeys(db, keyFileOf(config)))
  show(status, json)
  if (status.rowsLeft === 0) return
  throw new CommandError(
    `${status.rowsLeft} secrets are sealed with a key that is not in the key file: put the old key back, or enter those secrets again.`,
  )
}

/** The first key of a cluster; on this machine only, no database is asked. */
export async function createKeys(json: boolean): Promise<void> {
  const path = keyFileOf(readConfig(process.env, { role: null }, process.cwd()))
  await createKeyFile(path)
  process.stdout.write(json ? `${JSON.stringify({ keyFile: path })}\n` : `${path}\n`)
  process.stderr.write(
    'Bring this file to every worker, and keep a copy apart from the database’s backups.\n',
  )
}

function keyFileOf(config: Config): string {
  if (config.keyFile) return config.keyFile.path
  throw new CommandError('Name the key file in MUSTER_KEY_FILE.')
}

function show(status: KeyStatus, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(status)}\n`)
    return
  }
  const rows = status.keys.map((key) => [
    key.version,
    key.version === status.newest ? 'seals now' : 'old',
    key.inFile ? 'yes' : 'MISSING',
    key.rows,
  ])
  process.stdout.write(table(['version', 'use', 'in the key file', 'secrets'], rows))
}
