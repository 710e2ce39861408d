import { expect, test } from 'vitest'
import { StaffMemberDetail } from '../../contract/routes/shapes.ts'
import {
  buildConnection,
  buildExternalAccount,
  buildFailure,
  buildProposal,
  buildRun,
  buildRunItem,
  buildStaffMember,
} from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { appendAudit } from '../audit/audit.store.ts'
import { loadStaffMember, loadStaffMembers } from './staff-member.store.ts'

const { kysely: db } = await testDatabase()

test('people come in the order asked for, with their connections, and without those who do not exist', async () => {
  const ana = await buildStaffMember(db, { account_id: 'z', display_name: 'Ana' })
  const bo = await buildStaffMember(db, { account_id: 'a', display_name: 'Bo' })
  await buildConnection(db, { account_id: ana.account_id, app: 'gitlab' })
  await buildConnection(db, { account_id: ana.account_id, app: 'github', status: 'paused' })
  const people = await loadStaffMembers(db, ['z', 'nobody', bo.account_id])
  expect(people.map(({ displayName }) => displayName)).toEqual(['Ana', 'Bo'])
  expect(people[0]?.connections.map(({ app }) => app)).toEqual(['github', 'gitlab'])
  expect(await loadStaffMembers(db, [])).toEqual([])
})

test('one person has proposals by rank, with the login that the directory has now', async () => {
  const { account_id } = await buildStaffMember(db)
  const account = await buildExternalAccount(db, { login: 'ana-new', name: 'Ana' })
  await buildProposal(db, { account_id, external_id: 'gone', rank: 2, reasons: ['same full name'] })
  await buildProposal(db, { account_id, external_id: account.external_id, rank: 1 })
  const person = await loadStaffMember(db, account_id)
  expect(StaffMemberDetail.parse(person)).toEqual(person)
  expect(person?.proposals).toEqual([
    {
      app: 'github',
      externalId: account.external_id,
      login: 'ana-new',
      name: 'Ana',
      rank: 1,
      reasons: ['same full name'],
    },
    { app: 'github', externalId: 'gone', login: 'gone', name: null, rank: 2, reasons: ['same full name'] },
  ])
  expect(await loadStaffMember(db, 'nobody')).toBeUndefined()
})

test('the history tells what runs and people did, newest first, and leaves out dry runs', async () => {
  const { account_id } = await buildStaffMember(db, { display_name: 'Ana Pérez' })
  const failure = buildFailure('match_none', { details: { app: 'github', person: 'Ana Pérez' } })
  const days = ['2026-11-01', '2026-11-02', '2026-11-03'] as const
  const [first, second, dry] = await Promise.all(
    days.map((day, at) => buildRun(db, { finished_at: new Date(`${day}T08:00:00Z`), dry_run: at === 2 })),
  )
  await buildRunItem(db, { run_id: first?.id ?? '', account_id, outcome: 'needs_mapping', failure })
  await buildRunItem(db, { run_id: second?.id ?? '', account_id, outcome: 'connected', login: 'ana' })
  await buildRunItem(db, { run_id: dry?.id ?? '', account_id, outcome: 'failed' })
  const act = { actor: 'bo@acme.example', subject: account_id, app: 'github' } as const
  await db
    .transaction()
    .execute((tx) => appendAudit(tx, { ...act, action: 'connection.disconnect', detail: { login: 'ana' } }))
  const history = (await loadStaffMember(db, account_id))?.history ?? []
  expect(history.map(({ sentence, actor, runId }) => [sentence, actor, runId])).toEqual([
    ['Disconnected from GitHub (ana).', 'bo@acme.example', null],
    ['Connected with GitHub (ana).', 'admin@acme.example', second?.id],
    [
      'Not matched by a run with GitHub: Nobody in your organisation on GitHub has the email, identity or name of Ana Pérez.',
      'admin@acme.example',
      first?.id,
    ],
  ])
})
