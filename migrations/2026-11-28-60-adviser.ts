/** Who advised on a review is told by their office, and by name where the account is an officer's: a log-in name is nobody's name. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Of a case the reader may read: the adviser's user name, whether they led its unit when they advised, and the name of the
    -- officer whom the account belonged to then. adviser_name stays for a server of the version before.
    create function adviser_of(of_case integer) returns table (username text, leads boolean, officer text)
      language sql stable strict security definer set search_path = public, pg_temp as
      $$ select a.username,
                exists (select from account_roles r where r.account_id = a.account_id and r.role = 'unit_leader'
                  and r.unit_id = c.unit_id and (r.ended_at is null or r.ended_at >= c.advised_at)),
                (select o.name from account_roles r join officers o using (officer_id)
                  where r.account_id = a.account_id and (r.ended_at is null or r.ended_at >= c.advised_at)
                  order by r.grant_id limit 1)
           from cases c join accounts a on a.account_id = c.advised_by
          where c.case_id = of_case and (c.officer_id = app_officer() or app_may(c.unit_id, 'commission', 'unit_leader')) $$;
    revoke execute on function adviser_of from public;
    grant execute on function adviser_of to hai_long_app;
  `)
    .execute(db)
}
