import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format, inspect } from 'node:util'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { OperatorError } from '../operator-error.ts'
import { addKey, createKeyFile, readKeyFile, readOrCreateKeyFile } from './key-file.ts'
import { createOpener } from './opener.ts'
import { keyStatus, rotateKeys } from './rotate.ts'
import { putSealed } from './sealed-secret.store.ts'
import { sealer } from './sealer.ts'
import { Secret } from './secret.ts'
import { tokenCache } from './token-cache.ts'

const { kysely: db } = await testDatabase()
const directory = mkdtempSync(join(tmpdir(), 'muster-keys-'))
afterAll(() => rmSync(directory, { recursive: true }))

let keyFile = ''
let number = 0

beforeEach(async () => {
  await db.deleteFrom('sealed_secret').execute()
  await db.deleteFrom('sealing_key').execute()
  keyFile = join(directory, `master-${++number}.key`)
  await readOrCreateKeyFile(keyFile)
})

const privateKey = { owner: 'app:github', name: 'privateKey', plaintext: 'planted-secret-π' }
const webhookSecret = { owner: 'app:github', name: 'webhookSecret', plaintext: 'another-planted-secret' }

test('what is sealed opens for who has the key file, and only there', async () => {
  const opener = await createOpener(db, keyFile)
  await sealer.seal(db, privateKey)
  expect((await opener.open('app:github', 'privateKey'))?.reveal()).toBe('planted-secret-π')
  expect(await opener.open('app:gitlab', 'privateKey')).toBeUndefined()
})

test('nothing can be sealed before a worker has brought its public key', async () => {
  await expect(sealer.seal(db, privateKey)).rejects.toThrow('No worker has started')
})

test('any text survives sealing and opening', async () => {
  const opener = await createOpener(db, keyFile)
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 5_000 }), async (plaintext) => {
      await sealer.seal(db, { ...privateKey, plaintext })
      expect((await opener.open('app:github', 'privateKey'))?.reveal()).toBe(plaintext)
    }),
    { numRuns: 30 },
  )
})

test('the database holds nothing of a secret, and the same secret never looks the same', async () => {
  await createOpener(db, keyFile)
  await sealer.seal(db, privateKey)
  const { rows: first } = await sql<{ dump: string }>`select s::text as dump from sealed_secret s`.execute(db)
  await sealer.seal(db, privateKey)
  const { rows: second } = await sql<{ dump: string }>`select s::text as dump from sealed_secret s`.execute(
    db,
  )
  expect(first[0]?.dump).toBeTruthy()
  expect(first[0]?.dump).not.toBe(second[0]?.dump)
  for (const form of ['utf8', 'hex', 'base64'] as const)
    expect(first[0]?.dump).not.toContain(Buffer.from('planted-secret').toString(form))
  const { rows } = await sql<{
    keys: string
  }>`select string_agg(k::text, '') as keys from sealing_key k`.execute(db)
  const [key] = await readKeyFile(keyFile)
  expect(rows[0]?.keys).toContain(key?.publicKey.toString('hex'))
  expect(rows[0]?.keys).not.toContain(key?.privateKey.toString('hex'))
})

test('a ciphertext moved to another row, another owner or another key version is refused', async () => {
  const opener = await createOpener(db, keyFile)
  await addKey(keyFile, 0)
  await createOpener(db, keyFile)
  await sealer.seal(db, privateKey)
  await sealer.seal(db, webhookSecret)
  const row = await db
    .selectFrom('sealed_secret')
    .selectAll()
    .where('name', '=', 'privateKey')
    .executeTakeFirstOrThrow()
  for (const place of [
    { name: 'webhookSecret' },
    { owner: 'app:gitlab' },
    { owner: 'app:github', name: 'privateKey', key_version: 1 },
  ]) {
    const moved = { ...row, ...place }
    await putSealed(db, moved)
    await expect(opener.open(moved.owner, moved.name)).rejects.toThrow('altered in the database or moved')
  }
})

test('an altered or shortened ciphertext is refused, whichever byte it is', async () => {
  const opener = await createOpener(db, keyFile)
  await sealer.seal(db, privateKey)
  const row = await db.selectFrom('sealed_secret').selectAll().executeTakeFirstOrThrow()
  const alterations = Array.from(row.sealed, (byte, index) => {
    const altered = Buffer.from(row.sealed)
    altered[index] = byte ^ 1
    return altered
  })
  for (const sealed of [
    ...alterations,
    row.sealed.subarray(0, -1),
    row.sealed.subarray(0, 40),
    Buffer.alloc(0),
  ]) {
    await putSealed(db, { ...row, sealed })
    await expect(opener.open('app:github', 'privateKey')).rejects.toThrow(OperatorError)
  }
})

test('a secret that has expired is not there', async () => {
  const opener = await createOpener(db, keyFile)
  await sealer.seal(db, { ...privateKey, expiresAt: new Date(Date.now() - 1) })
  expect(await opener.open('app:github', 'privateKey')).toBeUndefined()
})

test('vendor tokens are kept sealed until they expire or are thrown away', async () => {
  const tokens = tokenCache(db, await createOpener(db, keyFile), 'github')
  await tokens.set('installation:1', 'planted-token', new Date(Date.now() + 60_000))
  await tokens.set('installation:2', 'planted-token', new Date(Date.now() - 1))
  expect(await tokens.get('installation:1')).toBe('planted-token')
  expect(await tokens.get('installation:2')).toBeUndefined()
  await tokens.delete('installation:1')
  expect(await tokens.get('installation:1')).toBeUndefined()
})

