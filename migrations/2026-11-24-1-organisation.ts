/** Roles, the organisation (units, counters, officers, assignments, terminals), accounts, and the versioned catalogue. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Roles belong to the cluster, not the database: another database may have made them, and another runner may be
  // making them now (unique_violation on pg_authid).
  for (const role of ['hai_long_ingest', 'hai_long_count', 'hai_long_app']) {
    await sql
      .raw(
        `do $$ begin
           create role ${role} nologin nosuperuser nobypassrls nocreatedb nocreaterole;
         exception when duplicate_object or unique_violation then null;
         end $$;
         do $$ begin
           if not pg_has_role(current_user, '${role}', 'set') then grant ${role} to current_user; end if;
         exception when unique_violation or insufficient_privilege then null;
         end $$;`,
      )
      .execute(db)
  }
  await sql`create extension if not exists btree_gist`.execute(db)

  await sql
    .raw(`
    -- One row: what identifies this body of data. epoch changes when it was restored or failed over.
    create table server_state (
      singleton boolean primary key default true check (singleton),
      epoch uuid not null default gen_random_uuid(),
      created_at timestamptz not null default now()
    );
    insert into server_state default values;

    -- Wording and bodies that differ between provinces.
    create table settings (
      key text primary key,
      value jsonb not null
    );

    -- Every commitment ever used; item_id is its bit in ratings.kept and ratings.broken and its place in marks arrays.
    create table commitments (
      item_id smallint primary key check (item_id between 1 and 52),
      commitment text not null unique check (commitment ~ '^[a-z][a-z0-9_]{1,59}$')
    );
    create table catalogues (
      catalogue_id smallint primary key,
      version text not null unique,
      published_at timestamptz not null default now()
    );
    create table catalogue_items (
      catalogue_id smallint not null references catalogues,
      item_id smallint not null references commitments,
      position smallint not null,
      family text not null check (family in ('please', 'always', 'no', 'service')),
      kind text not null check (kind in ('conduct', 'service', 'integrity')),
      labels jsonb not null,
      primary key (catalogue_id, item_id),
      unique (catalogue_id, position)
    );
    create index on catalogue_items (item_id);

    create table units (
      unit_id integer generated always as identity primary key,
      name text not null,
      kind text not null check (kind in ('ward', 'commune', 'township', 'province_centre')),
      valid_from date,
      valid_to date,
      hotline text,
      duty_leader_name text,
      duty_leader_phone text,
      hours jsonb,
      catalogue_id smallint references catalogues,
      created_at timestamptz not null default now(),
      constraint units_validity check (valid_from <= valid_to)
    );
    create index on units (catalogue_id);

    create table counters (
      counter_id integer generated always as identity primary key,
      unit_id integer not null references units,
      name text not null,
      service text,
      active boolean not null default true,
      created_at timestamptz not null default now(),
      constraint counters_in_unit unique (unit_id, counter_id)
    );
    create unique index counters_name on counters (unit_id, lower(name)) where active;

    create table officers (
      officer_id integer generated always as identity primary key,
      unit_id integer not null references units,
      name text not null,
      title text,
      signed_on date,
      active boolean not null default true,
      created_at timestamptz not null default now(),
      constraint officers_in_unit unique (unit_id, officer_id)
    );

    -- Officer X at counter Y. An open upper bound means: until changed.
    create table assignments (
      assignment_id integer generated always as identity primary key,
      unit_id integer not null,
      counter_id integer not null,
      officer_id integer not null,
      during tstzrange not null constraint assignments_forward check (not isempty(during) and not lower_inf(during)),
      created_at timestamptz not null default now(),
      foreign key (unit_id, counter_id) references counters (unit_id, counter_id),
      foreign key (unit_id, officer_id) references officers (unit_id, officer_id),
      constraint assignments_one_at_a_time exclude using gist (counter_id with =, during with &&)
    );
    create index on assignments (unit_id, counter_id);
    create index on assignments (unit_id, officer_id);

    -- A pairing of one tablet with one counter. Token and code are stored as keyed hashes only.
    create table terminals (
      terminal_id integer generated always as identity primary key,
      unit_id integer not null,
      counter_id integer not null,
      name text not null,
      pairing_code_hash bytea unique,
      pairing_code_expires_at timestamptz,
      token_hash bytea unique,
      paired_at timestamptz,
      revoked_at timestamptz,
      created_at timestamptz not null default now(),
      foreign key (unit_id, counter_id) references counters (unit_id, counter_id)
    );
    create index on terminals (unit_id, counter_id);

    -- What a terminal last said of itself; apart, because it is written often.
    create table terminal_contacts (
      terminal_id integer primary key references terminals,
      unit_id integer not null references units,
      last_contact_at timestamptz not null,
      queue_length integer,
      oldest_at timestamptz,
      rejected_length integer,
      version text,
      details jsonb
    );
    create index on terminal_contacts (unit_id);

    create table accounts (
      account_id integer generated always as identity primary key,
      username text not null,
      password_hash text not null,
      unit_id integer references units,
      officer_id integer,
      active boolean not null default true,
      created_at timestamptz not null default now(),
      foreign key (unit_id, officer_id) references officers (unit_id, officer_id)
    );
    create unique index accounts_username on accounts (lower(username));
    create index on accounts (unit_id, officer_id);
    create table account_roles (
      account_id integer not null references accounts,
      role text not null check (role in
        ('administrator', 'commission', 'inspector', 'unit_leader', 'unit_clerk', 'officer')),
      primary key (account_id, role)
    );
    create table sessions (
      token_hash bytea primary key,
      account_id integer not null references accounts,
      created_at timestamptz not null,
      last_seen_at timestamptz not null
    );
    create index on sessions (account_id);
    create table login_failures (
      failure_id bigint generated always as identity primary key,
      username_hash bytea not null,
      address inet not null,
      failed_at timestamptz not null
    );
    create index on login_failures (username_hash, failed_at);
    create index on login_failures (address, failed_at);
    create table setup_links (
      token_hash bytea primary key,
      expires_at timestamptz not null,
      used_at timestamptz
    );

    -- Deeds that change rights, rosters or what is counted. Written in the transaction of the deed, never changed.
    create table audit (
      audit_id bigint generated always as identity primary key,
      happened_at timestamptz not null default now(),
      account_id integer references accounts,
      action text not null,
      unit_id integer references units,
      subject jsonb not null default '{}',
      detail jsonb not null default '{}'
    );
    create index on audit (account_id);
    create index on audit (unit_id);
  `)
    .execute(db)
}
