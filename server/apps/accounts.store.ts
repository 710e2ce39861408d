import { sql } from 'kysely'
import type { App } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'

export interface AccountSearch {
  search: string | undefined
  limit: number
  /** The last account of the page before. */
  after: AccountPosition | undefined
}

/** Accounts stand in the order of their logins, whatever the case. */
export interface AccountPosition {
  login: string
  externalId: string
}

/** Accounts of the app's directory, with the person who has each; one more than `limit` when there are more. */
export async function searchAccounts(db: Db, app: App, { search, limit, after }: AccountSearch) {
  const matching = db
    .selectFrom('external_account as account')
    .where('account.app', '=', app)
    .$if(search !== undefined && search.trim() !== '', (query) =>
      query.where(
        sql<string>`search_form(account.login || ' ' || coalesce(account.name, ''))`,
        'like',
        sql<string>`'%' || search_form(${likeText(search ?? '')}) || '%'`,
      ),
    )
  const page = matching
    .leftJoin('connection as held', (join) =>
      join.onRef('held.app', '=', 'account.app').onRef('held.external_id', '=', 'account.external_id'),
    )
    .leftJoin('staff_member as holder', 'holder.account_id', 'held.account_id')
    .select([
      'account.external_id as externalId',
      'account.login',
      'account.name',
      'account.kind',
      'account.suspended',
      'holder.account_id as holderId',
      'holder.display_name as holderName',
    ])
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(lower(account.login), account.external_id) > (lower(${after?.login}), ${after?.externalId})`,
      ),
    )
    .orderBy(sql`lower(account.login)`)
    .orderBy('account.external_id')
    .limit(limit + 1)
  const [accounts, counted] = await Promise.all([
    page.execute(),
    matching.select((is) => is.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { accounts, total: counted.total }
}

function likeText(text: string): string {
  return text.trim().replace(/[\\%_]/g, '\\$&')
}
