/** Fewer indexes on the path of a rating, and tables that are vacuumed as they are used. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Each index of moments costs every rating; these two served one query a week and one a night. Ratings of a counter are
    -- found through the tablets that stand or stood there, and the night reads the table, which holds 60 days.
    drop index moments_counter;
    drop index moments_received_day;

    create or replace function requeue_counter(counter integer, span tstzrange) returns bigint
      language plpgsql security definer set search_path = public, pg_temp as $$
       declare
         touched bigint;
       begin
         if not exists (select from counters where counter_id = counter and app_keeps_roster(unit_id)) then
           raise insufficient_privilege;
         end if;
         insert into inbox (rating_id)
           select m.rating_id from moments m
            where m.terminal_id in (
                select t.terminal_id from counters c join terminals t using (unit_id, counter_id) where c.counter_id = counter
                union
                select p.terminal_id from counters c join terminal_placements p using (unit_id, counter_id)
                 where c.counter_id = counter)
              and m.counter_id = counter
              and m.corrected_at >= lower(span) and (upper_inf(span) or m.corrected_at < upper(span));
         get diagnostics touched = row_count;
         return touched;
       end $$;

    -- Every connection takes its numbers by the hundred; the order between connections means nothing.
    alter table inbox alter column inbox_id set cache 100;

    -- The inbox lives from hand to mouth, the sums are updated all day: both are cleared often, and the sums have room in
    -- their pages for the next version of a row, so that their indexes need not be touched.
    alter table inbox set (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0.2, autovacuum_vacuum_cost_delay = 0);
    alter table waiting set (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0.2);
    alter table tallies set (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
    alter table unit_tallies set (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
    alter table unit_steps set (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
    alter table terminal_contacts set (fillfactor = 50);
    alter table counting_state set (fillfactor = 10);
    alter table device_sequences set (fillfactor = 70);
  `)
    .execute(db)
}
