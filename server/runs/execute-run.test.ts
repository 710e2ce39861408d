import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Failure } from '../../contract/failure.ts'
import { describeFailure } from '../../contract/failure-table.ts'
import type { RunAction } from '../../contract/words.ts'
import { buildConnection, buildRun } from '../../test/builders.ts'
import { findInstalled } from '../apps/installed-app.store.ts'
import { walkDirectory } from '../directory/walk.ts'
import { executeRun } from './execute-run.ts'
import { githubGround } from './github.fixture.ts'
import { countsOf } from './present-run.ts'
import { cancelRun, findRun } from './runs.store.ts'

const staff = 260
const ground = await githubGround({ staff, seed: 7 })
const { sandbox, deps } = ground
const { kysely: db } = ground.database
const { people } = sandbox.organisation

beforeEach(() => ground.reset())

const never = new AbortController().signal

async function newRun(given: Parameters<typeof buildRun>[1] = {}): Promise<string> {
  return (await buildRun(db, { state: 'queued', ...given })).id
}
async function runWith(action: RunAction = 'connect', given: Parameters<typeof buildRun>[1] = {}) {
  const id = await newRun({ action, ...given })
  await executeRun(deps, id, never)
  return ended(id)
}
async function ended(id: string) {
  const run = await findRun(db, id)
  if (!run) throw new Error('no such run')
  const items = await db.selectFrom('run_item').selectAll().where('run_id', '=', id).execute()
  const counts = countsOf(run)
  const { selected, ...parts } = counts
  expect(selected).toBe(items.length)
  expect(Object.values(parts).reduce((a, b) => a + b)).toBe(selected)
  for (const [outcome, count] of Object.entries({
    connected: counts.connected,
    unchanged: counts.unchanged,
    needs_mapping: counts.needsMapping,
    failed: counts.failed,
    skipped: counts.skipped,
    pending: counts.waiting,
  }))
    expect([outcome, items.filter((item) => item.outcome === outcome).length]).toEqual([outcome, count])
  return { run, items, counts }
}
const connections = () => db.selectFrom('connection').selectAll().orderBy('account_id').execute()
/** What a connection is, without the times. */
const state = async () =>
  (await connections()).map(({ account_id, status, external_id, origin, evidence, failure_code }) => ({
    account_id,
    status,
    external_id,
    origin,
    evidence,
    failure_code,
  }))
const proposals = () =>
  db.selectFrom('proposal').select(['account_id', 'external_id']).orderBy('account_id').execute()

