/** Sums for the annex of a figure that reach across what its reader may see: numbers about many, never about one. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create index steps_day on steps (local_day) where officer_id is not null;

    -- The province's share per service of a counter, from published steps; only services that three units or more have, or
    -- the rate would be somebody's own figure.
    create function service_sums(from_day date, to_day date) returns table (service text, n bigint, positive bigint)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select c.service, sum(n1 + n2 + n3 + n4 + n5), sum(n4 + n5)
           from steps s join counters c using (counter_id)
          where app_account() is not null and not s.set_aside and c.service is not null
            and s.local_day between from_day and to_day
          group by c.service
         having count(distinct s.unit_id) >= 3 and sum(n1 + n2 + n3 + n4 + n5) >= 30
            and least(sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)) >= 0 $$;

    -- How much officers differ, in a unit or (null) in the province: five sums over those with ten published ratings or more.
    create function officer_spread(unit integer, from_day date, to_day date)
      returns table (subjects bigint, n bigint, positive bigint, n_squared float8, square float8)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select count(*), coalesce(sum(o.n), 0), coalesce(sum(o.positive), 0),
                coalesce(sum(o.n::float8 * o.n), 0), coalesce(sum(o.positive::float8 * o.positive / o.n), 0)
           from (select sum(n1 + n2 + n3 + n4 + n5) as n, sum(n4 + n5) as positive
                   from steps
                  where app_account() is not null and officer_id is not null and not set_aside
                    and (unit is null or app_sees_unit(unit) and unit_id = unit)
                    and local_day between from_day and to_day
                  group by officer_id
                 having sum(n1 + n2 + n3 + n4 + n5) >= 10
                    and least(sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)) >= 0) o $$;
    revoke execute on function service_sums, officer_spread from public;
    grant execute on function service_sums, officer_spread to hai_long_app;
  `)
    .execute(db)
}
