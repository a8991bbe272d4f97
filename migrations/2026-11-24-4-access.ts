/** Grants and forced row-level security: the database refuses as well as the API. */
import { type Kysely, sql } from 'kysely'

const tables = [
  ...['server_state', 'settings', 'commitments', 'catalogues', 'catalogue_items', 'units', 'counters', 'officers'],
  ...['assignments', 'terminals', 'terminal_contacts', 'accounts', 'account_roles', 'sessions', 'login_failures'],
  ...['setup_links', 'audit', 'ratings', 'moments', 'remarks', 'integrity_reports', 'quarantine', 'inbox', 'verdicts'],
  ...['tallies', 'unit_tallies', 'waiting', 'steps', 'unit_steps', 'counting_state'],
]

/** [table, role, commands, using/check expression] */
const policies: [string, string, 'all' | 'select' | 'insert' | 'update' | 'delete', string][] = [
  // counting and receiving see every unit, limited by their grants
  ...[
    'units',
    'counters',
    'terminals',
    'server_state',
    'settings',
    'commitments',
    'catalogues',
    'catalogue_items',
  ].flatMap((table): [string, string, 'select', string][] => [
    [table, 'hai_long_ingest', 'select', 'true'],
    [table, 'hai_long_count', 'select', 'true'],
  ]),
  ['terminals', 'hai_long_ingest', 'update', 'true'],
  ['counting_state', 'hai_long_ingest', 'select', 'true'],
  ['terminal_contacts', 'hai_long_ingest', 'all', 'true'],
  ...['ratings', 'moments', 'remarks', 'integrity_reports', 'quarantine', 'inbox'].map(
    (table): [string, string, 'all', string] => [table, 'hai_long_ingest', 'all', 'true'],
  ),
  ...[
    ...['assignments', 'ratings', 'moments', 'integrity_reports', 'inbox', 'verdicts', 'tallies', 'unit_tallies'],
    ...['waiting', 'steps', 'unit_steps', 'counting_state', 'sessions', 'login_failures', 'setup_links'],
  ].map((table): [string, string, 'all', string] => [table, 'hai_long_count', 'all', 'true']),

  // what concerns nobody in particular
  ...['server_state', 'settings', 'commitments', 'catalogues', 'catalogue_items', 'counting_state'].map(
    (table): [string, string, 'select', string] => [table, 'hai_long_app', 'select', 'true'],
  ),

  // the organisation
  ['units', 'hai_long_app', 'select', `app_sees_unit(unit_id) or app_purpose('login')`],
  ['units', 'hai_long_app', 'insert', `app_has('administrator')`],
  ['units', 'hai_long_app', 'update', `app_has('administrator')`],
  ['counters', 'hai_long_app', 'select', 'app_sees_unit(unit_id)'],
  ['counters', 'hai_long_app', 'insert', 'app_keeps_roster(unit_id)'],
  ['counters', 'hai_long_app', 'update', 'app_keeps_roster(unit_id)'],
  [
    'officers',
    'hai_long_app',
    'select',
    `app_purpose('login') or (app_sees_unit(unit_id) and (app_sees_colleagues() or officer_id = app_officer()))`,
  ],
  ['officers', 'hai_long_app', 'insert', 'app_keeps_roster(unit_id)'],
  ['officers', 'hai_long_app', 'update', 'app_keeps_roster(unit_id)'],
  [
    'assignments',
    'hai_long_app',
    'select',
    'app_sees_unit(unit_id) and (app_sees_colleagues() or officer_id = app_officer())',
  ],
  ['assignments', 'hai_long_app', 'insert', 'app_keeps_roster(unit_id)'],
  ['assignments', 'hai_long_app', 'update', 'app_keeps_roster(unit_id)'],
  ['assignments', 'hai_long_app', 'delete', 'app_keeps_roster(unit_id)'],
  ['terminals', 'hai_long_app', 'select', 'app_sees_unit(unit_id) and app_sees_colleagues()'],
  ['terminals', 'hai_long_app', 'insert', 'app_keeps_roster(unit_id)'],
  ['terminals', 'hai_long_app', 'update', 'app_keeps_roster(unit_id)'],
  ['terminal_contacts', 'hai_long_app', 'select', 'app_sees_unit(unit_id) and app_sees_colleagues()'],

  // accounts and log-in
  [
    'accounts',
    'hai_long_app',
    'select',
    `app_has('administrator') or account_id = app_account() or app_purpose('login')`,
  ],
  ['accounts', 'hai_long_app', 'insert', `app_has('administrator') or app_purpose('setup')`],
  ['accounts', 'hai_long_app', 'update', `app_has('administrator')`],
  [
    'account_roles',
    'hai_long_app',
    'select',
    `app_has('administrator') or account_id = app_account() or app_purpose('login') or app_purpose('setup')`,
  ],
  ['account_roles', 'hai_long_app', 'insert', `app_has('administrator') or app_purpose('setup')`],
  ['account_roles', 'hai_long_app', 'delete', `app_has('administrator')`],
  [
    'sessions',
    'hai_long_app',
    'all',
    `app_purpose('login') or account_id = app_account() or app_has('administrator') or app_purpose('setup')`,
  ],
  ['login_failures', 'hai_long_app', 'all', `app_purpose('login')`],
  ['setup_links', 'hai_long_app', 'all', `app_purpose('setup')`],
  ['audit', 'hai_long_app', 'insert', 'true'],
  ['audit', 'hai_long_app', 'select', `app_has('administrator')`],

  // figures
  ['unit_tallies', 'hai_long_app', 'select', `app_has('commission') or app_has('administrator')`],
  ['unit_steps', 'hai_long_app', 'select', `app_sees_unit(unit_id) and (app_sees_colleagues() or app_has('officer'))`],
  [
    'steps',
    'hai_long_app',
    'select',
    `(app_sees_unit(unit_id) and (app_has('commission') or app_has('administrator') or app_has('unit_leader')))
       or officer_id = app_officer()`,
  ],
  ['remarks', 'hai_long_app', 'select', `app_sees_unit(unit_id) and (app_has('commission') or app_has('unit_leader'))`],
  ['integrity_reports', 'hai_long_app', 'select', `app_has('inspector')`],
]

