/** What appeared together may be moved together, and nothing smaller without five new ratings: a correction isolates nobody. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- What waits already is taken for shown: it goes out beside five new ratings, never too early.
    alter table waiting add column shown boolean not null default true;
    alter table waiting alter column shown set default false;
    create table shown_together (
      rating_id uuid primary key,
      block uuid not null,
      size integer not null check (size >= 5)
    );
    create index on shown_together (block);
    alter table shown_together enable row level security;
    alter table shown_together force row level security;
    create policy owner_all on shown_together to current_user using (true) with check (true);
    create policy count_all on shown_together to hai_long_count using (true) with check (true);
    grant select, insert, update, delete on shown_together to hai_long_count;
  `)
    .execute(db)
}
