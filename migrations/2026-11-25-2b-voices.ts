/** What tablets say aloud in languages without letters on them, recorded by staff and approved by a second person; and the PIN of the service corner. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Whoever records for a unit keeps its roster; what is said in the whole province is recorded by administrators, and
    -- may be approved by the commission, whose people speak the languages.
    create function app_records_voice(unit integer) returns boolean language sql stable parallel safe as
      $$ select case when unit is null then app_everywhere('administrator') else app_keeps_roster(unit) end $$;
    -- What is said in the whole province is seen by whoever looks after tablets anywhere in it.
    create function app_sees_voice(unit integer) returns boolean language sql stable parallel safe as
      $$ select app_may(unit, 'administrator', 'commission', 'unit_leader', 'unit_clerk')
             or unit is null and app_units('commission', 'unit_leader', 'unit_clerk') <> '{}' $$;
    create function app_approves_voice(unit integer) returns boolean language sql stable parallel safe as
      $$ select case when unit is null then app_everywhere('administrator', 'commission') else app_keeps_roster(unit) end $$;

    -- Eight sentences of one language, for one unit or (unit_id null) for the province.
    create table voice_sets (
      voice_set_id integer generated always as identity primary key,
      unit_id integer references units,
      language text not null
        check (length(language) <= 35 and language ~ '^([a-z]{2,3}(-[A-Za-z0-9]{1,8})*|x(-[A-Za-z0-9]{1,8})+)$'),
      -- As it stands on the button.
      name text not null check (length(name) between 1 and 40),
      -- Read by a machine, to be replaced by a person.
      stand_in boolean not null default false,
      state text not null default 'draft' check (state in ('draft', 'submitted', 'approved', 'replaced', 'withdrawn')),
      -- Why it was sent back, last time.
      note text check (length(note) between 1 and 500),
      -- Written by the trigger below alone: who recorded the clips that are there, and how many there are.
      recorders integer[] not null default '{}',
      clips smallint not null default 0,
      approved_by integer references accounts,
      approved_at timestamptz,
      created_at timestamptz not null,
      changed_at timestamptz not null,
      constraint voice_sets_second_person check (approved_by is null or approved_by <> all (recorders)),
      constraint voice_sets_whole check (state not in ('submitted', 'approved') or clips = 8),
      constraint voice_sets_approval
        check (state not in ('approved', 'replaced') or (approved_by is not null and approved_at is not null))
    );
    create index on voice_sets (unit_id);
    create index on voice_sets (approved_by);
    create unique index voice_sets_one_open on voice_sets (coalesce(unit_id, 0), language)
      where state in ('draft', 'submitted');
    create unique index voice_sets_one_approved on voice_sets (coalesce(unit_id, 0), language) where state = 'approved';

    create table voice_clips (
      voice_set_id integer not null references voice_sets,
      clip text not null check (clip in
        ('question', 'level_1', 'level_2', 'level_3', 'level_4', 'level_5', 'recorded', 'language')),
      sha256 bytea not null check (length(sha256) = 32),
      media_type text not null check (media_type in ('audio/mpeg', 'audio/ogg', 'audio/webm', 'audio/mp4', 'audio/wav')),
      duration_ms integer not null check (duration_ms between 1 and 15000),
      content bytea not null check (length(content) between 1 and 300000),
      recorded_by integer not null references accounts,
      recorded_at timestamptz not null,
      primary key (voice_set_id, clip)
    );
    create index on voice_clips (recorded_by);
    create index on voice_clips (sha256);

    -- What was approved is what was heard: clips change while their set is a draft, and never after.
    create function note_voice_clips() returns trigger language plpgsql security definer set search_path = public, pg_temp as
      $$ declare
           changed integer := case when tg_op = 'DELETE' then old.voice_set_id else new.voice_set_id end;
         begin
           update voice_sets set
             recorders = (select coalesce(array_agg(distinct recorded_by), '{}') from voice_clips where voice_set_id = changed),
             clips = (select count(*) from voice_clips where voice_set_id = changed)
            where voice_set_id = changed and state = 'draft';
           if not found then
             raise check_violation using constraint = 'voice_clips_of_drafts', message = 'only a draft takes clips';
           end if;
           return null;
         end $$;
    create trigger note_voice_clips after insert or update or delete on voice_clips
      for each row execute function note_voice_clips();
    revoke execute on function note_voice_clips from public;

    -- The name of a set's content: changes with any of its clips, null while one is missing.
    create function voice_version(wanted integer) returns text language sql stable as
      $$ select case when count(*) = 8 then left(encode(sha256(convert_to(
                  string_agg(c.clip || ' ' || encode(c.sha256, 'hex'), ',' order by c.clip), 'UTF8')), 'hex'), 16) end
           from voice_clips c where c.voice_set_id = wanted $$;

    -- The PIN of the service corner: tablets check it without a network, and nobody can read it back.
    create table service_pins (
      unit_id integer primary key references units,
      salt bytea not null,
      hash bytea not null,
      iterations integer not null,
      set_by integer not null references accounts,
      set_at timestamptz not null
    );
    create index on service_pins (set_by);

    alter table voice_sets enable row level security;
    alter table voice_sets force row level security;
    alter table voice_clips enable row level security;
    alter table voice_clips force row level security;
    alter table service_pins enable row level security;
    alter table service_pins force row level security;
    create policy owner_all on voice_sets to current_user using (true) with check (true);
    create policy owner_all on voice_clips to current_user using (true) with check (true);
    create policy owner_all on service_pins to current_user using (true) with check (true);

    create policy ingest_select on voice_sets for select to hai_long_ingest using (state in ('approved', 'replaced'));
    create policy ingest_select on voice_clips for select to hai_long_ingest
      using (exists (select from voice_sets s where s.voice_set_id = voice_clips.voice_set_id));
    create policy ingest_select on service_pins for select to hai_long_ingest using (true);
    grant select on voice_sets, voice_clips to hai_long_ingest;
    grant select (unit_id, salt, hash, iterations) on service_pins to hai_long_ingest;

    create policy app_select on voice_sets for select to hai_long_app
      using (app_sees_voice(unit_id));
    create policy app_insert on voice_sets for insert to hai_long_app with check (app_records_voice(unit_id));
    create policy app_update on voice_sets for update to hai_long_app
      using (app_approves_voice(unit_id)) with check (app_approves_voice(unit_id));
    create policy app_select on voice_clips for select to hai_long_app
      using (exists (select from voice_sets s where s.voice_set_id = voice_clips.voice_set_id));
    create policy app_insert on voice_clips for insert to hai_long_app
      with check (recorded_by = app_account() and exists (select from voice_sets s
        where s.voice_set_id = voice_clips.voice_set_id and app_records_voice(s.unit_id)));
    create policy app_update on voice_clips for update to hai_long_app
      using (exists (select from voice_sets s where s.voice_set_id = voice_clips.voice_set_id and app_records_voice(s.unit_id)))
      with check (recorded_by = app_account() and exists (select from voice_sets s
        where s.voice_set_id = voice_clips.voice_set_id and app_records_voice(s.unit_id)));
    create policy app_select on service_pins for select to hai_long_app
      using (app_may(unit_id, 'administrator', 'commission', 'unit_leader', 'unit_clerk'));
    create policy app_insert on service_pins for insert to hai_long_app
      with check (app_keeps_roster(unit_id) and set_by = app_account());
    create policy app_update on service_pins for update to hai_long_app
      using (app_keeps_roster(unit_id)) with check (app_keeps_roster(unit_id) and set_by = app_account());

    grant select on voice_sets, voice_clips to hai_long_app;
    grant insert (unit_id, language, name, stand_in, created_at, changed_at) on voice_sets to hai_long_app;
    -- Not recorders and clips: the rule of the second person must not be in the hands of those it binds.
    grant update (name, stand_in, state, note, approved_by, approved_at, changed_at) on voice_sets to hai_long_app;
    grant insert on voice_clips to hai_long_app;
    grant update (sha256, media_type, duration_ms, content, recorded_by, recorded_at) on voice_clips to hai_long_app;
    -- Six digits could be tried out on the hash, so staff cannot read it; tablets are sent it.
    grant select (unit_id, set_at) on service_pins to hai_long_app;
    grant insert on service_pins to hai_long_app;
    grant update (salt, hash, iterations, set_by, set_at) on service_pins to hai_long_app;
  `)
    .execute(db)
}
