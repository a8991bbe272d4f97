/** An officer learns that the tablet at their counter is out of contact: what is still on it is in none of their figures. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Counters where the officer who asks is assigned at a moment, with a tablet that was last heard of before another one: the
    -- day, and nothing of what is on it.
    create function silent_at_desk(at timestamptz, heard_before timestamptz) returns table (counter text, last_day date)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select c.name, max((coalesce(k.last_contact_at, t.paired_at) at time zone 'Asia/Ho_Chi_Minh')::date)
           from assignments a join counters c using (counter_id) join terminals t on t.counter_id = a.counter_id
           left join terminal_contacts k using (terminal_id)
          where a.officer_id = app_officer() and app_may(a.unit_id, 'officer') and a.during @> at
            and t.revoked_at is null and t.paired_at is not null
            and coalesce(k.last_contact_at, t.paired_at) < heard_before
          group by c.counter_id, c.name order by c.name $$;
    revoke execute on function silent_at_desk from public;
    grant execute on function silent_at_desk to hai_long_app;
  `)
    .execute(db)
}
