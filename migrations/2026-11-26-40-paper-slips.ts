/** How many paper slips came at a counter on a day, handed on unopened: a number beside the figures, never what a slip says. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create table paper_slips (
      paper_slips_id integer generated always as identity primary key,
      unit_id integer not null,
      counter_id integer not null,
      day date not null,
      slips integer not null check (slips between 0 and 1000),
      updated_at timestamptz not null default now(),
      foreign key (unit_id, counter_id) references counters (unit_id, counter_id),
      constraint paper_slips_once unique (counter_id, day)
    );
    create index on paper_slips (unit_id, counter_id, day);
    alter table paper_slips enable row level security;
    alter table paper_slips force row level security;
    create policy owner_all on paper_slips to current_user using (true) with check (true);
    create policy app_select on paper_slips for select to hai_long_app
      using (app_may(unit_id, 'administrator', 'commission', 'unit_leader', 'unit_clerk'));
    create policy app_insert on paper_slips for insert to hai_long_app with check (app_keeps_roster(unit_id));
    create policy app_update on paper_slips for update to hai_long_app using (app_keeps_roster(unit_id));
    create policy app_delete on paper_slips for delete to hai_long_app using (app_keeps_roster(unit_id));
    grant select, insert, update, delete on paper_slips to hai_long_app;
  `)
    .execute(db)
}
