import { sql } from 'kysely'
import type { Role } from '../../contract/words.ts'
import type { Db } from '../db/handle.ts'
import type { Credential } from './identify.ts'

/** Those of the credentials that would still be let in, as somebody in the same role; in one query. */
export async function stillValid(db: Db, credentials: Credential[]): Promise<Set<Credential>> {
  const hashes = credentials.map((credential) => credential.hash)
  const { rows } = await sql<{ hash: Buffer; role: Role }>`
    select c.hash, u.role from (
      select token_hash as hash, user_id from session where token_hash = any(${hashes}) and expires_at > now()
      union all
      select token_hash, user_id from api_token where token_hash = any(${hashes}) and expires_at > now()
    ) c join app_user u on u.id = c.user_id where u.active`.execute(db)
  const roles = new Map(rows.map(({ hash, role }) => [hash.toString('hex'), role]))
  return new Set(credentials.filter(({ hash, actor }) => roles.get(hash.toString('hex')) === actor.role))
}
