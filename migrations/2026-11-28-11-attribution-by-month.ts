/** What of officers' counters has nobody's name is read by whole months, and for many units at once. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    drop function unattributed_share;
    -- By officer: the share of the published ratings at their counters that have no officer, each counter weighted by the
    -- officer's own ratings there. The parts of the range are months (length 1) or days (0), added or taken away.
    create function unattributed_shares(units integer[], months integer[], firsts date[], lasts date[], signs integer[])
      returns table (officer_id integer, share double precision)
      language sql stable security definer set search_path = public, pg_temp as
      $$ with parts as materialized (
           select * from unnest(months, firsts, lasts, signs) as p (length, first, last, sign)),
         published as (
           select m.counter_id, m.officer_id, m.unit_id, sign * (n1 + n2 + n3 + n4 + n5) as n
             from parts join step_months m on length = 1 and m.month between first and last
            where m.unit_id = any (units) and not m.set_aside
           union all
           select s.counter_id, s.officer_id, s.unit_id, sign * (n1 + n2 + n3 + n4 + n5)
             from parts join steps s on length = 0 and s.local_day between first and last
            where s.unit_id = any (units) and not s.set_aside),
         sums as (
           select counter_id, published.officer_id, unit_id, greatest(sum(n), 0) as n from published group by 1, 2, 3),
         places as (
           select counter_id, coalesce(sum(n) filter (where sums.officer_id is null), 0)::float / nullif(sum(n), 0) as open
             from sums group by 1)
         select sums.officer_id, sum(n * places.open)::float / sum(n)
           from sums join places using (counter_id)
          where sums.n > 0 and sums.officer_id is not null
            and ((select app_everywhere('administrator', 'commission', 'unit_leader', 'unit_clerk'))
                 or unit_id = any ((select app_units('administrator', 'commission', 'unit_leader', 'unit_clerk'))::integer[])
                 or sums.officer_id = (select app_officer()))
          group by 1 $$;
    revoke execute on function unattributed_shares from public;
    grant execute on function unattributed_shares to hai_long_app;
  `)
    .execute(db)
}