const grants = `
  grant usage on schema public to hai_long_ingest, hai_long_count, hai_long_app;
  grant select on server_state, settings, commitments, catalogues, catalogue_items
    to hai_long_ingest, hai_long_count, hai_long_app;

  grant select on units, counters, terminals to hai_long_ingest;
  grant update (pairing_code_hash, pairing_code_expires_at, token_hash, paired_at) on terminals to hai_long_ingest;
  grant select, insert, update on terminal_contacts to hai_long_ingest;
  -- ON CONFLICT and RETURNING need SELECT on the columns they name, and no more is given.
  grant insert on ratings, moments, remarks, integrity_reports, quarantine, inbox to hai_long_ingest;
  grant select (rating_id) on ratings to hai_long_ingest;
  grant select (rating_id, content_mac) on moments, quarantine to hai_long_ingest;
  grant select on counting_state to hai_long_ingest;

  grant select on units, counters, terminals, assignments, ratings, moments, inbox to hai_long_count;
  grant delete on inbox to hai_long_count;
  grant insert on inbox to hai_long_count;
  grant select, insert, update, delete on verdicts, tallies, unit_tallies, waiting, steps, unit_steps to hai_long_count;
  grant select, update on counting_state to hai_long_count;
  grant select, update (rating_id, officer_id) on integrity_reports to hai_long_count;
  grant update (corrected_at, received_at, rated_at, device_epoch, sequence, dwell_ms), delete on moments to hai_long_count;
  grant select, delete on sessions, login_failures, setup_links to hai_long_count;

  grant select, insert, update on units, counters, officers to hai_long_app;
  grant select, insert, update, delete on assignments to hai_long_app;
  -- Hashes of tokens are not readable through the app role, so a leak there forges nothing.
  grant select (terminal_id, unit_id, counter_id, name, pairing_code_expires_at, paired_at, revoked_at, created_at)
    on terminals to hai_long_app;
  grant insert (unit_id, counter_id, name, pairing_code_hash, pairing_code_expires_at) on terminals to hai_long_app;
  grant update (name, pairing_code_hash, pairing_code_expires_at, revoked_at) on terminals to hai_long_app;
  grant select on terminal_contacts to hai_long_app;
  grant select, insert, update on accounts to hai_long_app;
  grant select, insert, delete on account_roles to hai_long_app;
  grant select, insert, update, delete on sessions to hai_long_app;
  grant select, insert, delete on login_failures to hai_long_app;
  grant select, insert, update on setup_links to hai_long_app;
  grant select, insert on audit to hai_long_app;
  grant select on counting_state, unit_tallies, unit_steps, steps to hai_long_app;
  grant select (unit_id, local_day, remark) on remarks to hai_long_app;
  grant select (report_id, unit_id, month, items, remark, officer_id) on integrity_reports to hai_long_app;`

