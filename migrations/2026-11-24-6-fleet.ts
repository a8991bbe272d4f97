/** What the fleet tells of itself: how many of a tablet's numbered ratings have come, and numbers that came twice. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- One row per life of a tablet's store (device_epoch). Sums only: which rating bore which number goes with the moments.
    create table device_sequences (
      unit_id integer not null references units,
      device_epoch text not null check (length(device_epoch) <= 40),
      -- The pairing its ratings were last tapped under.
      terminal_id integer not null references terminals,
      -- Numbers run 1, 2, 3, …: highest - (received - repeated) of them are still missing.
      highest bigint not null,
      received bigint not null,
      -- Ratings whose number another rating of the same store already had: two tablets share one image.
      repeated bigint not null default 0,
      primary key (unit_id, device_epoch)
    );
    create index on device_sequences (terminal_id);
    alter table device_sequences enable row level security;
    alter table device_sequences force row level security;
    create policy owner_all on device_sequences to current_user using (true) with check (true);
    create policy count_all on device_sequences for all to hai_long_count using (true) with check (true);
    create policy app_select on device_sequences for select to hai_long_app
      using (app_sees_unit(unit_id) and app_sees_colleagues());
    grant select, insert, update on device_sequences to hai_long_count;
    grant select on device_sequences to hai_long_app;

    -- Numbers of one store that wait in quarantine: not missing, only not countable. A count per store, no contents.
    create function quarantined_of_unit(unit integer) returns table (device_epoch text, waiting bigint)
      language sql stable security definer set search_path = public as
      $$ select body -> 'rating' ->> 'device_epoch', count(*) from quarantine
          where app_sees_unit(unit) and app_sees_colleagues() and unit_id = unit
            and body -> 'rating' ->> 'sequence' is not null
          group by 1 $$;

    -- The last day on which each counter of a unit received anything: a day, no number, no level.
    create function last_rated_of_unit(unit integer) returns table (counter_id integer, last_day date)
      language sql stable security definer set search_path = public as
      $$ select t.counter_id, max(t.local_day) from tallies t
          where app_sees_unit(unit) and app_sees_colleagues() and t.unit_id = unit
            and t.n1 + t.n2 + t.n3 + t.n4 + t.n5 > 0
          group by 1 $$;

    revoke execute on function quarantined_of_unit, last_rated_of_unit from public;
    grant execute on function quarantined_of_unit, last_rated_of_unit to hai_long_app;
  `)
    .execute(db)
}
