/** What citizens said (immutable), its exact moments (destroyed early), remarks, integrity reports, and the inbox of counting. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- One row per rating, never changed and never deleted. Lean on purpose: a day, no time, no sequence.
    -- No foreign keys on the rating path: the server resolves terminal, counter and unit itself, and verify checks them.
    create table ratings (
      rating_id uuid primary key,
      kept bigint not null default 0,
      broken bigint not null default 0,
      unit_id integer not null,
      counter_id integer not null,
      terminal_id integer not null,
      local_day date not null,
      level smallint not null check (level between 1 and 5),
      catalogue_id smallint,
      -- 1 monotonic, 2 wall, 3 received (server/domain/time.ts)
      time_quality smallint not null,
      -- 0 not told, 1 face only, 2 marks too
      shown smallint not null default 0,
      voice_used boolean,
      language text not null
    );

    -- Exact moments, sequence and the content's keyed hash. Times and sequence are destroyed after 35 days, the row after 60.
    create table moments (
      rating_id uuid primary key,
      unit_id integer not null,
      counter_id integer not null,
      terminal_id integer not null,
      corrected_at timestamptz,
      received_at timestamptz,
      rated_at timestamptz,
      device_epoch text,
      sequence bigint,
      dwell_ms bigint,
      received_day date not null,
      content_mac bytea not null
    );
    create index moments_terminal on moments (terminal_id, corrected_at);
    create index moments_counter on moments (counter_id, corrected_at);
    create index moments_received_day on moments using brin (received_day);

    -- Free text, apart from its rating: other readers, other retention.
    create table remarks (
      rating_id uuid primary key,
      unit_id integer not null,
      counter_id integer not null,
      local_day date not null,
      remark text not null check (length(remark) between 1 and 1000)
    );
    create index on remarks (unit_id, local_day);

    -- Signs of wrongdoing. rating_id stands only until counting has found the officer; then nothing leads back.
    create table integrity_reports (
      report_id uuid primary key default gen_random_uuid(),
      rating_id uuid unique,
      unit_id integer not null,
      counter_id integer not null,
      month date not null check (extract(day from month) = 1),
      items text[] not null,
      remark text,
      officer_id integer
    );
    create index on integrity_reports (unit_id, month);

    -- Well-formed, but not countable now; a person decides.
    create table quarantine (
      rating_id uuid primary key,
      unit_id integer not null,
      sent_by_terminal_id integer not null,
      claimed_terminal_id text,
      reason text not null check (reason in ('terminal_revoked', 'unknown_terminal')),
      received_at timestamptz not null,
      content_mac bytea not null,
      body jsonb not null
    );
    create index on quarantine (unit_id);

    -- Ratings to be counted, or counted again.
    create table inbox (
      inbox_id bigint generated always as identity primary key,
      rating_id uuid not null
    );
    alter table inbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
  `)
    .execute(db)
}
