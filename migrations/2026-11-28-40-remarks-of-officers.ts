/** An officer reads what was written at their service: whose remark it is, and the day of the step it came with. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Both null: shown to no officer. What appeared in steps before this migration stays so: beside whom is not known any more.
    alter table remarks add column officer_id integer, add column shown_on date,
      add constraint remarks_shown check ((officer_id is null) = (shown_on is null));
    create index remarks_officer on remarks (officer_id, shown_on) where officer_id is not null;
    grant update (officer_id, shown_on) on remarks to hai_long_count;
    -- The policy of the table stays closed to officers: it would open the day on which a remark was written.
    create function remarks_of_officer(first date, last date) returns table (shown_on date, remark text)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select r.shown_on, r.masked from remarks r
          where r.officer_id = app_officer() and app_may(r.unit_id, 'officer') and not app_may(r.unit_id, 'commission', 'unit_leader')
            and r.masked is not null and r.shown_on between first and last $$;
    revoke execute on function remarks_of_officer from public;
    grant execute on function remarks_of_officer to hai_long_app;
  `)
    .execute(db)
}
