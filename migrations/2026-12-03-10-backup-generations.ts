/** Which copies tablets may drop is counted in backups, not read off a clock. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Goes up by one before each backup takes its snapshot. An acknowledgement carries the number read after its commit, so
    -- whatever was acknowledged under a smaller number than a backup's own is in that backup.
    alter table server_state add column backup_generation integer not null default 0 check (backup_generation >= 0);

    alter table verified_backups
      -- Null in rows of before: such a backup lets nothing go.
      add column epoch uuid,
      add column generation integer check (generation > 0),
      -- It was written to another disk than the database's.
      add column elsewhere boolean not null default false,
      -- Taken back: what was said of it no longer holds.
      add column withdrawn_at timestamptz;
    drop index verified_backups_cut_off_idx;
  `)
    .execute(db)
}