describe('connecting everybody', () => {
  it('connects whoever has an identity or a work address there, and nobody to another’s account', async () => {
    const { run, counts } = await runWith()
    expect(run).toMatchObject({ state: 'finished', failure: null, stage: 'Finished' })
    expect(counts.selected).toBe(staff)
    const rows = new Map((await connections()).map((row) => [row.account_id, row]))
    for (const person of people) {
      const row = rows.get(person.accountId)
      if (row?.external_id)
        expect([person.accountId, row.external_id]).toEqual([person.accountId, person.github?.id])
      const provable = ['saml', 'verified-email', 'public-email'].includes(person.truth)
      if (person.active && provable)
        expect([person.displayName, row?.status]).toEqual([person.displayName, 'connected'])
      if (!provable) expect([person.truth, row?.status]).not.toEqual([person.truth, 'connected'])
    }
  })

  it('asks the vendor for each hundred members once, besides the probe', async () => {
    await runWith()
    const pages = Math.ceil(sandbox.organisation.githubAccounts.length / 100)
    expect(pages).toBeGreaterThan(1)
    expect(sandbox.github.calls().byEndpoint).toEqual({
      'GET /app': 1,
      'GET /app/installations/{id}': 1,
      'POST /app/installations/{id}/access_tokens': 1,
      'POST /graphql': 1 + pages,
    })
  })

  it('proposes equal names that nobody else has, truly, and says in words why everybody else is not connected', async () => {
    const { items } = await runWith()
    const own = new Map(people.map((person) => [person.accountId, person]))
    const proposed = await proposals()
    for (const { account_id, external_id } of proposed)
      expect(own.get(account_id)?.github?.id).toBe(external_id)
    const named = people.filter((person) => person.truth === 'unique-name' && person.active)
    expect(named.length).toBeGreaterThan(3)
    for (const person of named)
      expect(items.find((item) => item.account_id === person.accountId)?.failure).toMatchObject({
        code: 'match_weak',
      })
    for (const { outcome, failure } of items) {
      if (outcome === 'connected') continue
      const { sentence } = describeFailure(failure as Failure)
      expect(sentence).not.toMatch(/undefined|null|this person|your organisation/)
    }
    const inactive = people.filter((person) => !person.active).map((person) => person.accountId)
    expect(inactive.length).toBeGreaterThan(0)
    for (const id of inactive)
      expect(items.find((item) => item.account_id === id)).toMatchObject({
        outcome: 'skipped',
        failure: { code: 'person_inactive' },
      })
  })

  it('changes nothing the second time', async () => {
    const first = await runWith()
    const before = await state()
    const { counts } = await runWith()
    expect(await state()).toEqual(before)
    expect(counts).toEqual({ ...first.counts, connected: 0, unchanged: first.counts.connected })
  })

  it('writes nothing but the run and its items when it is dry, and foretells what the real one does', async () => {
    const dry = await runWith('connect', { dry_run: true })
    expect(await connections()).toEqual([])
    expect(await proposals()).toEqual([])
    const batches = await db.selectFrom('audit_entry').selectAll().where('action', '=', 'run.batch').execute()
    expect(batches.filter((entry) => entry.subject === dry.run.id)).toEqual([])
    const { counts } = await runWith()
    expect(dry.counts).toEqual(counts)
  })

  it('puts every batch on the record with the accounts it connected', async () => {
    const { run, counts } = await runWith()
    const entries = await db.selectFrom('audit_entry').selectAll().where('subject', '=', run.id).execute()
    const batches = entries.filter((entry) => entry.action === 'run.batch')
    const listed = batches.flatMap(
      (entry) => (entry.detail.people as Record<string, unknown[]>).connected ?? [],
    )
    expect(listed.length).toBe(counts.connected)
  })
})

