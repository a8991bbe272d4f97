/** Who stands beside whom: members of the commission beside the units they watch, colleagues at an officer's own counters. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create function unit_monitors() returns table (unit_id integer, username text)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select r.unit_id, a.username from account_roles r join accounts a using (account_id)
          where r.role = 'commission' and r.unit_id is not null and r.ended_at is null and a.active
            and (app_everywhere('administrator', 'commission')
                 or r.unit_id = any (app_units('commission', 'unit_leader'))) $$;
    -- Who was assigned at the counters where the officer who asks was assigned too, since a day.
    create function desk_of_officer(since timestamptz)
      returns table (counter_id integer, counter text, officer text, own boolean, starts_at timestamptz, ends_at timestamptz)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select a.counter_id, c.name, o.name, a.officer_id = app_officer(), lower(a.during), upper(a.during)
           from assignments a join counters c using (counter_id) join officers o on o.officer_id = a.officer_id
          where a.during && tstzrange(since, null)
            and a.counter_id in (select w.counter_id from assignments w
                                  where w.officer_id = app_officer() and w.during && tstzrange(since, null))
          order by c.name, a.counter_id, lower(a.during) $$;
    revoke execute on function unit_monitors, desk_of_officer from public;
    grant execute on function unit_monitors, desk_of_officer to hai_long_app;
  `)
    .execute(db)
}
