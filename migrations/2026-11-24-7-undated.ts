/** Ratings that arrived while the server's own clock was behind what it had already seen: kept, dated once it is set. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create table undated_ratings (
      rating_id uuid primary key,
      unit_id integer not null,
      counter_id integer not null,
      terminal_id integer not null,
      -- The machine's run and how long it had been up: unlike the clock, these do not go back.
      boot_id text not null,
      uptime_ms double precision not null,
      content_mac bytea not null,
      envelope jsonb not null,
      body jsonb not null
    );
    alter table undated_ratings enable row level security;
    alter table undated_ratings force row level security;
    create policy owner_all on undated_ratings to current_user using (true) with check (true);
    create policy ingest_all on undated_ratings for all to hai_long_ingest using (true) with check (true);
    create policy app_select on undated_ratings for select to hai_long_app using (app_sees_unit(unit_id));
    grant select, insert, delete on undated_ratings to hai_long_ingest;
    -- Enough to say how many wait, and nothing of what they say.
    grant select (unit_id) on undated_ratings to hai_long_app;
  `)
    .execute(db)
}