describe('what never bends', () => {
  it('leaves working, self-made and refused connections alone, and rests those of inactive people', async () => {
    const [saml, self, no] = people.filter((person) => person.truth === 'saml' && person.active)
    const gone = people.find((person) => !person.active)
    if (!saml || !self || !no || !gone) throw new Error('too few people')
    const held = (at: number) => ({ external_id: sandbox.organisation.githubAccounts.at(-at)?.id.toString() })
    await buildConnection(db, { account_id: saml.accountId, ...held(1) })
    await buildConnection(db, { account_id: self.accountId, origin: 'self', ...held(2) })
    await buildConnection(db, { account_id: no.accountId, status: 'opted_out' })
    await buildConnection(db, { account_id: gone.accountId, ...held(3) })
    const before = await connections()
    const { items } = await runWith()
    const after = await connections()
    for (const person of [saml, self, no])
      expect(after.find((row) => row.account_id === person.accountId)).toEqual(
        before.find((row) => row.account_id === person.accountId),
      )
    expect(after.find((row) => row.account_id === gone.accountId)).toMatchObject({
      status: 'paused',
      failure_code: 'person_inactive',
      ...held(3),
    })
    const outcome = (id: string) => {
      const item = items.find((each) => each.account_id === id)
      return [item?.outcome, item?.failure?.code]
    }
    expect(outcome(saml.accountId)).toEqual(['unchanged', 'already_connected'])
    expect(outcome(self.accountId)).toEqual(['skipped', 'connected_by_self'])
    expect(outcome(no.accountId)).toEqual(['skipped', 'person_opted_out'])
    expect(outcome(gone.accountId)).toEqual(['skipped', 'person_inactive'])
  })

  it('says who has the account when it is somebody else’s', async () => {
    const [saml, other] = people.filter((person) => person.truth === 'saml' && person.active)
    if (!saml?.github || !other) throw new Error('too few people')
    await buildConnection(db, {
      account_id: other.accountId,
      external_id: saml.github.id,
      origin: 'map-file',
    })
    const { items } = await runWith()
    const item = items.find((each) => each.account_id === saml.accountId)
    expect(item?.failure).toMatchObject({ code: 'match_taken', details: { other: other.displayName } })
  })

  it.each([
    ['installation_suspended', {}, 'app_suspended'],
    ['permission_missing', { permission: 'members' }, 'app_permission_missing'],
    ['key_deleted', {}, 'app_credential_invalid'],
    ['bad_credentials', { endpoint: 'graphql', afterCalls: 2 }, 'app_credential_invalid'],
  ] as const)('stops once for a fault of the app (%s), and touches nobody', async (fault, more, code) => {
    sandbox.github.setFault({ fault, ...more })
    const { run, items, counts } = await runWith()
    expect(run).toMatchObject({ state: 'stopped', failure: { code } })
    expect(await connections()).toEqual([])
    expect(counts.skipped).toBe(staff)
    expect(new Set(items.map((item) => item.failure?.code))).toEqual(new Set(['run_stopped_app_fault']))
    const app = await db.selectFrom('installed_app').select('failure').executeTakeFirst()
    expect(app).toMatchObject({ failure: { code } })
  })

  it.each([2, 0])(
    'goes on with the new configuration when the old one is refused after %i answers',
    async (afterCalls) => {
      sandbox.github.setFault({ fault: 'bad_credentials', endpoint: 'graphql', afterCalls })
      const replacing = {
        ...deps,
        openVendor: async (...asked: Parameters<typeof deps.openVendor>) => {
          const vendor = await deps.openVendor(...asked)
          const configureAnew = async () => {
            await sql`update installed_app set revision = gen_random_uuid()`.execute(db)
            sandbox.github.clearFaults()
          }
          return {
            ...vendor,
            probe: async () => {
              const report = await vendor.probe()
              if (report.lines.some((line) => !line.ok && !line.optional)) await configureAnew()
              return report
            },
            readDirectory: (cursor: string | null) =>
              vendor.readDirectory(cursor).catch(async (refusal) => {
                await configureAnew()
                throw refusal
              }),
          }
        },
      }
      const id = await newRun()
      expect(await executeRun(replacing, id, never)).toEqual({ again: expect.any(Date) })
      expect(await findInstalled(db, 'github')).toMatchObject({ failure: null })
      expect((await ended(id)).run).toMatchObject({ state: 'running', failure: null })
      expect(await executeRun(deps, id, never)).toBeUndefined()
      expect((await ended(id)).run).toMatchObject({ state: 'finished' })
    },
  )

  it('waits for the vendor’s limit to the second without asking, then goes on where it was', async () => {
    sandbox.github.setFault({
      fault: 'primary_rate_limit',
      endpoint: 'graphql',
      afterCalls: 2,
      resetAfterSeconds: 2,
    })
    const id = await newRun()
    const put = await executeRun(deps, id, never)
    const { run, counts } = await ended(id)
    expect(run).toMatchObject({
      state: 'waiting',
      waiting_until: put?.again,
      failure: { code: 'rate_limited' },
    })
    expect(counts.waiting).toBe(staff)
    const asked = sandbox.github.calls().total
    expect(await executeRun(deps, id, never)).toEqual(put)
    expect(sandbox.github.calls().total).toBe(asked)
    await expect.poll(() => executeRun(deps, id, never), { timeout: 10_000 }).toBeUndefined()
    expect((await ended(id)).run).toMatchObject({ state: 'finished', failure: null, waiting_until: null })
    const { log } = sandbox.github.calls()
    const early = log.filter((call) => call.status === 200 && call.faults.length > 0)
    expect(early).toHaveLength(1)
  })
})

