/** An account holds several roles, each with its own scope: who reads or keeps a row is asked of role and unit together. */
import { type Kysely, sql } from 'kysely'

/** A policy that is told anew: [table, command, rule]. Several were true when any role met any unit. */
const policies: [string, 'select' | 'insert' | 'update' | 'delete', string][] = [
  ['officers', 'select', `app_purpose('login') or app_may(unit_id, $colleagues) or officer_id = app_officer()`],
  ['assignments', 'select', `app_may(unit_id, $colleagues) or officer_id = app_officer()`],
  ['terminals', 'select', `app_may(unit_id, $colleagues)`],
  ['terminal_contacts', 'select', `app_may(unit_id, $colleagues)`],
  ['terminal_placements', 'select', `app_may(unit_id, $colleagues)`],
  ['device_sequences', 'select', `app_may(unit_id, $colleagues)`],
  // Figures are asked for by the thousand rows: the reach is worked out once for a query, in brackets of its own.
  [
    'unit_tallies',
    'select',
    `not (select app_belongs_to_unit()) and ((select app_everywhere('commission', 'administrator'))
       or unit_id = any ((select app_units('commission', 'administrator'))::integer[]))`,
  ],
  [
    'unit_steps',
    'select',
    `(select app_everywhere('commission', 'administrator'))
       or unit_id = any ((select app_units($colleagues, 'officer'))::integer[])`,
  ],
  [
    'steps',
    'select',
    `(select app_everywhere('commission', 'administrator'))
       or unit_id = any ((select app_units('commission', 'unit_leader'))::integer[])
       or officer_id = (select app_officer())`,
  ],
  [
    'remarks',
    'select',
    `(select app_everywhere('commission')) or unit_id = any ((select app_units('commission', 'unit_leader'))::integer[])`,
  ],
  // A role is ended, never deleted, so that the past can be told.
  ['account_roles', 'update', `app_has('administrator')`],
]

const colleagues = `'administrator', 'commission', 'unit_leader', 'unit_clerk'`

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table account_roles
      add column grant_id integer generated always as identity,
      add column unit_id integer references units,
      add column officer_id integer,
      add column granted_at timestamptz not null default now(),
      add column ended_at timestamptz;
    update account_roles r set unit_id = a.unit_id, officer_id = case when r.role = 'officer' then a.officer_id end
      from accounts a where a.account_id = r.account_id and r.role in ('unit_leader', 'unit_clerk', 'officer');
    -- No call ever made a leader without a unit or an officer's account without an officer; such a row reached nothing.
    delete from account_roles
     where role in ('unit_leader', 'unit_clerk', 'officer') and unit_id is null or role = 'officer' and officer_id is null;
    alter table account_roles
      drop constraint account_roles_pkey,
      add primary key (grant_id),
      add foreign key (unit_id, officer_id) references officers (unit_id, officer_id),
      -- The commission may watch the whole province or the units assigned to a member.
      add constraint account_roles_scope check (case role
        when 'officer' then unit_id is not null and officer_id is not null
        when 'unit_leader' then unit_id is not null and officer_id is null
        when 'unit_clerk' then unit_id is not null and officer_id is null
        when 'commission' then officer_id is null
        else unit_id is null and officer_id is null end);
    create index on account_roles (account_id);
    create index on account_roles (unit_id, officer_id);
    create unique index account_roles_once on account_roles (account_id, role, unit_id, officer_id)
      nulls not distinct where ended_at is null;
    -- "My figures" are one person's.
    create unique index account_roles_one_officer on account_roles (account_id) where role = 'officer' and ended_at is null;
    revoke delete on account_roles from hai_long_app;
    grant update (ended_at) on account_roles to hai_long_app;
    drop policy app_delete on account_roles;
    alter table accounts drop column unit_id, drop column officer_id;

    -- app.grants holds role:unit, with * for the whole province; missing or empty means: nothing.
    create function app_everywhere(variadic wanted text[]) returns boolean language sql stable parallel safe as
      $$ select exists (select from unnest(string_to_array(coalesce(current_setting('app.grants', true), ''), ',')) as held
                         where split_part(held, ':', 2) = '*' and split_part(held, ':', 1) = any (wanted)) $$;
    create function app_units(variadic wanted text[]) returns integer[] language sql stable parallel safe as
      $$ select coalesce(array_agg(split_part(held, ':', 2)::integer), '{}')
           from unnest(string_to_array(coalesce(current_setting('app.grants', true), ''), ',')) as held
          where split_part(held, ':', 2) not in ('', '*') and split_part(held, ':', 1) = any (wanted) $$;
    -- Whether one of these roles is held in this very unit, or everywhere: the one question a policy of a unit's rows asks.
    create function app_may(unit integer, variadic wanted text[]) returns boolean language sql stable parallel safe as
      $$ select app_everywhere(variadic wanted) or unit = any (app_units(variadic wanted)) $$;
    -- Whoever belongs to a unit sees who comes and goes there, and is shown no total that moves by one.
    create function app_belongs_to_unit() returns boolean language sql stable parallel safe as
      $$ select string_to_array(coalesce(current_setting('app.roles', true), ''), ',')
             && array['unit_leader', 'unit_clerk', 'officer'] $$;
    create or replace function app_keeps_roster(unit integer) returns boolean language sql stable parallel safe as
      $$ select app_may(unit, 'administrator', 'unit_leader', 'unit_clerk') $$;

    create or replace function quarantined_of_unit(unit integer) returns table (device_epoch text, waiting bigint)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select body -> 'rating' ->> 'device_epoch', count(*) from quarantine
          where app_may(unit, ${colleagues}) and unit_id = unit
            and body -> 'rating' ->> 'sequence' is not null
          group by 1 $$;
    create or replace function last_rated_of_unit(unit integer) returns table (counter_id integer, last_day date)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select t.counter_id, max(t.local_day) from tallies t
          where app_may(unit, ${colleagues}) and t.unit_id = unit
            and t.n1 + t.n2 + t.n3 + t.n4 + t.n5 > 0
          group by 1 $$;
    create or replace function administrator_exists() returns boolean
      language sql stable security definer set search_path = public, pg_temp as
      $$ select exists (select from account_roles r join accounts a using (account_id)
                         where r.role = 'administrator' and r.ended_at is null and a.active) $$;
  `)
    .execute(db)
  for (const [table, command, rule] of policies) {
    const told = rule.replaceAll('$colleagues', colleagues)
    const clause = command === 'select' ? `using (${told})` : `using (${told}) with check (${told})`
    await sql
      .raw(`drop policy if exists app_${command} on ${table};
            create policy app_${command} on ${table} for ${command} to hai_long_app ${clause}`)
      .execute(db)
  }
}
