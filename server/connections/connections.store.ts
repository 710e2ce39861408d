import { type Selectable, sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Db, Tx } from '../db/handle.ts'
import type { ConnectionTable } from '../db/tables.ts'
import { notFound, ProblemError } from '../http/problem-error.ts'
import { afterRejection, type ChosenAccount, mayConnect } from './by-hand.ts'
import type { NextConnection, Standing } from './connections.ts'
import { settleDisconnection } from './settle.ts'
import { holdersOf, isAccountTaken, lockStandings, writeSettlements } from './settlements.store.ts'

/** One administrator, one person, one app. */
export interface ByHand {
  /** Email of the administrator. */
  by: string
  accountId: string
  app: App
}

/** Connects a person with an account of the directory, because a human says so. */
export async function acceptAccount(db: Db, act: ByHand & { externalId: string }): Promise<void> {
  const { by, accountId, app, externalId } = act
  await asOneAct(db, act, async (tx, standing) => {
    const account = await chosenAccount(tx, app, externalId)
    if (!mayConnect(standing, account, app)) return
    await write(tx, act, standing, {
      status: 'connected',
      origin: 'admin',
      externalId,
      login: account.login,
      evidence: [{ kind: 'decided', value: by }],
      failure: null,
      connectedBy: by,
      connectedAt: new Date().toISOString(),
    })
    await tx.deleteFrom('proposal').where('app', '=', app).where('account_id', '=', accountId).execute()
    await tx.deleteFrom('proposal').where('app', '=', app).where('external_id', '=', externalId).execute()
    await tx
      .deleteFrom('proposal_rejection')
      .where('app', '=', app)
      .where('account_id', '=', accountId)
      .where('external_id', '=', externalId)
      .execute()
    await record(tx, act, 'connection.accept', { externalId, login: account.login })
  })
}

/** Not this person: the account is never proposed or connected to them again, and let go if they have it. */
export async function rejectAccount(db: Db, act: ByHand & { externalId: string }): Promise<void> {
  const { by, accountId, app, externalId } = act
  await asOneAct(db, act, async (tx, standing) => {
    const { login } = await chosenAccount(tx, app, externalId)
    const rejection = await tx
      .insertInto('proposal_rejection')
      .values({ account_id: accountId, app, external_id: externalId, rejected_by: by })
      .onConflict((conflict) => conflict.doNothing())
      .returning('external_id')
      .executeTakeFirst()
    if (!rejection) return
    const proposals = tx.deleteFrom('proposal').where('app', '=', app).where('account_id', '=', accountId)
    await proposals.where('external_id', '=', externalId).execute()
    const next = afterRejection(
      standing,
      { externalId, login },
      {
        app,
        organization: await organizationOf(tx, app),
        at: new Date().toISOString(),
        proposalsLeft: await countProposals(tx, act),
      },
    )
    if (next) await write(tx, act, standing, next)
    await record(tx, act, 'connection.reject', { externalId, login })
  })
}

/** Lets go of a person's account, also of one that they connected themself: here it is meant. */
export async function disconnectPerson(db: Db, act: ByHand): Promise<void> {
  await asOneAct(db, act, async (tx, standing) => {
    const { externalId, login } = standing
    const { next } = settleDisconnection(standing)
    if (externalId === null || !next) return
    await write(tx, act, standing, next)
    await record(tx, act, 'connection.disconnect', { externalId, login })
  })
}

/** The connections of one person. @throws ProblemError `not_found` */
export async function connectionsOf(db: Db, accountId: string): Promise<Selectable<ConnectionTable>[]> {
  const person = await db
    .selectFrom('staff_member')
    .select('account_id')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  if (!person) throw notFound('staff member')
  return db.selectFrom('connection').selectAll().where('account_id', '=', accountId).orderBy('app').execute()
}

/** What the vendor calls the organisation, for sentences. */
export async function organizationOf(db: Db, app: App): Promise<string | undefined> {
  const installed = await db
    .selectFrom('installed_app')
    .select('settings')
    .where('app', '=', app)
    .executeTakeFirst()
  const organization = installed?.settings.organization
  return typeof organization === 'string' ? organization : undefined
}

/** One transaction that begins again when the account was taken by somebody else in the same moment. */
async function asOneAct(
  db: Db,
  target: Pick<ByHand, 'accountId' | 'app'>,
  act: (tx: Tx, standing: Standing) => Promise<void>,
): Promise<void> {
  try {
    await db.transaction().execute(async (tx) => {
      await keepInstalled(tx, target.app)
      const [standing] = await lockStandings(tx, target.app, [target.accountId])
      if (!standing) throw notFound('staff member')
      await act(tx, standing)
    })
  } catch (error) {
    if (isAccountTaken(error)) return asOneAct(db, target, act)
    throw error
  }
}

/** Nobody uninstalls the app, or completes a new directory of it, before this transaction ends. */
export async function keepInstalled(tx: Tx, app: App): Promise<void> {
  await tx.selectFrom('installed_app').select('app').where('app', '=', app).forKeyShare().execute()
}

async function write(
  tx: Tx,
  { accountId, app }: ByHand,
  standing: Standing,
  next: NextConnection,
): Promise<void> {
  const { externalId, login, evidence, failure } = next
  const settlement = { accountId, externalId, login, evidence, failure, next, outcome: 'connected' } as const
  const [written] = await writeSettlements(tx, app, [standing], [settlement])
  if (!written)
    throw new ProblemError('conflict', 'Somebody else changed this connection just now: look at it again.')
}

async function chosenAccount(tx: Tx, app: App, externalId: string): Promise<ChosenAccount> {
  const account = await tx
    .selectFrom('external_account')
    .select(['login', sql<boolean>`kind = 'human' and not suspended`.as('usable')])
    .where('app', '=', app)
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  if (!account) throw notFound('account in the directory')
  const takenBy = (await holdersOf(tx, app, [externalId])).get(externalId) ?? null
  return { externalId, ...account, takenBy }
}

async function countProposals(tx: Tx, { accountId, app }: ByHand): Promise<number> {
  const { count } = await tx
    .selectFrom('proposal')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('app', '=', app)
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  return count
}

async function record(
  tx: Tx,
  { by, accountId, app }: ByHand,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await appendAudit(tx, { actor: by, action, subject: accountId, app, detail })
}