/** The scope of a request travels in transaction-local settings; missing or empty means: nothing. */
const functions = `
  create function app_purpose(wanted text) returns boolean language sql stable parallel safe as
    $$ select coalesce(current_setting('app.purpose', true), '') = wanted $$;
  create function app_has(role text) returns boolean language sql stable parallel safe as
    $$ select role = any (string_to_array(coalesce(current_setting('app.roles', true), ''), ',')) $$;
  create function app_account() returns integer language sql stable parallel safe as
    $$ select nullif(current_setting('app.account', true), '')::integer $$;
  create function app_officer() returns integer language sql stable parallel safe as
    $$ select nullif(current_setting('app.officer', true), '')::integer $$;
  create function app_sees_unit(unit integer) returns boolean language sql stable parallel safe as
    $$ select coalesce(current_setting('app.units', true), '') = '*'
           or unit = any (string_to_array(nullif(nullif(current_setting('app.units', true), '*'), ''), ',')::integer[]) $$;
  create function app_sees_colleagues() returns boolean language sql stable parallel safe as
    $$ select string_to_array(coalesce(current_setting('app.roles', true), ''), ',')
           && array['administrator', 'commission', 'unit_leader', 'unit_clerk'] $$;
  create function app_keeps_roster(unit integer) returns boolean language sql stable parallel safe as
    $$ select app_sees_unit(unit) and string_to_array(coalesce(current_setting('app.roles', true), ''), ',')
           && array['administrator', 'unit_leader', 'unit_clerk'] $$;

  -- How many ratings a unit received in a range of days: a number without levels, so it gives nobody away.
  create function received_between(unit integer, from_day date, to_day date) returns bigint
    language sql stable security definer set search_path = public as
    $$ select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0) from unit_tallies
        where app_sees_unit(unit) and unit_id = unit and local_day between from_day and to_day $$;

  -- How many other officers of a unit have five published ratings or more, so that the unit's share tells of no colleague.
  create function officers_with_figure(unit integer, except_officer integer, from_day date, to_day date) returns bigint
    language sql stable security definer set search_path = public as
    $$ select count(*) from (
         select officer_id from steps
          where app_sees_unit(unit) and unit_id = unit and officer_id <> except_officer and not set_aside
            and local_day between from_day and to_day
          group by officer_id having sum(n1 + n2 + n3 + n4 + n5) >= 5) others $$;

  -- Ratings of one officer in one month, for the floor under names in integrity reports.
  create function officer_counted_in_month(officer integer, in_month date) returns bigint
    language sql stable security definer set search_path = public as
    $$ select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0) from tallies
        where app_has('inspector') and officer_id = officer and not set_aside
          and local_day >= in_month and local_day < in_month + interval '1 month' $$;
  create function officer_name_for_inspector(officer integer) returns text
    language sql stable security definer set search_path = public as
    $$ select name from officers where app_has('inspector') and officer_id = officer $$;

  -- A roster change only puts the ratings concerned back into the inbox; counting does the rest. Returns how many.
  create function requeue_counter(counter integer, span tstzrange) returns bigint
    language plpgsql security definer set search_path = public as
    $$ declare
         touched bigint;
       begin
         if not exists (select from counters where counter_id = counter and app_keeps_roster(unit_id)) then
           raise insufficient_privilege;
         end if;
         insert into inbox (rating_id)
           select rating_id from moments
            where counter_id = counter and corrected_at >= lower(span) and (upper_inf(span) or corrected_at < upper(span));
         get diagnostics touched = row_count;
         return touched;
       end $$;

  -- The first administrator is made by a set-up link, and only while there is none.
  create function administrator_exists() returns boolean
    language sql stable security definer set search_path = public as
    $$ select exists (select from account_roles r join accounts a using (account_id)
                       where r.role = 'administrator' and a.active) $$;

  revoke execute on function received_between, officers_with_figure, officer_counted_in_month, officer_name_for_inspector,
    requeue_counter, administrator_exists from public;
  grant execute on function received_between, officers_with_figure, officer_counted_in_month, officer_name_for_inspector,
    requeue_counter, administrator_exists to hai_long_app;`

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`revoke all on schema public from public; ${functions}`).execute(db)
  for (const table of tables) {
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy owner_all on ${table} to current_user using (true) with check (true);`,
      )
      .execute(db)
  }
  for (const [table, role, command, rule] of policies) {
    const clause =
      command === 'insert'
        ? `with check (${rule})`
        : command === 'select' || command === 'delete'
          ? `using (${rule})`
          : `using (${rule}) with check (${rule})`
    await sql
      .raw(`create policy ${role.replace('hai_long_', '')}_${command} on ${table} for ${command} to ${role} ${clause}`)
      .execute(db)
  }
  await sql.raw(grants).execute(db)
}
