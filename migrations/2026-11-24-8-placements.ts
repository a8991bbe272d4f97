/** Where a tablet stood before: a moved tablet's old queue still counts at the counter where it was tapped. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Terminal X stood at this counter until that moment; where it stands now is in terminals.
    create table terminal_placements (
      terminal_id integer not null references terminals,
      unit_id integer not null,
      counter_id integer not null,
      until_at timestamptz not null,
      primary key (terminal_id, until_at),
      foreign key (unit_id, counter_id) references counters (unit_id, counter_id)
    );
    create index on terminal_placements (unit_id, counter_id);
    alter table terminal_placements enable row level security;
    alter table terminal_placements force row level security;
    create policy owner_all on terminal_placements to current_user using (true) with check (true);
    create policy ingest_select on terminal_placements for select to hai_long_ingest using (true);
    create policy app_select on terminal_placements for select to hai_long_app
      using (app_sees_unit(unit_id) and app_sees_colleagues());
    create policy app_insert on terminal_placements for insert to hai_long_app with check (app_keeps_roster(unit_id));
    grant select on terminal_placements to hai_long_ingest;
    grant select, insert on terminal_placements to hai_long_app;

    grant update (counter_id) on terminals to hai_long_app;
    -- A tablet that is paired anew shows its old token, and with it ends the pairing it leaves.
    grant update (revoked_at) on terminals to hai_long_ingest;
  `)
    .execute(db)
}
