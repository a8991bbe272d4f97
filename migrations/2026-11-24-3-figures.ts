/** Everything counting derives: verdicts, tallies, what waits, and the published steps. All of it can be made again from ratings. */
import { type Kysely, sql } from 'kysely'

// marks holds, per commitment with item_id i, kept counts at 2i-1 and broken counts at 2i; null when there are none.
const counts = `
  n1 integer not null default 0,
  n2 integer not null default 0,
  n3 integer not null default 0,
  n4 integer not null default 0,
  n5 integer not null default 0,
  service_only integer not null default 0,
  marks integer[]`

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Where a rating counts now: its officer (null = nobody was assigned) and whether it is set aside (0 = counted).
    create table verdicts (
      rating_id uuid primary key,
      officer_id integer,
      set_aside smallint not null default 0,
      noted smallint not null default 0,
      rules_version smallint not null
    );

    -- Adds two marks arrays place by place; null counts as no marks, the shorter one as if filled with zeros.
    create function add_marks(a integer[], b integer[]) returns integer[]
      language sql immutable parallel safe set search_path = pg_catalog as
      $$ select case when a is null then b when b is null then a else
           (select array_agg(coalesce(x, 0) + coalesce(y, 0) order by i) from unnest(a, b) with ordinality as t (x, y, i))
         end $$;

    -- The live truth, one grain.
    create table tallies (
      unit_id integer not null,
      counter_id integer not null,
      officer_id integer,
      local_day date not null,
      set_aside boolean not null,
      ${counts},
      constraint tallies_grain unique nulls not distinct (unit_id, local_day, counter_id, officer_id, set_aside)
    );
    -- The same summed per unit and day.
    create table unit_tallies (
      unit_id integer not null,
      local_day date not null,
      set_aside boolean not null,
      ${counts},
      primary key (unit_id, local_day, set_aside)
    );

    -- Changes not yet published: rating r joined (+1) or left (-1) the ratings of one officer at one counter.
    create table waiting (
      rating_id uuid not null,
      unit_id integer not null,
      counter_id integer not null,
      officer_id integer,
      set_aside boolean not null,
      sign smallint not null check (sign in (-1, 1)),
      constraint waiting_once unique nulls not distinct (counter_id, officer_id, set_aside, rating_id)
    );

    -- Published sums of five or more changes, dated with the newest one's local day.
    create table steps (
      step_id bigint generated always as identity primary key,
      unit_id integer not null,
      counter_id integer not null,
      officer_id integer,
      local_day date not null,
      set_aside boolean not null,
      changes integer not null check (changes >= 5),
      ${counts}
    );
    create index steps_unit on steps (unit_id, local_day);
    create index steps_officer on steps (officer_id, local_day) where officer_id is not null;
    -- The same summed per unit and day.
    create table unit_steps (
      unit_id integer not null,
      local_day date not null,
      set_aside boolean not null,
      ${counts},
      primary key (unit_id, local_day, set_aside)
    );

    -- One row: how far counting has come.
    create table counting_state (
      singleton boolean primary key default true check (singleton),
      counted_through timestamptz,
      moments_destroyed_through date
    );
    insert into counting_state default values;
  `)
    .execute(db)
}
