import { randomUUID } from 'node:crypto'
import { constants, type FileHandle, link, open, rename, rm } from 'node:fs/promises'
import { z } from 'zod'
import { OperatorError } from '../operator-error.ts'
import { type KeyPair, newKeyPair } from './hpke.ts'

/**
 * The master keys, outside of the database: JSON `{ keys: [{ version, publicKey, privateKey }] }`, keys in
 * base64url. The newest version seals; older ones stay, because backups may need them.
 */
export type MasterKey = KeyPair & { version: number }

const Key = z
  .string()
  .transform((text) => Buffer.from(text, 'base64url'))
  .refine((key) => key.length === 32)
const KeyFile = z.strictObject({
  keys: z
    .array(z.strictObject({ version: z.number().int().positive(), publicKey: Key, privateKey: Key }))
    .min(1),
})

/**
 * The keys of the file, oldest first.
 * @throws OperatorError when it is not there, not a key file, or others than its owner may read it
 */
export async function readKeyFile(path: string): Promise<MasterKey[]> {
  const text = await readPrivately(path)
  try {
    const { keys } = KeyFile.parse(JSON.parse(text))
    return keys.sort((a, b) => a.version - b.version)
  } catch {
    throw new OperatorError(
      `The key file ${path} is not a Muster key file or is damaged: restore it from your backup; without it, what was sealed with it is lost and the apps have to be installed again.`,
    )
  }
}

/** Reads the file, or creates it with a first key. Of several processes at once one creates it. */
export async function readOrCreateKeyFile(path: string): Promise<MasterKey[]> {
  await putFirstKey(path)
  return readKeyFile(path)
}

/** Creates the file with a first key. @throws OperatorError when there is one, or it cannot be written */
export async function createKeyFile(path: string): Promise<void> {
  const created = await putFirstKey(path).catch((error: NodeJS.ErrnoException) => {
    throw new OperatorError(
      `The key file ${path} cannot be written (${error.code}): name a file in a folder that is there and that you may write to in MUSTER_KEY_FILE.`,
    )
  })
  if (created) return
  throw new OperatorError(
    `There is a file ${path} already, and it was left as it is: what was sealed with its key opens with no other. For a newer key in it run \`muster keys rotate\`.`,
  )
}

/** False when there is a file already: it is never replaced. */
async function putFirstKey(path: string): Promise<boolean> {
  const draft = await writeDraft(path, [{ version: 1, ...(await newKeyPair()) }])
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** Adds a key one version newer than all others, by replacing the file in one step. */
export async function addKey(path: string, above: number): Promise<MasterKey[]> {
  const keys = await readKeyFile(path)
  const version = Math.max(above, ...keys.map((key) => key.version)) + 1
  const draft = await writeDraft(path, [...keys, { version, ...(await newKeyPair()) }])
  await rename(draft, path)
  return readKeyFile(path)
}

async function writeDraft(path: string, keys: MasterKey[]): Promise<string> {
  const draft = `${path}.${randomUUID()}`
  const encoded = keys.map(({ version, publicKey, privateKey }) => ({
    version,
    publicKey: publicKey.toString('base64url'),
    privateKey: privateKey.toString('base64url'),
  }))
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify({ keys: encoded }, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return draft
}

async function readPrivately(path: string): Promise<string> {
  let file: FileHandle
  try {
    file = await open(path, constants.O_RDONLY)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`
    throw new OperatorError(
      `The key file ${path} ${reason}: set MUSTER_KEY_FILE to the file that holds the master key, restore it from your backup, or, for a new installation, make one with \`muster keys create\`.`,
    )
  }
  try {
    // Asked of the open file, so that it cannot be exchanged between the question and the reading.
    const { mode } = await file.stat()
    if (mode & 0o077)
      throw new OperatorError(
        `The key file ${path} can be read by other users of this machine (mode ${(mode & 0o777).toString(8).padStart(4, '0')}): run \`chmod 600 ${path}\`, and if somebody else may have read it, \`muster keys rotate\` afterwards.`,
      )
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}
