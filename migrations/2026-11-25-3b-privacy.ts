/** Remarks are masked before anybody reads them and their raw text is destroyed; closed months are written anew in order of id. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table remarks
      -- What may be shown: telephones, identity numbers, plates, e-mail and officers' names taken out. Null = not done yet.
      add column masked text,
      -- Null once it was destroyed.
      alter column remark drop not null,
      add constraint remarks_kept check (remark is not null or masked is not null);
    create index remarks_unmasked on remarks (rating_id) where masked is null;
    revoke select (remark) on remarks from hai_long_app;
    grant select (masked) on remarks to hai_long_app;
    create policy count_all on remarks for all to hai_long_count using (true) with check (true);
    grant select, update (remark, masked) on remarks to hai_long_count;
    create policy count_select on officers for select to hai_long_count using (true);
    grant select (unit_id, name) on officers to hai_long_count;
    -- A rating in quarantine keeps its words no longer than any other.
    create policy count_all on quarantine for all to hai_long_count using (true) with check (true);
    grant select (received_at, body), update (body) on quarantine to hai_long_count;

    -- How far each closed month has been written anew.
    create table month_rewrites (
      month date primary key check (extract(day from month) = 1),
      -- Ratings written; compared with those there are, so that late ones are written in as well.
      ratings bigint not null,
      -- The last id done while it is under way, else null.
      through uuid,
      finished_on date
    );
    alter table month_rewrites enable row level security;
    alter table month_rewrites force row level security;
    create policy owner_all on month_rewrites to current_user using (true) with check (true);
    create policy count_all on month_rewrites for all to hai_long_count using (true) with check (true);
    grant select, insert, update on month_rewrites to hai_long_count;

    -- Rows lie in a table in the order in which they came, and each bears the number of the transaction that wrote it: after
    -- all times are gone, both still tell who came after whom. This writes up to 'size' ratings of a closed month anew, in
    -- order of their random ids and in one transaction, with their verdicts, remarks and what is left of their moments. No
    -- role of the server may change or delete a rating; this function acts as the owner and can only put the same row back:
    -- it takes no values, refuses months of which a moment is still known, and counts what it moved.
    create function rewrite_month(in_month date, after uuid, size integer, out last_id uuid, out moved integer)
      language plpgsql security definer set search_path = public, pg_temp as
      $$ declare
           ids uuid[];
           written integer;
           part text;
         begin
           select array_agg(rating_id order by rating_id) into ids from (
             select rating_id from ratings
              where local_day >= in_month and local_day < in_month + interval '1 month'
                and (after is null or rating_id > after)
              order by rating_id limit size) batch;
           moved := coalesce(cardinality(ids), 0);
           if moved = 0 then return; end if;
           last_id := ids[moved];
           if exists (select from moments where rating_id = any (ids) and corrected_at is not null) then
             raise exception 'the month % is not closed: moments are still known', in_month using errcode = '55000';
           end if;
           with gone as (delete from ratings where rating_id = any (ids) returning *)
             insert into ratings select * from gone order by rating_id;
           get diagnostics written = row_count;
           if written <> moved then
             raise exception 'of % ratings % were written', moved, written using errcode = 'XX000';
           end if;
           foreach part in array array['verdicts', 'remarks', 'moments'] loop
             execute format(
               'with gone as (delete from %1$I where rating_id = any ($1) returning *)
                  insert into %1$I select * from gone order by rating_id', part) using ids;
           end loop;
         end $$;
    revoke execute on function rewrite_month from public;
    grant execute on function rewrite_month to hai_long_count;
    -- Dead copies of rewritten rows still bear the old numbers until they are cleared away: soon, not at a fifth of the table.
    alter table ratings set (autovacuum_vacuum_scale_factor = 0.01);
    alter table verdicts set (autovacuum_vacuum_scale_factor = 0.01);
    alter table remarks set (autovacuum_vacuum_scale_factor = 0.01);

    -- Everybody reads in the log what they did themselves.
    drop policy app_select on audit;
    create policy app_select on audit for select to hai_long_app
      using (app_has('administrator') or app_has('inspector') or app_may(unit_id, 'unit_leader') or account_id = app_account());
  `)
    .execute(db)
}
