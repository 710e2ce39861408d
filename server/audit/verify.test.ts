import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { appendAudit } from './audit.store.ts'
import { type Anchor, verifyAudit } from './verify.ts'

const { kysely: db } = await testDatabase()

async function record(count: number): Promise<void> {
  for (let i = 0; i < count; i++)
    await db.transaction().execute((tx) =>
      appendAudit(tx, {
        actor: 'ana@acme.example',
        action: 'run.start',
        subject: `run-${i}`,
        detail: { i },
      }),
    )
}

/** As somebody with full rights over the database would: with the triggers out of the way. */
async function tamper(statement: string): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`set session_replication_role = replica`.execute(connection)
    await sql.raw(statement).execute(connection)
    await sql`set session_replication_role = default`.execute(connection)
  })
}

async function lastOf(): Promise<Anchor> {
  const verdict = await verifyAudit(db)
  if (!verdict.ok || !verdict.last) throw new Error('the record should be whole here')
  return verdict.last
}

test('an empty record is whole', async () => {
  expect(await verifyAudit(db)).toEqual({ ok: true, entries: 0, last: null })
})

test('whatever is recorded, its hash is the same in here and in the database', async () => {
  const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''))
  const detail = fc.dictionary(
    text.filter((key) => key !== '__proto__'),
    fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(text),
    ),
  )
  const before = (await verifyAudit(db)).entries
  await fc.assert(
    fc.asyncProperty(text, text, fc.option(text), detail, async (actor, action, subject, facts) => {
      await db
        .transaction()
        .execute((tx) => appendAudit(tx, { actor, action, subject, app: 'github', detail: facts }))
    }),
    { numRuns: 60, examples: [['"\\\b\f\n\r\t\u0001\u007f\u2028😀', 'a', null, { é: '"' }]] },
  )
  const verdict = await verifyAudit(db)
  expect(verdict).toMatchObject({ ok: true, entries: before + 60 })
})

test('the database itself refuses changes', async () => {
  for (const statement of [
    'update audit_entry set actor = actor',
    'delete from audit_entry',
    'truncate audit_entry',
  ])
    await expect(sql.raw(statement).execute(db)).rejects.toThrow('can only be added to')
})

test('every changed field is found and its entry named', async () => {
  await record(5)
  const { seq } = await lastOf()
  const target = seq - 2
  for (const change of [
    "actor = 'mallory'",
    "action = 'run.cancel'",
    "subject = 'other'",
    'subject = null',
    "app = 'gitlab'",
    'detail = \'{"i": 99}\'',
    "at = at + interval '1 microsecond'",
    "hash = '\\x00'",
    "prev_hash = '\\x00'",
  ]) {
    await tamper(`create table kept as select * from audit_entry where seq = ${target}`)
    await tamper(`update audit_entry set ${change} where seq = ${target}`)
    expect([change, await verifyAudit(db)]).toEqual([
      change,
      {
        ok: false,
        entries: target - 1,
        brokenAt: target,
        sentence: expect.stringContaining(`Entry ${target}`),
      },
    ])
    await tamper(
      `delete from audit_entry where seq = ${target}; insert into audit_entry select * from kept; drop table kept`,
    )
  }
  expect((await verifyAudit(db)).ok).toBe(true)
})

test('a removed entry is found', async () => {
  await record(3)
  const { seq } = await lastOf()
  await tamper(`create table removed as select * from audit_entry where seq = ${seq - 1}`)
  await tamper(`delete from audit_entry where seq = ${seq - 1}`)
  expect(await verifyAudit(db)).toMatchObject({ ok: false, brokenAt: seq - 1 })
  await tamper('insert into audit_entry select * from removed; drop table removed')
})

test('an entry rewritten together with its hash breaks the next one', async () => {
  await record(2)
  const { seq } = await lastOf()
  await tamper(`
    create table kept as select * from audit_entry where seq = ${seq - 1};
    update audit_entry set actor = 'mallory' where seq = ${seq - 1};
    update audit_entry set hash = audit_hash(prev_hash, seq, at, actor, action, subject, app, detail) where seq = ${seq - 1}`)
  expect(await verifyAudit(db)).toMatchObject({ ok: false, brokenAt: seq })
  await tamper(
    `delete from audit_entry where seq = ${seq - 1}; insert into audit_entry select * from kept; drop table kept`,
  )
})

test('a cut-off end is found by who noted the last entry down, and only by them', async () => {
  await record(3)
  const anchor = await lastOf()
  await tamper(`delete from audit_entry where seq > ${anchor.seq - 2}`)
  expect(await verifyAudit(db)).toMatchObject({ ok: true })
  expect(await verifyAudit(db, anchor)).toMatchObject({ ok: false, brokenAt: anchor.seq - 1 })
  await record(5)
  expect(await verifyAudit(db, anchor)).toMatchObject({ ok: false, brokenAt: anchor.seq })
})
