/** Ratings and verdicts in fewer bytes: a byte for each mark instead of two masks of eight, and small numbers as single bytes. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Every commitment ever used; item_id is its number in ratings.marks and its place in marks arrays.
    alter table commitments drop constraint commitments_item_id_check;
    alter table commitments add constraint commitments_item_id_check check (item_id between 1 and 127);

    -- Made anew and not altered: a column that is dropped stays in every row as a null, and costs the bytes it was to save.
    -- Rows keep their order: those of closed months lie by their ids.
    alter table ratings rename to ratings_before;
    alter table ratings_before rename constraint ratings_pkey to ratings_before_pkey;
    create table ratings (
      rating_id uuid not null,
      unit_id integer not null,
      counter_id integer not null,
      terminal_id integer not null,
      local_day date not null,
      level smallint not null,
      catalogue_id smallint,
      -- 1 monotonic, 2 wall, 3 received (server/domain/time.ts)
      time_quality smallint not null,
      -- 0 not told, 1 face only, 2 marks too
      shown smallint not null default 0,
      voice_used boolean,
      language text not null,
      -- A byte for each mark, the item's number, 128 more where it was not kept (server/domain/marks.ts)
      marks bytea not null default ''
    ) with (autovacuum_vacuum_scale_factor = 0.01);
    -- Mask by mask instead of row by row: few of them exist, and taking one apart is slow.
    create temp table masks on commit drop as
      select kept, broken,
             (select coalesce(string_agg(set_byte('\\x00', 0, item + case when broken >> (item - 1) & 1 = 1 then 128 else 0 end),
                                         '' order by item), '')
                from generate_series(1, 52) item where (kept | broken) >> (item - 1) & 1 = 1) as marks
        from (select distinct kept, broken from ratings_before) m;
    analyze masks;
    insert into ratings (rating_id, unit_id, counter_id, terminal_id, local_day, level, catalogue_id, time_quality, shown,
                         voice_used, language, marks)
      select rating_id, unit_id, counter_id, terminal_id, local_day, level, catalogue_id, time_quality, shown,
             voice_used, language, marks
        from ratings_before join masks using (kept, broken) order by ratings_before.ctid;
    drop table ratings_before;
    alter table ratings add constraint ratings_pkey primary key (rating_id);
    alter table ratings add constraint ratings_level_check check (level between 1 and 5);
    alter table ratings enable row level security;
    alter table ratings force row level security;
    create policy owner_all on ratings to current_user using (true) with check (true);
    create policy ingest_all on ratings for all to hai_long_ingest using (true) with check (true);
    create policy count_all on ratings for all to hai_long_count using (true) with check (true);
    grant insert on ratings to hai_long_ingest;
    grant select (rating_id) on ratings to hai_long_ingest;
    grant select on ratings to hai_long_count;

    alter table verdicts rename to verdicts_before;
    alter table verdicts_before rename constraint verdicts_pkey to verdicts_before_pkey;
    create table verdicts (
      rating_id uuid not null,
      officer_id integer,
      set_aside smallint not null default 0,
      -- Numbers of one byte, to be read as noted::int and rules_version::int.
      noted "char" not null default 0::"char",
      rules_version "char" not null
    ) with (autovacuum_vacuum_scale_factor = 0.01);
    insert into verdicts (rating_id, officer_id, set_aside, noted, rules_version)
      select rating_id, officer_id, set_aside, noted::int::"char", rules_version::int::"char" from verdicts_before order by ctid;
    drop table verdicts_before;
    alter table verdicts add constraint verdicts_pkey primary key (rating_id);
    alter table verdicts enable row level security;
    alter table verdicts force row level security;
    create policy owner_all on verdicts to current_user using (true) with check (true);
    create policy count_all on verdicts for all to hai_long_count using (true) with check (true);
    grant delete, insert, select, update on verdicts to hai_long_count;

    -- Room for a row or two to be written again on its own page; a month that is over needs none.
    alter table tallies set (fillfactor = 90);
    alter table step_months set (fillfactor = 90);
    alter table unit_tallies set (fillfactor = 90);
    alter table unit_steps set (fillfactor = 90);
  `)
    .execute(db)
}
