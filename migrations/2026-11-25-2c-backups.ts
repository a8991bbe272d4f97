/** Backups that were read back and found whole, the moment a restored database reaches, and decisions about quarantined ratings. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- A backup file that was read back after it was written. Everything committed before cut_off is in it.
    create table verified_backups (
      backup_id integer generated always as identity primary key,
      cut_off timestamptz not null,
      verified_at timestamptz not null,
      -- Of the file as it lies on the disk: tells whether a copy is this one.
      sha256 bytea not null check (length(sha256) = 32),
      ratings bigint not null check (ratings >= 0)
    );
    create index on verified_backups (cut_off);
    alter table verified_backups enable row level security;
    alter table verified_backups force row level security;
    create policy owner_all on verified_backups to current_user using (true) with check (true);
    create policy ingest_select on verified_backups for select to hai_long_ingest using (true);
    create policy app_select on verified_backups for select to hai_long_app using (true);
    grant select on verified_backups to hai_long_ingest, hai_long_app;

    -- What the backup held that this body of data was restored from; null = it was never restored.
    alter table server_state add column restored_through timestamptz;

    -- A person decides about what was kept aside: counted where it was tapped, or left uncounted, with the reason.
    alter table quarantine
      -- The day of the tap, corrected like any other; null for rows of before.
      add column local_day date,
      add column decision text check (decision in ('accepted', 'refused')),
      add column decided_at timestamptz,
      add constraint quarantine_decided check ((decision is null) = (decided_at is null));
    create index on quarantine (sent_by_terminal_id);
    create index quarantine_refused on quarantine (decision) where decision = 'refused';
    grant select on quarantine to hai_long_ingest;
    -- No role may delete what a citizen said; what is a rating by now is not kept twice.
    create function forget_stored_quarantine() returns bigint
      language plpgsql security definer set search_path = public, pg_temp as
      $$ declare
           touched bigint;
         begin
           delete from quarantine q using moments m where m.rating_id = q.rating_id and m.content_mac = q.content_mac;
           get diagnostics touched = row_count;
           return touched;
         end $$;
    revoke execute on function forget_stored_quarantine from public;
    grant execute on function forget_stored_quarantine to hai_long_ingest;

    -- Approving for the province is the administrators' own business, two of them.
    create or replace function app_approves_voice(unit integer) returns boolean language sql stable parallel safe as
      $$ select app_records_voice(unit) $$;

    -- Numbers of one store that are here and not counted: held = not missing, waiting = for somebody to decide.
    drop function quarantined_of_unit(integer);
    create function quarantined_of_unit(unit integer) returns table (device_epoch text, held bigint, waiting bigint)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select body -> 'rating' ->> 'device_epoch', count(*), count(*) filter (where decision is null) from quarantine q
          where app_may(unit, 'administrator', 'commission', 'unit_leader', 'unit_clerk') and unit_id = unit
            and body -> 'rating' ->> 'sequence' is not null
            and not exists (select from ratings r where r.rating_id = q.rating_id)
          group by 1 $$;

    -- Counts and days of what waits, never what it says; and where it would count: at the pairing that it names and that
    -- is known here, else at the one that sent it.
    create function quarantine_groups() returns table (
        unit_id integer, sent_by integer, sent_by_name text, claimed text, reason text, waiting bigint, accepted bigint,
        refused bigint, first_day date, last_day date, counts_in integer, counts_in_name text, counts_at text)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select q.unit_id, q.sent_by_terminal_id, t.name, q.claimed_terminal_id, q.reason,
                count(*) filter (where q.decision is null), count(*) filter (where q.decision = 'accepted'),
                count(*) filter (where q.decision = 'refused'), min(q.local_day), max(q.local_day),
                u.unit_id, u.name, c.name
           from quarantine q
           join terminals t on t.terminal_id = q.sent_by_terminal_id
           left join terminals k on k.terminal_id::text = q.claimed_terminal_id
           join counters c on c.counter_id = coalesce(k.counter_id, t.counter_id)
           join units u on u.unit_id = coalesce(k.unit_id, t.unit_id)
          where app_may(q.unit_id, 'administrator', 'unit_leader')
            and not exists (select from ratings r where r.rating_id = q.rating_id)
          group by q.unit_id, q.sent_by_terminal_id, t.name, q.claimed_terminal_id, q.reason, u.unit_id, u.name, c.name $$;

    -- Notes the decision; receiving moves what was accepted. A refusal may be taken back, an acceptance not. What would
    -- count in another unit is for the province to decide.
    create function decide_quarantine(sent_by integer, claimed text, wanted text, at timestamptz)
      returns bigint language plpgsql security definer set search_path = public, pg_temp as
      $$ declare
           touched bigint;
         begin
           update quarantine q set decision = wanted, decided_at = at
            where q.sent_by_terminal_id = sent_by and q.claimed_terminal_id is not distinct from claimed
              and app_may(q.unit_id, 'administrator', 'unit_leader')
              and (app_everywhere('administrator') or not exists (
                    select from terminals k where k.terminal_id::text = claimed and k.unit_id <> q.unit_id))
              and (q.decision is null or q.decision = 'refused' and wanted = 'accepted')
              and not exists (select from ratings r where r.rating_id = q.rating_id);
           get diagnostics touched = row_count;
           return touched;
         end $$;
    revoke execute on function quarantined_of_unit, quarantine_groups, decide_quarantine from public;
    grant execute on function quarantined_of_unit, quarantine_groups, decide_quarantine to hai_long_app;
  `)
    .execute(db)
}