test('a secret shows itself to nobody who does not ask for it', () => {
  const secret = new Secret('planted-secret')
  const shown = [
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }),
    format('%s %o %j', secret, secret, secret),
  ]
  for (const text of shown) {
    expect(text).toContain('[secret]')
    expect(text).not.toContain('planted')
  }
  expect(secret.reveal()).toBe('planted-secret')
})

test('a new key file is for its owner alone and is not made twice', async () => {
  const path = join(directory, 'fresh.key')
  const all = await Promise.all(Array.from({ length: 8 }, () => readOrCreateKeyFile(path)))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(new Set(all.map(([key]) => key?.privateKey.toString('hex'))).size).toBe(1)
})

test('a key file made by hand is as good as one that a worker made, and never takes another one’s place', async () => {
  const path = join(directory, 'by-hand.key')
  await createKeyFile(path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const keys = await readOrCreateKeyFile(path)
  expect(keys.map(({ version }) => version)).toEqual([1])
  await expect(createKeyFile(path)).rejects.toThrow(/already, and it was left as it is/)
  expect(await readKeyFile(path)).toEqual(keys)
  await expect(createKeyFile(join(directory, 'no-folder', 'a.key'))).rejects.toThrow(OperatorError)
})

test.each([0o644, 0o640, 0o604, 0o660])('a key file of mode %o is refused with what to do', async (mode) => {
  chmodSync(keyFile, mode)
  await expect(createOpener(db, keyFile)).rejects.toThrow(`chmod 600 ${keyFile}`)
})

test('a key file that is not there or damaged is refused with a sentence', async () => {
  await expect(createOpener(db, join(directory, 'none.key'))).rejects.toThrow('is not there')
  writeFileSync(keyFile, readFileSync(keyFile, 'utf8').slice(0, -20), { mode: 0o600 })
  await expect(createOpener(db, keyFile)).rejects.toThrow('damaged')
})

test('the key file of another installation is refused', async () => {
  await createOpener(db, keyFile)
  const other = join(directory, 'other.key')
  await readOrCreateKeyFile(other)
  await expect(createOpener(db, other)).rejects.toThrow('belongs to another installation')
})

test('a key file from before the last rotation is refused', async () => {
  const opener = await createOpener(db, keyFile)
  await sealer.seal(db, privateKey)
  const former = join(directory, 'former.key')
  writeFileSync(former, readFileSync(keyFile), { mode: 0o600 })
  await rotateKeys(db, keyFile)
  await expect(createOpener(db, former)).rejects.toThrow('lacks key 2')
  expect((await opener.open('app:github', 'privateKey'))?.reveal()).toBe(privateKey.plaintext)
})

test('rotation seals everything anew and leaves nothing on the old key', async () => {
  const opener = await createOpener(db, keyFile)
  for (let i = 0; i < 250; i++)
    await sealer.seal(db, { owner: `candidate:${i}`, name: 'privateKey', plaintext: `secret ${i}` })
  expect(await keyStatus(db, keyFile)).toEqual({
    newest: 1,
    keys: [{ version: 1, inFile: true, inDatabase: true, rows: 250 }],
    rowsLeft: 0,
  })
  const status = await rotateKeys(db, keyFile)
  expect(status).toEqual({
    newest: 2,
    keys: [
      { version: 1, inFile: true, inDatabase: true, rows: 0 },
      { version: 2, inFile: true, inDatabase: true, rows: 250 },
    ],
    rowsLeft: 0,
  })
  expect(statSync(keyFile).mode & 0o777).toBe(0o600)
  // The worker that has been running all along.
  for (const i of [0, 99, 100, 249])
    expect((await opener.open(`candidate:${i}`, 'privateKey'))?.reveal()).toBe(`secret ${i}`)
})

test('rotations at once make a key each, and everything opens', async () => {
  const opener = await createOpener(db, keyFile)
  await sealer.seal(db, privateKey)
  await Promise.all(Array.from({ length: 6 }, () => rotateKeys(db, keyFile)))
  expect((await keyStatus(db, keyFile)).keys).toMatchObject(
    [1, 2, 3, 4, 5, 6, 7].map((version) => ({ version, inFile: true })),
  )
  await sealer.seal(db, webhookSecret)
  for (const { owner, name, plaintext } of [privateKey, webhookSecret])
    expect((await opener.open(owner, name))?.reveal()).toBe(plaintext)
})

test('rotation does not undo what is written beside it', async () => {
  const opener = await createOpener(db, keyFile)
  for (let i = 0; i < 150; i++)
    await sealer.seal(db, { owner: `candidate:${i}`, name: 'privateKey', plaintext: 'old' })
  const writing = (async () => {
    for (let i = 0; i < 150; i += 3)
      await sealer.seal(db, { owner: `candidate:${i}`, name: 'privateKey', plaintext: 'new' })
  })()
  await Promise.all([rotateKeys(db, keyFile), writing])
  for (let i = 0; i < 150; i++)
    expect((await opener.open(`candidate:${i}`, 'privateKey'))?.reveal()).toBe(i % 3 === 0 ? 'new' : 'old')
})
