import { type Kysely, sql } from 'kysely'

/** Everything the first version stores. Written as SQL, because this is what the database will be. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db)
}

const statements = `
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- Names sort as people expect in any language; undetermined locale, numbers by value.
create collation if not exists people (provider = icu, locale = 'und-u-kn-true');

-- unaccent() is only stable because its dictionary may change; ours does not, so an index may use it. The
-- collation makes lower() know every alphabet, whatever locale the database was made with.
create function search_form(text) returns text
  language sql immutable strict parallel safe
  return lower(public.unaccent('public.unaccent', $1) collate public.people);
-- The parts of a search, each of which has to be found.
create function search_words(text) returns text[]
  language sql immutable strict parallel safe
  return array_remove(regexp_split_to_array(search_form($1), '\\s+'), '');

create table app_user (
  id uuid primary key default gen_random_uuid(),
  email text not null unique check (email = lower(email)),
  name text not null,
  role text not null check (role in ('administrator', 'manager', 'employee')),
  account_id text,
  password_hash text,
  active boolean not null default true,
  created_at timestamptz not null default now()
);

create table session (
  token_hash bytea primary key,
  user_id uuid not null references app_user on delete cascade,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  authenticated_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on session (user_id);

create table sign_in_link (
  token_hash bytea primary key,
  user_id uuid not null references app_user on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table api_token (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique,
  user_id uuid not null references app_user on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz
);

create table sign_in_attempt (
  key bytea not null,
  at timestamptz not null default now()
);
create index on sign_in_attempt (key, at);

create table audit_entry (
  seq bigint primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text,
  app text,
  detail jsonb not null,
  prev_hash bytea not null,
  hash bytea not null
);
create index on audit_entry (subject, seq desc);
create index on audit_entry (action, seq desc);

-- What an entry's hash is taken of. jsonb prints its keys in one order, so the text is canonical.
create function audit_hash(prev bytea, seq bigint, at timestamptz, actor text, action text, subject text, app text, detail jsonb)
  returns bytea language sql immutable
  return sha256(prev || convert_to(
    jsonb_build_array(seq, extract(epoch from at), actor, action, subject, app, detail)::text, 'UTF8'));

-- One writer at a time: the lock is held until the transaction of the act ends, so the chain has no gaps.
create function audit_append() returns trigger language plpgsql as $$
declare last record;
begin
  perform pg_advisory_xact_lock(7150001);
  select e.seq, e.hash into last from audit_entry e order by e.seq desc limit 1;
  new.seq := coalesce(last.seq, 0) + 1;
  new.at := clock_timestamp();
  new.prev_hash := coalesce(last.hash, '\\x00'::bytea);
  new.hash := audit_hash(new.prev_hash, new.seq, new.at, new.actor, new.action, new.subject, new.app, new.detail);
  return new;
end $$;
create trigger audit_append before insert on audit_entry for each row execute function audit_append();

create function audit_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log can only be added to';
end $$;
create trigger audit_refuse before update or delete or truncate on audit_entry
  for each statement execute function audit_refuse();

-- Which transaction wrote a row last. The staff list keeps a copy of what its filters look at and reads only
-- the rows that an earlier snapshot did not show (server/staff/staff-index.store.ts).
create function stamp_change() returns trigger language plpgsql as $$
begin
  new.changed_in := pg_current_xact_id();
  return new;
end $$;

create table staff_member (
  account_id text primary key,
  display_name text not null,
  email text,
  aliases text[] not null default '{}',
  groups text[] not null default '{}',
  teams text[] not null default '{}',
  active boolean not null default true,
  search_text text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  changed_in xid8 not null default pg_current_xact_id()
);

create function staff_search_text() returns trigger language plpgsql as $$
begin
  new.search_text := search_form(concat_ws(' ', new.display_name, new.email, array_to_string(new.aliases, ' '), new.account_id));
  return new;
end $$;
create trigger staff_search_text before insert or update of display_name, email, aliases, account_id on staff_member
  for each row execute function staff_search_text();
create trigger staff_member_change before update on staff_member
  for each row execute function stamp_change();

create index staff_member_email on staff_member (lower(email), account_id);
create index staff_member_changed on staff_member (changed_in);

create table installed_app (
  app text primary key,
  settings jsonb not null,
  connect_unique_names boolean not null default false,
  installed_by text not null,
  installed_at timestamptz not null default now(),
  -- Another one for each configuration, so that a check of an older one is not taken for a check of this.
  revision uuid not null default gen_random_uuid(),
  -- The last check at all, and the last one that came to an end: a vendor's limit may come between.
  attempted_at timestamptz,
  checked_at timestamptz,
  checks jsonb not null default '[]',
  failure jsonb,
  fault_since timestamptz,
  credential_expires_at timestamptz,
  directory_snapshot bigint not null default 0,
  directory_accounts integer not null default 0,
  directory_read_at timestamptz
);

create table app_candidate (
  id uuid primary key default gen_random_uuid(),
  app text not null,
  settings jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  checks jsonb
);

create table sealing_key (
  version integer primary key,
  public_key bytea not null,
  created_at timestamptz not null default now()
);

create table sealed_secret (
  owner text not null,
  name text not null,
  key_version integer not null references sealing_key,
  sealed bytea not null,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (owner, name)
);

create table external_account (
  app text not null,
  external_id text not null,
  login text not null,
  name text,
  kind text not null,
  suspended boolean not null,
  snapshot bigint not null,
  primary key (app, external_id)
);
create index external_account_login on external_account (app, lower(login));
create index external_account_search on external_account using gin (search_form(login || ' ' || coalesce(name, '')) gin_trgm_ops);

create table external_account_key (
  app text not null,
  external_id text not null,
  kind text not null,
  value text not null,
  snapshot bigint not null,
  primary key (app, external_id, kind, value)
);

create table directory_walk (
  app text primary key,
  snapshot bigint not null,
  -- The worker that walks; a page of any other is refused.
  owner uuid,
  cursor text,
  pages integer not null default 0,
  accounts integer not null default 0,
  total integer,
  started_at timestamptz not null default now()
);

create table connection (
  account_id text not null references staff_member,
  app text not null,
  status text not null check (status in
    ('not_connected', 'waiting', 'connected', 'needs_mapping', 'failed', 'paused', 'opted_out')),
  origin text check (origin in ('admin', 'self', 'map-file')),
  external_id text,
  login text,
  evidence jsonb not null default '[]',
  failure jsonb,
  failure_code text generated always as (failure ->> 'code') stored,
  connected_by text,
  connected_at timestamptz,
  updated_at timestamptz not null default now(),
  changed_in xid8 not null default pg_current_xact_id(),
  primary key (account_id, app),
  check ((status = 'connected') <= (external_id is not null))
);
-- One external account belongs to one staff member per app, whatever two administrators do at once.
create unique index connection_account on connection (app, external_id) where external_id is not null;
create index connection_status on connection (app, status, account_id);
create index connection_failure on connection (failure_code, account_id) where failure_code is not null;
create index connection_changed on connection (changed_in);
create trigger connection_change before update on connection
  for each row execute function stamp_change();

-- Rows that are gone have no place to say so. app is null when it was the person.
create table staff_removal (
  account_id text not null,
  app text,
  at timestamptz not null default now(),
  changed_in xid8 not null default pg_current_xact_id()
);
create index on staff_removal (changed_in);
create function note_removal() returns trigger language plpgsql as $$
begin
  insert into staff_removal (account_id, app) select r ->> 'account_id', r ->> 'app' from (select to_jsonb(g) from gone g) as t (r);
  return null;
end $$;
create trigger staff_member_removal after delete on staff_member
  referencing old table as gone for each statement execute function note_removal();
create trigger connection_removal after delete on connection
  referencing old table as gone for each statement execute function note_removal();

create table proposal (
  account_id text not null references staff_member,
  app text not null,
  external_id text not null,
  rank integer not null,
  reasons text[] not null,
  primary key (account_id, app, external_id)
);

create table proposal_rejection (
  account_id text not null references staff_member,
  app text not null,
  external_id text not null,
  rejected_by text not null,
  rejected_at timestamptz not null default now(),
  primary key (account_id, app, external_id)
);

create table run (
  id uuid primary key default gen_random_uuid(),
  app text not null,
  action text not null check (action in ('connect', 'disconnect', 'retry', 'accept')),
  dry_run boolean not null,
  selection jsonb not null,
  selection_key text not null,
  state text not null check (state in ('queued', 'running', 'waiting', 'finished', 'cancelled', 'stopped')),
  stage text not null,
  selected integer not null default 0,
  connected integer not null default 0,
  unchanged integer not null default 0,
  needs_mapping integer not null default 0,
  failed integer not null default 0,
  skipped integer not null default 0,
  fence bigint not null default 0,
  probed boolean not null default false,
  directory_snapshot bigint,
  failure jsonb,
  waiting_until timestamptz,
  cancel_requested boolean not null default false,
  created_by text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
create unique index run_under_way on run (selection_key) where state in ('queued', 'running', 'waiting');
create index run_newest on run (created_at desc, id);

create table run_item (
  run_id uuid not null references run on delete cascade,
  account_id text not null,
  outcome text not null default 'pending' check (outcome in
    ('pending', 'connected', 'unchanged', 'needs_mapping', 'failed', 'skipped')),
  external_id text,
  login text,
  evidence jsonb not null default '[]',
  failure jsonb,
  primary key (run_id, account_id)
);
create index run_item_outcome on run_item (run_id, outcome, account_id);
create index run_item_person on run_item (account_id);

create table vendor_pause (
  app text not null,
  host text not null,
  resource text not null,
  until timestamptz not null,
  reason text not null,
  primary key (app, host, resource)
);
`
