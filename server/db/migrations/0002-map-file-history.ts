import { type Kysely, sql } from 'kysely'

/** One entry on the record speaks of a thousand people of a map file; each person's history finds it by them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index audit_entry_map_file on audit_entry using gin ((detail -> 'people'))
    where action = 'map-file.apply'`.execute(db)
}
