import { sql } from 'kysely'
import type { Db } from '../server/db/handle.ts'

/**
 * Fills an empty database with `count` made-up people and some 3.8 connections each: 80 % connected, 8 % need
 * mapping, 4 % failed, the rest waiting, paused, opted out or absent; three groups of 86 and one team of 400
 * each. The same every time.
 */
export async function generateStaff(db: Db, count: number): Promise<void> {
  await sql`create function pg_temp.dice(n bigint, salt integer, sides integer) returns integer
    language sql immutable as 'select ((hashint8extended(n, salt) & 9007199254740991) % sides)::integer'`.execute(
    db,
  )
  await sql`insert into staff_member (account_id, display_name, email, groups, teams, active)
    select '712020:' || substr(md5(n::text), 1, 12),
      ${pick(givenNames, 1)} || ' ' || ${pick(familyNames, 2)} || ${pick(endings, 3)},
      'p' || n || '@acme.example',
      array['Everyone', 'Group ' || pg_temp.dice(n, 4, 60), 'Location ' || pg_temp.dice(n, 5, 25)],
      array['Team ' || pg_temp.dice(n, 6, 400)],
      pg_temp.dice(n, 7, 100) < 95
    from generate_series(1, ${count}::bigint) n`.execute(db)
  await sql`insert into connection
      (account_id, app, status, origin, external_id, login, evidence, failure, connected_by, connected_at)
    select account_id, app, status, origin,
      case when origin is not null then n::text end, case when origin is not null then 'login-' || n end,
      case when origin is null then '[]'
        else jsonb_build_array(jsonb_build_object('kind', 'verified-email', 'value', 'p' || n || '@acme.example')) end,
      case when code is not null then jsonb_build_object('code', code, 'step', 'match',
        'at', '2026-11-02T09:00:00.000Z', 'evidence', '{}'::jsonb,
        'details', jsonb_build_object('app', app, 'person', 'Ana', 'organization', 'acme')) end,
      case when origin is not null then 'admin@acme.example' end, case when origin is not null then now() end
    from generate_series(1, ${count}::bigint) n
    cross join (values ('github', 1), ('gitlab', 2), ('google-calendar', 3), ('office365', 4)) as apps (app, salt)
    cross join lateral (select '712020:' || substr(md5(n::text), 1, 12) as account_id,
      pg_temp.dice(n, 10 + salt, 100) as dice) as thrown
    cross join lateral (select case when dice < 80 then 'connected' when dice < 88 then 'needs_mapping'
      when dice < 92 then 'failed' when dice < 94 then 'waiting' when dice < 95 then 'paused'
      else 'opted_out' end as status) as decided
    cross join lateral (select case when status = 'connected' then 'admin' end as origin,
      case status when 'needs_mapping' then ${pick(['match_none', 'match_weak', 'match_no_evidence'], 8)}
        when 'failed' then ${pick(['account_suspended', 'account_not_member'], 9)} end as code) as told
    where dice < 96`.execute(db)
  await sql`analyze`.execute(db)
}

function pick(words: string[], salt: number) {
  return sql`(array[${sql.join(words)}])[1 + pg_temp.dice(n, ${sql.lit(salt)}, ${sql.lit(words.length)})]`
}

const givenNames =
  'Ana Bo José Åsa Zoë Émile Fatima Grace Hiro Иван Jana Kwame Łukasz Mei Nils Priya 伟'.split(' ')
const familyNames =
  'Gar Pet Jon Mül Oli Han Ser Dim Kov Tan Nak Fer Kar Mol Lis Rat Tes Son Nir Ver Dul Per'.split(' ')
const endings = 'cía ersen es ler veira sson gei itrov ács aka amura nandez berg ovic ska lund'.split(' ')
