/**
 * Sums of whole months and years, so that a report costs by the subjects it shows and not by what three years brought; and
 * leaner rows where there are most of them.
 */
import { type Kysely, sql } from 'kysely'

const plain = ['n1', 'n2', 'n3', 'n4', 'n5', 'service_only']
const counts = `${plain.map((name) => `${name} integer not null default 0`).join(', ')}, marks integer[]`
const sums = plain.map((name) => `sum(${name})`).join(', ')
const colleagues = `'administrator', 'commission', 'unit_leader', 'unit_clerk'`
/** Adds up marks place by place; null when nothing was marked. Items have numbers up to 52. */
const marks = `(select array_agg(coalesce(m.total, 0) order by m.place) from (
    select place, nullif(total, 0) as total, max(place) filter (where total <> 0) over () as last
      from unnest(array[${Array.from({ length: 104 }, (_, place) => `sum(marks[${place + 1}])::int`).join(', ')}])
        with ordinality as all_places (total, place)) m where m.place <= m.last)`

const parts = 'months integer[], firsts date[], lasts date[], signs integer[]'
const signed = plain
  .slice(0, 5)
  .map((name) => `sign * ${name} as ${name}`)
  .join(', ')
const published = (where: string) => `(
  with parts as materialized (select * from unnest(months, firsts, lasts, signs) as p (length, first, last, sign))
  select unit_id, counter_id, officer_id, ${signed} from parts join step_months on length = 1 and month between first and last
   where not set_aside and ${where}
  union all
  select unit_id, counter_id, officer_id, ${signed} from parts join steps on length = 0 and local_day between first and last
   where not set_aside and ${where}) published`

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- The live truth by month instead of by day: at three ratings a day its rows were as heavy as the ratings themselves.
    create table month_tallies (
      unit_id integer not null,
      counter_id integer not null,
      officer_id integer,
      month date not null check (extract(day from month) = 1),
      set_aside boolean not null,
      ${counts}
    ) with (fillfactor = 80);
    insert into month_tallies
      select unit_id, counter_id, officer_id, date_trunc('month', local_day)::date, set_aside, ${sums}, ${marks}
        from tallies group by 1, 2, 3, 4, 5 order by 4, 1;

    -- The last local day on which a counter received anything.
    create table counter_activity (
      counter_id integer primary key references counters,
      unit_id integer not null references units,
      last_day date not null
    );
    create index on counter_activity (unit_id);
    insert into counter_activity
      select counter_id, unit_id, max(local_day) from tallies
       where n1 + n2 + n3 + n4 + n5 > 0 group by 1, 2;

    drop table tallies;
    alter table month_tallies rename to tallies;
    alter table tallies add constraint tallies_grain
      unique nulls not distinct (unit_id, month, counter_id, officer_id, set_aside);

    -- Unit days summed over a calendar month (months = 1) or year (months = 12).
    create table unit_tally_spans (
      unit_id integer not null,
      starts_on date not null,
      months smallint not null check (months in (1, 12)),
      set_aside boolean not null,
      ${counts},
      primary key (unit_id, months, starts_on, set_aside)
    ) with (fillfactor = 80);
    create table unit_step_spans (like unit_tally_spans including all);
    alter table unit_step_spans set (fillfactor = 80);
    ${['tally', 'step']
      .map(
        (kind) => `
    insert into unit_${kind}_spans
      select unit_id, date_trunc(unit, local_day)::date, months, set_aside, ${sums}, ${marks}
        from unit_${kind === 'tally' ? 'tallies' : 'steps'}, (values ('month', 1), ('year', 12)) as spans (unit, months)
       group by 1, 2, 3, 4 order by 2, 1;`,
      )
      .join('')}

    -- Published steps summed over a calendar month.
    create table step_months (
      unit_id integer not null,
      counter_id integer not null,
      officer_id integer,
      month date not null check (extract(day from month) = 1),
      set_aside boolean not null,
      ${counts},
      constraint step_months_grain unique nulls not distinct (unit_id, month, counter_id, officer_id, set_aside)
    ) with (fillfactor = 80);
    create index step_months_officer on step_months (officer_id, month) where officer_id is not null;
    insert into step_months
      select unit_id, counter_id, officer_id, date_trunc('month', local_day)::date, set_aside, ${sums}, ${marks}
        from steps group by 1, 2, 3, 4, 5 order by 4, 1;

    -- A step holds a lot's changes of one group at most: small numbers. Nobody asks for a step by its number.
    alter table steps drop column step_id;
    alter table steps
      ${plain.map((name) => `alter ${name} type smallint`).join(', ')},
      alter changes type smallint, alter marks type smallint[];

    drop index steps_day;
    create index steps_day on steps (local_day);
    create index step_months_month on step_months (month);

    -- All units of some days: the primary keys begin with the unit.
    create index unit_tallies_day on unit_tallies (local_day);
    create index unit_steps_day on unit_steps (local_day);
    create index unit_tally_spans_start on unit_tally_spans (months, starts_on);
    create index unit_step_spans_start on unit_step_spans (months, starts_on);

    ${['tallies', 'counter_activity', 'unit_tally_spans', 'unit_step_spans', 'step_months']
      .map(
        (table) => `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy owner_all on ${table} to current_user using (true) with check (true);
    create policy count_all on ${table} for all to hai_long_count using (true) with check (true);
    grant select, insert, update, delete on ${table} to hai_long_count;`,
      )
      .join('')}
    -- The same readers as the rows they are sums of.
    create policy app_select on unit_tally_spans for select to hai_long_app
      using (not (select app_belongs_to_unit()) and ((select app_everywhere('commission', 'administrator'))
             or unit_id = any ((select app_units('commission', 'administrator'))::integer[])));
    create policy app_select on unit_step_spans for select to hai_long_app
      using ((select app_everywhere('commission', 'administrator'))
             or unit_id = any ((select app_units(${colleagues}, 'officer'))::integer[]));
    create policy app_select on step_months for select to hai_long_app
      using ((select app_everywhere('commission', 'administrator'))
             or unit_id = any ((select app_units('commission', 'unit_leader'))::integer[])
             or officer_id = (select app_officer()));
    create policy app_select on counter_activity for select to hai_long_app
      using ((select app_everywhere('administrator', 'commission'))
             or unit_id = any ((select app_units(${colleagues}))::integer[]));
    grant select on unit_tally_spans, unit_step_spans, step_months, counter_activity to hai_long_app;

    drop function last_rated_of_unit(integer);

    -- A tablet's days are judged again as long as their moments are kept; what is older is never looked at.
    grant delete on terminal_days to hai_long_count;
    delete from terminal_days t using counting_state s where t.local_day <= s.moments_destroyed_through;

    create or replace function officer_counted_in_month(officer integer, in_month date) returns bigint
      language sql stable security definer set search_path = public, pg_temp as
      $$ select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0) from tallies
          where app_has('inspector') and officer_id = officer and not set_aside and month = in_month
            and unit_id = (select unit_id from officers where officer_id = officer) $$;

    -- Numbers across a border. A range comes in whole months (1; the first days of its first and last month) and single days
    -- (0), each part added (sign 1) or taken away (sign -1).
    drop function officers_with_figure(integer, integer, date, date);
    create function officers_with_figure(unit integer, except_officer integer, ${parts}) returns bigint
      language sql stable security definer set search_path = public, pg_temp as
      $$ select count(*) from (
           select officer_id from ${published('unit_id = unit')}
            where app_sees_unit(unit) and officer_id <> except_officer
            group by officer_id having sum(n1 + n2 + n3 + n4 + n5) >= 5) others $$;

    drop function service_sums(date, date);
    create function service_sums(${parts}) returns table (service text, n bigint, positive bigint)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select c.service, sum(n1 + n2 + n3 + n4 + n5), sum(n4 + n5)
           from ${published('true')} join counters c using (counter_id)
          where app_account() is not null and c.service is not null
          group by c.service
         having count(distinct published.unit_id) >= 3 and sum(n1 + n2 + n3 + n4 + n5) >= 30
            and least(sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)) >= 0 $$;

    drop function officer_spread(integer, date, date);
    create function officer_spread(unit integer, ${parts})
      returns table (subjects bigint, n bigint, positive bigint, n_squared float8, square float8)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select count(*), coalesce(sum(o.n), 0), coalesce(sum(o.positive), 0),
                coalesce(sum(o.n::float8 * o.n), 0), coalesce(sum(o.positive::float8 * o.positive / o.n), 0)
           from (select sum(n1 + n2 + n3 + n4 + n5) as n, sum(n4 + n5) as positive
                   from ${published('(unit is null or unit_id = unit)')}
                  where app_account() is not null and officer_id is not null
                    and (unit is null or app_sees_unit(unit))
                  group by officer_id
                 having sum(n1 + n2 + n3 + n4 + n5) >= 10
                    and least(sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)) >= 0) o $$;
    revoke execute on function officers_with_figure, service_sums, officer_spread from public;
    grant execute on function officers_with_figure, service_sums, officer_spread to hai_long_app;
  `)
    .execute(db)
}
