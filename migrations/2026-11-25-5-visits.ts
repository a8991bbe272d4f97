/** How many people came and how dossiers were returned; numbers of units and officers, areas, and units that went before others. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const readers = `'administrator', 'commission', 'unit_leader', 'unit_clerk'`
  await sql
    .raw(`
    -- A unit's official number and the district or area it lay in; which units went before it. History stays with them.
    alter table units add column code text constraint units_code_form check (code ~ '^[A-Za-z0-9.-]{1,20}$');
    alter table units add column area text check (length(area) between 1 and 200);
    create unique index units_code on units (code);
    create table unit_predecessors (
      unit_id integer not null references units,
      predecessor_id integer not null references units,
      primary key (unit_id, predecessor_id),
      constraint unit_predecessors_other check (unit_id <> predecessor_id)
    );
    create index on unit_predecessors (predecessor_id);
    alter table officers add column code text constraint officers_code_form check (code ~ '^[A-Za-z0-9./-]{1,40}$');
    create unique index officers_code on officers (unit_id, code);

    -- How many people were served: of a day or of a whole month, in all ('') or of one group of procedures.
    create table visits (
      visit_id integer generated always as identity primary key,
      unit_id integer not null,
      counter_id integer not null,
      grain text not null check (grain in ('day', 'month')),
      day date not null check (grain = 'day' or extract(day from day) = 1),
      procedure_group text not null default '' check (length(procedure_group) <= 200),
      visits integer not null check (visits between 0 and 100000),
      updated_at timestamptz not null default now(),
      foreign key (unit_id, counter_id) references counters (unit_id, counter_id),
      constraint visits_once unique (counter_id, grain, day, procedure_group)
    );
    create index on visits (unit_id, counter_id, day);

    -- How dossiers were returned, of a unit.
    create table dossiers (
      dossier_id integer generated always as identity primary key,
      unit_id integer not null references units,
      grain text not null check (grain in ('day', 'month')),
      day date not null check (grain = 'day' or extract(day from day) = 1),
      procedure_group text not null default '' check (length(procedure_group) <= 200),
      same_day integer not null check (same_day between 0 and 1000000),
      early integer not null check (early between 0 and 1000000),
      on_time integer not null check (on_time between 0 and 1000000),
      overdue integer not null check (overdue between 0 and 1000000),
      updated_at timestamptz not null default now(),
      constraint dossiers_once unique (unit_id, grain, day, procedure_group)
    );
  `)
    .execute(db)
  const policies: [string, 'select' | 'insert' | 'update' | 'delete', string][] = [
    ['unit_predecessors', 'select', 'app_sees_unit(unit_id) or app_sees_unit(predecessor_id)'],
    ['unit_predecessors', 'insert', `app_has('administrator')`],
    ['unit_predecessors', 'delete', `app_has('administrator')`],
    ...['visits', 'dossiers'].flatMap((table): [string, 'select' | 'insert' | 'update' | 'delete', string][] => [
      [table, 'select', `app_may(unit_id, ${readers})`],
      [table, 'insert', 'app_keeps_roster(unit_id)'],
      [table, 'update', 'app_keeps_roster(unit_id)'],
      [table, 'delete', 'app_keeps_roster(unit_id)'],
    ]),
  ]
  for (const table of ['unit_predecessors', 'visits', 'dossiers']) {
    await sql
      .raw(`alter table ${table} enable row level security; alter table ${table} force row level security;
            create policy owner_all on ${table} to current_user using (true) with check (true);`)
      .execute(db)
  }
  for (const [table, command, rule] of policies) {
    const clause = command === 'insert' ? `with check (${rule})` : `using (${rule})`
    await sql.raw(`create policy app_${command} on ${table} for ${command} to hai_long_app ${clause}`).execute(db)
  }
  await sql
    .raw(`
    grant select, insert, delete on unit_predecessors to hai_long_app;
    grant select, insert, update, delete on visits, dossiers to hai_long_app;

    -- Visits of a range, and the published ratings of the very counters and times they are known of. A month's total stands
    -- for the whole month; inside a range that holds only part of it, the days do. A total stands before its groups.
    create function response_of_units(from_day date, to_day date)
      returns table (unit_id integer, visits bigint, ratings bigint)
      language sql stable security definer set search_path = public, pg_temp as
      $$ with told as (
           select v.unit_id, v.counter_id, v.grain, v.day as first,
                  case grain when 'day' then v.day else (v.day + interval '1 month - 1 day')::date end as last,
                  coalesce(max(v.visits) filter (where procedure_group = ''), sum(v.visits)) as n
             from visits v
            where app_may(v.unit_id, ${readers})
            group by 1, 2, 3, 4, 5),
         whole as (select * from told where first >= from_day and last <= to_day),
         counted as (
           select * from whole w
            where grain = 'month' or not exists (
              select from whole m
               where m.grain = 'month' and m.counter_id = w.counter_id and w.first between m.first and m.last))
         select c.unit_id, sum(c.n)::bigint,
                coalesce(sum((select sum(n1 + n2 + n3 + n4 + n5) from steps s
                      where s.counter_id = c.counter_id and not s.set_aside and s.local_day between c.first and c.last)), 0)::bigint
           from counted c group by 1 $$;
    revoke execute on function response_of_units from public;
    grant execute on function response_of_units to hai_long_app;
  `)
    .execute(db)
}
