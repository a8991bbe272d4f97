/** Links by which people set their own passwords, second factors, and sessions that their owner can tell apart. */
import { type Kysely, sql } from 'kysely'

const tables = ['account_links', 'second_factors', 'recovery_codes', 'trusted_devices']

/** [table, command, rule] for hai_long_app. */
const policies: [string, 'all' | 'select' | 'insert' | 'update' | 'delete', string][] = [
  // Whoever holds the token is not known yet (purpose login); the administrator makes a link and never sees its token again.
  ['account_links', 'select', `app_purpose('login') or app_has('administrator')`],
  ['account_links', 'insert', `app_has('administrator')`],
  ['account_links', 'update', `app_purpose('login') or app_has('administrator')`],
  // An administrator may take a lost second factor away and can neither read nor set one.
  ...['second_factors', 'recovery_codes', 'trusted_devices'].flatMap(
    (table): [string, 'select' | 'insert' | 'update' | 'delete', string][] => [
      [table, 'select', `app_purpose('login') or account_id = app_account() or app_has('administrator')`],
      [table, 'insert', `app_purpose('login') or account_id = app_account()`],
      [table, 'update', `app_purpose('login') or account_id = app_account()`],
      [table, 'delete', `app_purpose('login') or account_id = app_account() or app_has('administrator')`],
    ],
  ),
  [
    'accounts',
    'update',
    `app_has('administrator') or app_purpose('login') or (app_purpose('own') and account_id = app_account())`,
  ],
]

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table accounts
      -- Null until the invited person has set a password; nobody can log in before.
      alter column password_hash drop not null,
      add column password_changed_at timestamptz,
      -- The seven days until a second factor is required begin here.
      add column first_login_at timestamptz,
      -- Made on the machine itself or for the demonstration: no second factor is asked for.
      add column second_factor_waived boolean not null default false;
    -- Accounts from before could not know of it; they are asked from now on, and have their seven days.
    revoke update on accounts from hai_long_app;
    grant update (password_hash, password_changed_at, first_login_at, second_factor_waived, active) on accounts to hai_long_app;

    -- An invitation or a reset: one use, by whoever holds the token; only its hash is kept.
    create table account_links (
      link_id integer generated always as identity primary key,
      token_hash bytea not null unique,
      account_id integer not null references accounts,
      kind text not null check (kind in ('invitation', 'reset')),
      created_by integer references accounts,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index on account_links (account_id);
    create index on account_links (created_by);

    -- The shared secret of a code generator (RFC 6238), encrypted with a key outside the database.
    create table second_factors (
      account_id integer primary key references accounts,
      secret bytea not null,
      -- Null while the person has not shown a first code.
      confirmed_at timestamptz,
      -- The time step of the newest code taken: that code and all before it are used up.
      last_step bigint not null default 0
    );
    create table recovery_codes (
      account_id integer not null references accounts,
      code_hash bytea not null,
      used_at timestamptz,
      primary key (account_id, code_hash)
    );
    create table trusted_devices (
      token_hash bytea primary key,
      account_id integer not null references accounts,
      created_at timestamptz not null,
      expires_at timestamptz not null
    );
    create index on trusted_devices (account_id);

    -- Who logged in before simply logs in again: a session now has a number to end it by, and says what it was begun with.
    delete from sessions;
    alter table sessions
      add column session_id integer generated always as identity unique,
      add column second_factor boolean not null default false,
      add column address inet,
      add column user_agent text check (length(user_agent) <= 300);

    grant select, insert, update on account_links to hai_long_app;
    grant select, insert, update, delete on second_factors, recovery_codes, trusted_devices to hai_long_app;
    -- What has expired is cleared away by the daily job.
    grant select, delete on account_links, trusted_devices to hai_long_count;
  `)
    .execute(db)
  for (const table of tables) {
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy owner_all on ${table} to current_user using (true) with check (true);`,
      )
      .execute(db)
  }
  for (const table of ['account_links', 'trusted_devices']) {
    await sql
      .raw(`create policy count_all on ${table} for all to hai_long_count using (true) with check (true)`)
      .execute(db)
  }
  for (const [table, command, rule] of policies) {
    const clause =
      command === 'insert'
        ? `with check (${rule})`
        : command === 'update'
          ? `using (${rule}) with check (${rule})`
          : `using (${rule})`
    await sql
      .raw(`drop policy if exists app_${command} on ${table};
            create policy app_${command} on ${table} for ${command} to hai_long_app ${clause}`)
      .execute(db)
  }
}
