/** Imports on their way: what a file says and what it would change, until it is applied, cancelled or a day old. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create table imports (
      import_id integer generated always as identity primary key,
      account_id integer not null references accounts,
      file_name text not null check (length(file_name) between 1 and 200),
      sha256 bytea not null,
      language text not null check (language in ('vi', 'en')),
      state text not null check (state in ('checked', 'applying', 'applied', 'stale', 'cancelled')),
      -- What was shown; applying makes the plan anew and compares.
      plan_digest bytea not null,
      sheets jsonb not null,
      problems jsonb not null,
      problem_count integer not null,
      -- The tables of the file and the outcome of each row; null as soon as nothing more can come of them.
      tables jsonb,
      plan_rows jsonb,
      done integer not null default 0,
      total integer not null default 0,
      -- Accounts it made.
      accounts integer[] not null default '{}',
      made_at timestamptz not null,
      changed_at timestamptz not null
    );
    create index on imports (account_id);
    alter table imports enable row level security;
    alter table imports force row level security;
    create policy owner_all on imports to current_user using (true) with check (true);
    -- An import is its maker's alone: it holds what they may see and do.
    create policy app_select on imports for select to hai_long_app using (account_id = app_account());
    create policy app_insert on imports for insert to hai_long_app with check (account_id = app_account());
    create policy app_update on imports for update to hai_long_app using (account_id = app_account());
    create policy app_delete on imports for delete to hai_long_app using (account_id = app_account());
    grant select, insert, update, delete on imports to hai_long_app;
    -- The nightly sweep.
    create policy count_all on imports for all to hai_long_count using (true) with check (true);
    grant select, delete on imports to hai_long_count;
  `)
    .execute(db)
}
