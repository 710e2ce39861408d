import { randomUUID } from 'node:crypto'
import type { Insertable, Selectable } from 'kysely'
import type { Failure, FailureCode } from '../contract/failure.ts'
import type { App, Evidence } from '../contract/words.ts'
import type { Db } from '../server/db/handle.ts'
import type {
  AppUserTable,
  ConnectionTable,
  ExternalAccountKeyTable,
  ExternalAccountTable,
  InstalledAppTable,
  ProposalTable,
  RunItemTable,
  RunTable,
  StaffMemberTable,
} from '../server/db/tables.ts'

/**
 * Rows with sensible defaults, for tests on a real database: give only what the test is about, in the words of
 * server/db/tables.ts, except that JSON columns take plain objects. Each call answers with the row as stored.
 *
 * ```ts
 * const ana = await buildStaffMember(db, { display_name: 'Ana Pérez' })
 * await buildConnection(db, { account_id: ana.account_id, status: 'failed', failure: buildFailure('match_none') })
 * ```
 */
let last = 0

export async function buildStaffMember(
  db: Db,
  given: Partial<Insertable<StaffMemberTable>> = {},
): Promise<Selectable<StaffMemberTable>> {
  const number = ++last
  const row = {
    account_id: `person-${number}`,
    display_name: `Person ${number}`,
    email: `person-${number}@acme.example`,
    ...given,
  }
  return db.insertInto('staff_member').values(row).returningAll().executeTakeFirstOrThrow()
}

type ConnectionGiven = Partial<Omit<Insertable<ConnectionTable>, 'evidence' | 'failure'>> & {
  evidence?: Evidence[]
  failure?: Failure | null
}

/**
 * A connection of `account_id`, or of a new staff member. Connected by default: with an external account of
 * its own that needs no row in the directory.
 */
export async function buildConnection(
  db: Db,
  given: ConnectionGiven = {},
): Promise<Selectable<ConnectionTable>> {
  const { evidence, failure, ...columns } = given
  const account_id = given.account_id ?? (await buildStaffMember(db)).account_id
  const status = given.status ?? 'connected'
  const number = ++last
  const connected = {
    origin: 'admin',
    external_id: String(100_000 + number),
    login: `login-${number}`,
    connected_by: 'admin@acme.example',
    connected_at: new Date('2026-11-02T09:00:00Z'),
  } as const
  const seen: Evidence[] = [{ kind: 'verified-email', value: `${account_id}@acme.example` }]
  const row = {
    app: 'github' as const,
    ...(status === 'connected' && connected),
    ...columns,
    account_id,
    status,
    evidence: JSON.stringify(evidence ?? (status === 'connected' ? seen : [])),
    failure: failure ? JSON.stringify(failure) : null,
  }
  return db.insertInto('connection').values(row).returningAll().executeTakeFirstOrThrow()
}

/** A failure of the code with nothing else to it. */
export function buildFailure(code: FailureCode, given: Partial<Failure> = {}): Failure {
  return {
    code,
    step: 'match',
    at: '2026-11-02T09:00:00.000Z',
    details: { app: 'github', organization: 'acme' },
    evidence: {},
    ...given,
  }
}

/** An administrator, unless told otherwise. */
export async function buildUser(
  db: Db,
  given: Partial<Insertable<AppUserTable>> = {},
): Promise<Selectable<AppUserTable>> {
  const row = {
    email: `user-${++last}@acme.example`,
    name: 'Uma User',
    role: 'administrator',
    ...given,
  } as const
  return db.insertInto('app_user').values(row).returningAll().executeTakeFirstOrThrow()
}

type AppGiven = Partial<Omit<Insertable<InstalledAppTable>, 'settings' | 'checks' | 'failure'>> & {
  settings?: Record<string, unknown>
  failure?: Failure | null
}

/** An installed and healthy GitHub, unless told otherwise. It has no secrets. */
export async function buildApp(db: Db, given: AppGiven = {}): Promise<Selectable<InstalledAppTable>> {
  const { settings, failure, ...columns } = given
  const row = {
    app: 'github' as App,
    installed_by: 'admin@acme.example',
    checked_at: new Date('2026-11-02T09:00:00Z'),
    checks: '[]',
    ...columns,
    settings: JSON.stringify(
      settings ?? { appId: '1', organization: 'acme', apiUrl: 'https://api.github.com' },
    ),
    failure: failure ? JSON.stringify(failure) : null,
  }
  return db.insertInto('installed_app').values(row).returningAll().executeTakeFirstOrThrow()
}

type AccountGiven = Partial<Insertable<ExternalAccountTable>> & {
  keys?: Pick<Insertable<ExternalAccountKeyTable>, 'kind' | 'value'>[]
}

/** An account of the directory with the keys it can be found by. */
export async function buildExternalAccount(
  db: Db,
  given: AccountGiven = {},
): Promise<Selectable<ExternalAccountTable>> {
  const { keys = [], ...columns } = given
  const number = ++last
  const row = {
    app: 'github' as App,
    external_id: String(100_000 + number),
    login: `login-${number}`,
    name: `Person ${number}`,
    kind: 'human' as const,
    suspended: false,
    snapshot: 1,
    ...columns,
  }
  const account = await db.insertInto('external_account').values(row).returningAll().executeTakeFirstOrThrow()
  const { app, external_id, snapshot } = account
  if (keys.length > 0)
    await db
      .insertInto('external_account_key')
      .values(keys.map((key) => ({ app, external_id, snapshot, ...key })))
      .execute()
  return account
}

/** A proposal of `external_id` to `account_id`; both are made when they are not given. */
export async function buildProposal(
  db: Db,
  given: Partial<Insertable<ProposalTable>> = {},
): Promise<Selectable<ProposalTable>> {
  const app = given.app ?? 'github'
  const account_id = given.account_id ?? (await buildStaffMember(db)).account_id
  const external_id = given.external_id ?? (await buildExternalAccount(db, { app })).external_id
  const row = { rank: 1, reasons: ['same full name'], ...given, app, account_id, external_id }
  return db.insertInto('proposal').values(row).returningAll().executeTakeFirstOrThrow()
}

type RunGiven = Partial<Omit<Insertable<RunTable>, 'selection' | 'failure'>> & {
  selection?: Selectable<RunTable>['selection']
  failure?: Failure | null
}

/** A finished connect run of everybody, without items. */
export async function buildRun(db: Db, given: RunGiven = {}): Promise<Selectable<RunTable>> {
  const { selection, failure, ...columns } = given
  const row = {
    app: 'github' as App,
    action: 'connect' as const,
    dry_run: false,
    selection_key: randomUUID(),
    state: 'finished' as const,
    stage: '',
    created_by: 'admin@acme.example',
    ...columns,
    selection: JSON.stringify(selection ?? { filter: {} }),
    failure: failure ? JSON.stringify(failure) : null,
  }
  return db.insertInto('run').values(row).returningAll().executeTakeFirstOrThrow()
}

type ItemGiven = Omit<Partial<Insertable<RunItemTable>>, 'evidence' | 'failure'> & {
  run_id: string
  account_id: string
  failure?: Failure | null
}

export async function buildRunItem(db: Db, given: ItemGiven): Promise<Selectable<RunItemTable>> {
  const row = { ...given, failure: given.failure ? JSON.stringify(given.failure) : null }
  return db.insertInto('run_item').values(row).returningAll().executeTakeFirstOrThrow()
}
