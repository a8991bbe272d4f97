/** Members of the commission who watch single units are named beside them, to the province and to the unit's leader. */
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
    revoke execute on function unit_monitors from public;
    grant execute on function unit_monitors to hai_long_app;
  `)
    .execute(db)
}