describe('a vendor in trouble', () => {
  it('remembers since when, however often the run is taken up, and stops after a day of the same', async () => {
    sandbox.github.setFault({ fault: 'server_error', status: 503, endpoint: 'graphql', afterCalls: 2 })
    const id = await newRun()
    await executeRun(deps, id, never)
    const first = (await ended(id)).run.failure
    expect(first?.code).toBe('vendor_busy')
    const dueAgain = (since: string) =>
      sql`update run set waiting_until = now(), failure = jsonb_set(failure, '{at}', to_jsonb(${since}::text))
        where id = ${id}`.execute(db)
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
    await dueAgain(hourAgo)
    await executeRun(deps, id, never)
    expect((await ended(id)).run).toMatchObject({ state: 'waiting', failure: { at: hourAgo } })
    await dueAgain(new Date(Date.now() - 25 * 3_600_000).toISOString())
    expect(await executeRun(deps, id, never)).toBeUndefined()
    expect((await ended(id)).run).toMatchObject({
      state: 'stopped',
      failure: { code: 'unreachable_for_long' },
    })
  })

  it('does not make a cancelled run wait', async () => {
    sandbox.github.setFault({
      fault: 'primary_rate_limit',
      endpoint: 'graphql',
      afterCalls: 2,
      resetAfterSeconds: 3_600,
    })
    const id = await newRun()
    // Somebody presses Cancel while the worker waits for the very answer that is the limit.
    const cancelling = {
      ...deps,
      openVendor: async (...asked: Parameters<typeof deps.openVendor>) => {
        const vendor = await deps.openVendor(...asked)
        return {
          ...vendor,
          readDirectory: async (cursor: string | null) => {
            if (cursor !== null) await cancelRun(db, id, 'admin@acme.example')
            return vendor.readDirectory(cursor)
          },
        }
      },
    }
    expect(await executeRun(cancelling, id, never)).toBeUndefined()
    const { run, counts } = await ended(id)
    expect([run.state, counts.skipped]).toEqual(['cancelled', staff])
  })
})

describe('the other actions', () => {
  it('takes the proposal of whoever has exactly one', async () => {
    const first = await runWith()
    const single = new Set((await proposals()).map((row) => row.account_id))
    const { items, counts } = await runWith('accept', { created_by: 'ana@acme.example' })
    expect(new Set(items.map((item) => item.account_id))).toEqual(single)
    expect(counts.connected + counts.needsMapping).toBe(single.size)
    expect(counts.connected).toBeGreaterThan(3)
    for (const { account_id, external_id } of items.filter((item) => item.outcome === 'connected')) {
      expect(people.find((person) => person.accountId === account_id)?.github?.id).toBe(external_id)
      const row = (await connections()).find((each) => each.account_id === account_id)
      expect(row).toMatchObject({
        origin: 'admin',
        connected_by: 'ana@acme.example',
        evidence: [{ kind: 'decided', value: 'ana@acme.example' }],
      })
    }
    expect((await connections()).filter((row) => row.status === 'connected')).toHaveLength(
      first.counts.connected + counts.connected,
    )
  })

  it('accepts nothing that is proposed to two people or was taken meanwhile', async () => {
    await runWith()
    const [one, two, taken] = await proposals()
    if (!one || !two || !taken) throw new Error('too few proposals')
    await sql`update proposal set external_id = ${one.external_id} where account_id = ${two.account_id}`.execute(
      db,
    )
    const holder = await buildConnection(db, { external_id: taken.external_id })
    const { items } = await runWith('accept')
    const code = (id: string) => items.find((item) => item.account_id === id)?.failure?.code
    expect([code(one.account_id), code(two.account_id)]).toEqual(['match_ambiguous', 'match_ambiguous'])
    expect(items.find((item) => item.account_id === taken.account_id)?.failure).toMatchObject({
      code: 'match_taken',
      evidence: { candidates: [{ takenBy: { accountId: holder.account_id } }] },
    })
  })

  it('retries only whose connection failed or needs mapping', async () => {
    const { counts } = await runWith()
    const retried = await runWith('retry')
    expect(retried.counts).toMatchObject({
      selected: counts.needsMapping + counts.failed,
      needsMapping: counts.needsMapping,
    })
  })

  it('disconnects without asking the vendor, and leaves alone what people connected themselves', async () => {
    const first = await runWith()
    const someone = first.items.find((item) => item.outcome === 'connected')
    await sql`update connection set origin = 'self' where account_id = ${someone?.account_id}`.execute(db)
    const { total } = sandbox.github.calls()
    const { counts } = await runWith('disconnect')
    expect(counts).toMatchObject({
      connected: first.counts.connected - 1,
      skipped: 1,
      unchanged: staff - first.counts.connected,
    })
    expect(sandbox.github.calls().total).toBe(total)
    const left = (await connections()).filter((row) => row.external_id !== null)
    expect(left.map((row) => row.account_id)).toEqual([someone?.account_id])
  })

  it('keeps to its selection', async () => {
    const [one, two] = people.filter((person) => person.truth === 'saml' && person.active)
    const accountIds = [one?.accountId ?? '', two?.accountId ?? '']
    await runWith('connect', { selection: { accountIds } })
    expect((await connections()).map((row) => row.account_id)).toEqual(accountIds.sort())
  })
})

