/** The roster of a ward: changes that can be undone, absences, an officer's "that was not me", versions of what people change at once. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- "Someone has just changed this": whoever sends the version they saw is told when it is no longer the newest.
    create function next_version() returns trigger language plpgsql as
      $$ begin new.version := old.version + 1; return new; end $$;
    alter table units add column version integer not null default 1;
    alter table counters add column version integer not null default 1;
    alter table officers add column version integer not null default 1;
    alter table holidays add column version integer not null default 1;
    create trigger units_version before update on units for each row execute function next_version();
    create trigger counters_version before update on counters for each row execute function next_version();
    create trigger officers_version before update on officers for each row execute function next_version();
    create trigger holidays_version before update on holidays for each row execute function next_version();

    -- A unit may be rated by counter alone, without a roster.
    alter table units add column counters_only boolean not null default false;

    -- Officer X is away. Why is nobody's business and is not kept.
    create table absences (
      absence_id integer generated always as identity primary key,
      unit_id integer not null,
      officer_id integer not null,
      during tstzrange not null constraint absences_forward
        check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
      active boolean not null default true,
      created_at timestamptz not null default now(),
      foreign key (unit_id, officer_id) references officers (unit_id, officer_id),
      constraint absences_one_at_a_time exclude using gist (officer_id with =, during with &&) where (active)
    );
    create index on absences (unit_id, officer_id);

    -- A change of the roster as a person made it: who stood where before and after, so that it can be undone.
    create table roster_changes (
      change_id integer generated always as identity primary key,
      unit_id integer not null references units,
      account_id integer references accounts,
      absence_id integer references absences,
      kind text not null check (kind in ('change', 'absence', 'week')),
      made_at timestamptz not null,
      starts_at timestamptz not null,
      ends_at timestamptz,
      reason text check (length(reason) between 1 and 200),
      places jsonb not null,
      undone_at timestamptz
    );
    create index on roster_changes (unit_id, made_at);
    create index on roster_changes (account_id);
    create index on roster_changes (absence_id);

    -- "That was not me": an officer doubts where the roster put them. Of a rating it says nothing.
    create table roster_doubts (
      doubt_id integer generated always as identity primary key,
      unit_id integer not null,
      officer_id integer not null,
      counter_id integer not null,
      day date not null,
      part text not null check (part in ('morning', 'afternoon', 'day')),
      note text check (length(note) between 1 and 500),
      raised_at timestamptz not null,
      outcome text check (outcome in ('corrected', 'stands')),
      answer text check (length(answer) between 1 and 500),
      settled_at timestamptz,
      settled_by integer references accounts,
      check ((outcome is null) = (settled_at is null)),
      foreign key (unit_id, officer_id) references officers (unit_id, officer_id),
      foreign key (unit_id, counter_id) references counters (unit_id, counter_id)
    );
    create index on roster_doubts (unit_id, officer_id);
    create index on roster_doubts (unit_id, counter_id);
    create index on roster_doubts (settled_by);
    create unique index roster_doubts_once on roster_doubts (officer_id, counter_id, day, part) where outcome is null;
  `)
    .execute(db)

  const reads = `app_may(unit_id, 'administrator', 'commission', 'unit_leader', 'unit_clerk')`
  const own = 'officer_id = app_officer()'
  const policies: [string, 'select' | 'insert' | 'update', string][] = [
    ['absences', 'select', `${reads} or ${own}`],
    ['absences', 'insert', 'app_keeps_roster(unit_id)'],
    ['absences', 'update', 'app_keeps_roster(unit_id)'],
    ['roster_changes', 'select', reads],
    ['roster_changes', 'insert', 'app_keeps_roster(unit_id)'],
    ['roster_changes', 'update', 'app_keeps_roster(unit_id)'],
    ['roster_doubts', 'select', `${reads} or ${own}`],
    ['roster_doubts', 'insert', own],
    ['roster_doubts', 'update', 'app_keeps_roster(unit_id)'],
  ]
  for (const table of ['absences', 'roster_changes', 'roster_doubts']) {
    await sql
      .raw(`alter table ${table} enable row level security; alter table ${table} force row level security;
            create policy owner_all on ${table} to current_user using (true) with check (true);
            grant select, insert, update on ${table} to hai_long_app;`)
      .execute(db)
  }
  for (const [table, command, rule] of policies) {
    const clause = command === 'insert' ? `with check (${rule})` : `using (${rule})`
    await sql.raw(`create policy app_${command} on ${table} for ${command} to hai_long_app ${clause}`).execute(db)
  }

  await sql
    .raw(`
    -- Published ratings of each counter without an officer, five or more: a number without levels or days, for whoever
    -- keeps the roster and does not see the counters' figures.
    create function unattributed_of_unit(unit integer, from_day date, to_day date)
      returns table (counter_id integer, n bigint)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select s.counter_id, sum(n1 + n2 + n3 + n4 + n5) from steps s
          where app_may(unit, 'administrator', 'commission', 'unit_leader', 'unit_clerk')
            and s.unit_id = unit and s.officer_id is null and not s.set_aside and s.local_day between from_day and to_day
          group by 1 having sum(n1 + n2 + n3 + n4 + n5) >= 5 $$;

    -- How much of what citizens said at an officer's counters has no officer: the share at each counter, weighed by the
    -- officer's own ratings there. Null-free; officers without published ratings are left out. All of it out of steps.
    create function unattributed_share(unit integer, from_day date, to_day date)
      returns table (officer_id integer, share double precision)
      language sql stable security definer set search_path = public, pg_temp as
      $$ with sums as (
           select s.counter_id, s.officer_id, greatest(sum(n1 + n2 + n3 + n4 + n5), 0) as n from steps s
            where s.unit_id = unit and not s.set_aside and s.local_day between from_day and to_day
            group by 1, 2),
         places as (
           select counter_id, coalesce(sum(n) filter (where sums.officer_id is null), 0)::float / nullif(sum(n), 0) as open
             from sums group by 1)
         select sums.officer_id, sum(n * places.open)::float / sum(n)
           from sums join places using (counter_id)
          where sums.n > 0 and sums.officer_id is not null
            and (app_may(unit, 'administrator', 'commission', 'unit_leader', 'unit_clerk')
                 or sums.officer_id = app_officer())
          group by 1 $$;
    revoke execute on function unattributed_of_unit, unattributed_share from public;
    grant execute on function unattributed_of_unit, unattributed_share to hai_long_app;
  `)
    .execute(db)
}
