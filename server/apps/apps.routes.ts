import type { App } from '../../contract/words.ts'
import type { Api } from '../http/api.ts'
import type { Changes } from '../http/events.ts'
import { ProblemError } from '../http/problem-error.ts'
import { type AccountPosition, searchAccounts } from './accounts.store.ts'
import {
  type AppsDeps,
  changeHowToConnect,
  installApp,
  listApps,
  requestCandidateCheck,
  requestCheck,
  showApp,
  uninstallApp,
  type Wanted,
} from './apps.ts'
import { awaitChange } from './await-change.ts'
import { findCandidate, removeCandidate } from './candidates.store.ts'
import { type Checks, findInstalled } from './installed-app.store.ts'
import { presentChecks } from './present-app.ts'
import { verdict } from './verdict.ts'

export interface AppRoutesDeps extends AppsDeps {
  changes: Changes
}

/** A check takes a second or two; programs and screens get its result when it comes within this time. */
const CHECK_WITHIN_MS = 15_000

export function appRoutes(api: Api, deps: AppRoutesDeps): void {
  const { db, changes } = deps

  /** Until the installed app has been tried again since `before`. */
  function checked(app: App, before: Date | null) {
    return awaitChange(
      changes,
      (change) => change.kind === 'app' && change.app === app,
      async () => {
        const installed = await findInstalled(db, app)
        if (!installed) return { checks: [] }
        const { attempted_at, checks } = installed
        return attempted_at && attempted_at.getTime() !== before?.getTime() ? { checks } : undefined
      },
      CHECK_WITHIN_MS,
    )
  }

  async function checkedCandidate(wanted: Wanted) {
    const id = await requestCandidateCheck(deps, wanted)
    try {
      return await awaitChange(
        changes,
        (change) => change.kind === 'candidate' && change.id === id,
        async () => {
          const checks = (await findCandidate(db, id))?.checks
          return checks ? { checks } : undefined
        },
        CHECK_WITHIN_MS,
      )
    } finally {
      await removeCandidate(db, id)
    }
  }

  api.handle('GET /apps', async () => ({ items: await listApps(db) }))

  api.handle('PUT /apps/{app}', async ({ params: { app }, body, actor }) => {
    await installApp(deps, { app, body, actor: actor.email })
    await checked(app, null)
    return showApp(db, app)
  })

  api.handle('PATCH /apps/{app}', async ({ params: { app }, body, actor }) => {
    await changeHowToConnect(db, { app, ...body, actor: actor.email })
    return showApp(db, app)
  })

  api.handle('POST /apps/{app}/check', async ({ params: { app }, body, actor }) => {
    const config = body?.config
    const result = config
      ? await checkedCandidate({ app, body: config, actor: actor.email })
      : await checked(app, await requestCheck(deps, app))
    return presentResult(result?.checks)
  })

  api.handle('DELETE /apps/{app}', async ({ params: { app }, actor }) => ({
    disconnected: await uninstallApp(db, { app, actor: actor.email }),
  }))

  api.handle('GET /apps/{app}/accounts', async ({ params: { app }, query }) => {
    const { search, limit, cursor } = query
    const after = cursor === undefined ? undefined : readCursor(cursor)
    const { accounts, total } = await searchAccounts(db, app, { search, limit, after })
    const items = accounts.slice(0, limit)
    const last = accounts.length > limit ? items.at(-1) : undefined
    return {
      items: items.map(({ holderId, holderName, ...account }) => ({
        ...account,
        takenBy: holderId && holderName ? { accountId: holderId, displayName: holderName } : null,
      })),
      nextCursor: last ? writeCursor(last) : null,
      total,
    }
  })
}

function presentResult(checks: Checks | undefined) {
  return {
    ok: checks !== undefined && checks.length > 0 && verdict(checks) === null,
    lines: presentChecks(checks ?? []),
    finished: checks !== undefined,
  }
}

function writeCursor({ login, externalId }: AccountPosition): string {
  return Buffer.from(JSON.stringify([login, externalId])).toString('base64url')
}

function readCursor(cursor: string): AccountPosition {
  try {
    const [login, externalId]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (typeof login === 'string' && typeof externalId === 'string') return { login, externalId }
  } catch {
    // Said below.
  }
  throw new ProblemError('input_invalid', 'The cursor is not one that this list gave out.', [
    { path: 'cursor', message: 'take nextCursor of the page before' },
  ])
}