describe('a run that is interrupted', () => {
  it('ends the same wherever the worker is stopped, and asks the vendor no page twice', async () => {
    await runWith()
    const [expected, offered] = [await state(), await proposals()]
    const { total } = sandbox.github.calls()
    for (const stopAfter of [1, 2, 4, 6, 9, 12]) {
      await ground.reset()
      const id = await newRun()
      // The worker is gone at its n-th write of the run: what it began is rolled back or refused.
      let writes = 0
      const dying = new AbortController()
      const dyingDb = db.withPlugin({
        transformQuery: ({ node }) => {
          if (node.kind === 'UpdateQueryNode' && ++writes === stopAfter) dying.abort(new Error('killed'))
          if (dying.signal.aborted) throw dying.signal.reason
          return node
        },
        transformResult: async ({ result }) => result,
      })
      await executeRun({ ...deps, db: dyingDb }, id, dying.signal).catch((error: Error) =>
        expect(error.message).toBe('killed'),
      )
      await executeRun(deps, id, never)
      expect((await ended(id)).run.state).toBe('finished')
      expect(await state()).toEqual(expected)
      expect(await proposals()).toEqual(offered)
      expect(sandbox.github.calls().total).toBeLessThanOrEqual(total + 3)
    }
  })

  it('does not decide on half a directory when another run began to read it anew meanwhile', async () => {
    await runWith()
    const [expected, offered] = [await state(), await proposals()]
    await ground.reset()
    // Its worker ended when the directory was read and nobody was decided about.
    const { snapshot } = await walkDirectory(deps, 'github')
    const id = await newRun({ state: 'running', probed: true, directory_snapshot: snapshot })
    sandbox.github.setFault({
      fault: 'primary_rate_limit',
      endpoint: 'graphql',
      afterCalls: 2,
      resetAfterSeconds: 1,
    })
    expect(await executeRun(deps, await newRun(), never)).toHaveProperty('again')
    expect(await db.selectFrom('directory_walk').select('pages').executeTakeFirst()).toEqual({ pages: 1 })

    await expect.poll(() => executeRun(deps, id, never), { timeout: 10_000 }).toBeUndefined()
    expect((await ended(id)).run.state).toBe('finished')
    expect(await state()).toEqual(expected)
    expect(await proposals()).toEqual(offered)
  })

  it('refuses the worker that had it before', async () => {
    const id = await newRun()
    const [one, other] = await Promise.all([executeRun(deps, id, never), executeRun(deps, id, never)])
    const again = one ?? other
    if (again) await executeRun(deps, id, never)
    const { run, counts } = await ended(id)
    expect(run.state).toBe('finished')
    expect(counts.selected).toBe(staff)
    const entries = await db.selectFrom('audit_entry').select('action').where('subject', '=', id).execute()
    expect(entries.filter((entry) => entry.action === 'run.end')).toHaveLength(1)
  })

  it('leaves alone whom it did not reach when it is cancelled', async () => {
    const id = await newRun()
    await cancelRun(db, id, 'admin@acme.example')
    expect(await executeRun(deps, id, never)).toBeUndefined()
    expect((await ended(id)).run.state).toBe('cancelled')

    const running = await newRun()
    await sql`update run set state = 'running', cancel_requested = true where id = ${running}`.execute(db)
    await executeRun(deps, running, never)
    const { run, counts, items } = await ended(running)
    expect([run.state, counts.skipped]).toEqual(['cancelled', staff])
    expect(items[0]?.failure).toMatchObject({
      code: 'run_cancelled',
      details: { person: expect.any(String) },
    })
    expect(await connections()).toEqual([])
  })
})
