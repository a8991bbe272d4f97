/** Visits reach the night's judgement: counting reads them, and a day whose visits are told anew is judged again. */
import { type Kysely, sql } from 'kysely'

const readers = `'administrator', 'commission', 'unit_leader', 'unit_clerk'`

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create policy count_select on visits for select to hai_long_count using (true);
    grant select on visits to hai_long_count;
    create policy count_select on terminal_placements for select to hai_long_count using (true);
    grant select on terminal_placements to hai_long_count;

    -- Days of the counter's tablets, now or formerly there, are judged again; days whose moments are gone have no row here.
    create function reopen_visited_days() returns trigger
      language plpgsql security definer set search_path = public, pg_temp as
      $$ declare told visits := coalesce(new, old);
         begin
           update terminal_days set judged_version = null
            where judged_version is not null
              and local_day >= told.day
              and local_day < case told.grain when 'day' then told.day + 1 else (told.day + interval '1 month')::date end
              and terminal_id in (select terminal_id from terminals where counter_id = told.counter_id
                                   union select terminal_id from terminal_placements where counter_id = told.counter_id);
           return null;
         end $$;
    revoke execute on function reopen_visited_days from public;
    create trigger visits_reopen after insert or update or delete on visits
      for each row execute function reopen_visited_days();

    -- As before, but a unit's steps are found by its index instead of a day's steps of the whole province.
    create or replace function response_of_units(from_day date, to_day date)
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
                      where s.unit_id = c.unit_id and s.counter_id = c.counter_id and not s.set_aside
                        and s.local_day between c.first and c.last)), 0)::bigint
           from counted c group by 1 $$;
  `)
    .execute(db)
}
