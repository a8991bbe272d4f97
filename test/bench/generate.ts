/**
 * Writes years of a province straight into the tables, row for row what receiving and counting would have written had every
 * rating been counted as it came; `test/api/generated-province.test.ts` holds it to `manage verify`. Made with SQL over
 * whole months, so that twenty million take minutes.
 */
import type pg from 'pg'
import { HASHES_DAYS, MOMENTS_DAYS } from '../../server/count/retention.ts'
import { MIN_STEP } from '../../server/domain/disclosure.ts'
import { MISUSE_VERSION } from '../../server/domain/misuse.ts'
import { addDays, firstOfMonth, localDay, monthsOf } from '../../server/domain/time.ts'

export interface Size {
  /** About so many ratings. */
  ratings: number
  units: number
  /** Of each unit; each officer has a counter with a tablet, and moves to the next counter every New Year. */
  officers: number
  days: number
  /** The last day, `YYYY-MM-DD`. */
  until: string
}

/** The province of the issue: 300 units, 6,000 officers, three years. */
export const province = (ratings: number, until = localDay(Date.now())): Size => ({
  ratings,
  units: 300,
  officers: 20,
  days: 1096,
  until,
})

const plain = ['n1', 'n2', 'n3', 'n4', 'n5', 'service_only']
const columns = plain.join(', ')
const levels = [1, 2, 3, 4, 5].map((level) => `count(*) filter (where level = ${level})`).join(', ')
const added = plain.map((name) => `sum(${name})`).join(', ')

/** Fills an empty, migrated database. One transaction: tables emptied in it need no log. */
export async function generate(client: pg.Client, size: Size, log: (line: string) => void = () => {}): Promise<void> {
  const from = addDays(size.until, 1 - size.days)
  const run = (text: string, values: unknown[] = []) => client.query(text, values)
  await run('begin')
  await run(`set local jit = off; set local work_mem = '512MB'; select setseed(0.20261124)`)
  await run(`truncate ratings, verdicts, moments, tallies, unit_tallies, unit_tally_spans, steps, step_months, unit_steps,
    unit_step_spans, waiting, blocks, inbox, counter_activity, terminal_days, device_sequences`)
  await openOffices(run, size, from)
  const items = (
    await run(
      `select distinct item_id, kind = 'service' as service from catalogue_items where kind <> 'integrity' order by 1`,
    )
  ).rows as { item_id: number; service: boolean }[]
  const service = items.filter((item) => item.service).reduce((mask, { item_id }) => mask + 2 ** (item_id - 1), 0)
  const numbers = items.map(({ item_id }) => item_id)
  const last = Math.max(...numbers)
  const places = Array.from({ length: last }, (_, place) => place)
  // Empty as counting leaves it: null when nothing was marked.
  const marks = (from: string) => {
    const sums = places.flatMap((place) => [`sum((kept >> ${place}) & 1)`, `sum((broken >> ${place}) & 1)`])
    return from === 'ratings'
      ? `case when bool_or(kept <> 0 or broken <> 0) then array[${sums.join(', ')}]::int[] end`
      : `case when bool_or(marks is not null) then array[${places
          .flatMap((place) => [2 * place + 1, 2 * place + 2])
          .map((place) => `coalesce(sum(marks[${place}]), 0)`)
          .join(', ')}]::int[] end`
  }
  const serviceOnly = `count(*) filter (where level <= 3 and broken <> 0 and broken & ~${service}::bigint = 0)`

  // After 35 days nothing but the hash of the content is left of a moment.
  const kept = (value: string) => `case when local_day >= $2 then ${value} end`

  await planDays(run, size, from)
  await run(`create temp table open_steps (unit_id int, counter_id int, officer_id int, set_aside boolean, step int,
    local_day date, changes int, n1 int, n2 int, n3 int, n4 int, n5 int, service_only int, marks int[]) on commit drop`)
  for (const month of monthsOf(from, size.until)) {
    await makeRatings(run, month, numbers)
    await run(`insert into ratings (rating_id, unit_id, counter_id, terminal_id, local_day, level, catalogue_id,
        time_quality, shown, voice_used, language, marks)
      select rating_id, unit_id, counter_id, terminal_id, local_day, level, (select max(catalogue_id) from catalogues),
             1, 2, false, 'vi',
             (select coalesce(string_agg(set_byte('\\x00', 0, item + case when broken <> 0 then 128 else 0 end), '' order by item), '')
                from unnest('{${numbers.join(',')}}'::int[]) item
               where (kept | broken) >> (item - 1) & 1 = 1)
        from made order by local_day, rating_id`)
    await run(
      `insert into verdicts (rating_id, officer_id, set_aside, noted, rules_version)
       select rating_id, officer_id, set_aside::int, case when officer_id is null then 2 else 0 end::"char", $1::int::"char"
         from made order by local_day, rating_id`,
      [MISUSE_VERSION],
    )
    await run(
      `insert into moments (rating_id, unit_id, counter_id, terminal_id, corrected_at, received_at, rated_at, device_epoch,
         sequence, dwell_ms, received_day, content_mac)
       select rating_id, unit_id, counter_id, terminal_id, ${kept('at')}, ${kept('at')}, ${kept('at')},
              ${kept(`'tablet ' || terminal_id`)}, ${kept('sequence')}, ${kept('2300')}, local_day,
              substr(sha256(rating_id::text::bytea), 1, 16)
         from made where local_day >= $1 order by local_day, rating_id`,
      [addDays(size.until, -HASHES_DAYS), addDays(size.until, -MOMENTS_DAYS)],
    )
    await run(`insert into waiting (rating_id, unit_id, counter_id, officer_id, set_aside, sign)
      select rating_id, unit_id, counter_id, officer_id, set_aside, 1 from made where place >= total / ${MIN_STEP} * ${MIN_STEP}`)
    await run(`insert into tallies (unit_id, counter_id, officer_id, month, set_aside, ${columns}, marks)
      select unit_id, counter_id, officer_id, '${month.from.slice(0, 7)}-01', set_aside, ${levels}, ${serviceOnly}, ${marks('ratings')}
        from made group by unit_id, counter_id, officer_id, set_aside`)
    await run(`insert into unit_tallies (unit_id, local_day, set_aside, ${columns}, marks)
      select unit_id, local_day, set_aside, ${levels}, ${serviceOnly}, ${marks('ratings')}
        from made group by local_day, unit_id, set_aside order by local_day`)
    // Every fifth rating of a group ends a step; a month's last ones are carried into the next.
    await run(`with parts as (
        delete from open_steps returning *
      ), both_parts as (
        select * from parts union all
        select unit_id, counter_id, officer_id, set_aside, place / ${MIN_STEP}, max(local_day), count(*), ${levels}, ${serviceOnly}, ${marks('ratings')}
          from made group by 1, 2, 3, 4, 5)
      insert into open_steps
        select unit_id, counter_id, officer_id, set_aside, step, max(local_day), sum(changes), ${added}, ${marks('sums')}
          from both_parts group by 1, 2, 3, 4, 5`)
    await run(`with whole as (delete from open_steps where changes = ${MIN_STEP} returning *)
      insert into steps (unit_id, counter_id, officer_id, local_day, set_aside, changes, ${columns}, marks)
      select unit_id, counter_id, officer_id, local_day, set_aside, changes, ${columns},
             marks[:(select max(place) from generate_subscripts(marks, 1) place where marks[place] <> 0)]
        from whole order by local_day, step`)
    await run('drop table made')
    log(`${month.to}`)
  }
  await sumUp(run, marks('sums'))
  await age(run, size)
  await closeMonths(client, size.until)
  await run('commit')
  log('committed')
}

type Run = (text: string, values?: unknown[]) => Promise<pg.QueryResult>

async function openOffices(run: Run, { units, officers }: Size, from: string): Promise<void> {
  await run(
    `with u as (insert into units (name, kind) select 'Xã số ' || i, 'commune' from generate_series(1, $1) i returning unit_id),
          c as (insert into counters (unit_id, name, service)
                  select unit_id, 'Quầy ' || i, (array['civil_status', 'land', 'business'])[1 + i % 3]
                    from u, generate_series(1, $2::int) i returning unit_id, counter_id),
          o as (insert into officers (unit_id, name) select unit_id, 'Cán bộ ' || i from u, generate_series(1, $2::int) i
                returning unit_id, officer_id)
     select 1`,
    [units, officers],
  )
  await run(`create temp table desks on commit drop as
    select c.unit_id, c.counter_id, o.officer_id, place - 1 as place
      from (select *, row_number() over (partition by unit_id order by counter_id) as place from counters where name ~ '^Quầy [0-9]+$'
              and unit_id in (select unit_id from units where name ~ '^Xã số ')) c
      join (select *, row_number() over (partition by unit_id order by officer_id) as place from officers) o using (unit_id, place)`)
  // Every New Year each officer moves one counter on; the last counter of a unit stands empty in December.
  await run(
    `insert into assignments (unit_id, counter_id, officer_id, during)
     select d.unit_id, d.counter_id, o.officer_id,
            tstzrange(make_timestamptz(y, 1, 1, 0, 0, 0, 'Asia/Ho_Chi_Minh'),
                      case when d.place = $1::int - 1 then make_timestamptz(y, 12, 1, 0, 0, 0, 'Asia/Ho_Chi_Minh')
                           else make_timestamptz(y + 1, 1, 1, 0, 0, 0, 'Asia/Ho_Chi_Minh') end)
       from desks d cross join generate_series(extract(year from $2::date)::int, extract(year from $2::date)::int + 4) y
       join desks o on o.unit_id = d.unit_id and o.place = (d.place + y) % $1::int`,
    [officers, from],
  )
  await run(`insert into terminals (unit_id, counter_id, name, token_hash, paired_at)
    select unit_id, counter_id, 'Máy ' || counter_id, sha256(('tablet ' || counter_id)::bytea), '2020-01-01' from desks`)
}

/** How many ratings each counter gets on each working day, and how many its officer had there before. */
async function planDays(run: Run, { ratings, units, officers, until }: Size, from: string): Promise<void> {
  await run(
    `create temp table plan on commit drop as
     with days as (select d::date as local_day from generate_series($1::date, $2::date, interval '1 day') d where extract(isodow from d) < 6),
          mean as (select $3::float8 / ($4::float8 * (select count(*) from days)) as n),
          each_day as (
            select d.unit_id, d.counter_id, d.place, t.terminal_id, local_day,
                   floor(mean.n * (0.4 + 1.2 * ((d.place * 7) % $5::int) / greatest($5::int - 1, 1)) + random())::int as counted
              from desks d join terminals t using (counter_id), days, mean),
          with_aside as (select *, (counted > 0 and random() < 0.01 * counted)::int as aside from each_day)
     select w.unit_id, w.counter_id, w.terminal_id, w.local_day, counted, aside, a.officer_id,
            sum(counted) over past - counted as counted_before, sum(counted) over whole as counted_total,
            sum(aside) over past - aside as aside_before, sum(aside) over whole as aside_total,
            sum(counted + aside) over (partition by w.counter_id order by w.local_day) - counted - aside as sequence_before
       from with_aside w
       left join assignments a on a.counter_id = w.counter_id and a.during @> (w.local_day::timestamp at time zone 'Asia/Ho_Chi_Minh')
     window past as (partition by w.counter_id, a.officer_id order by w.local_day),
            whole as (partition by w.counter_id, a.officer_id)`,
    [from, until, ratings, units * officers, officers],
  )
  await run('create index on plan (local_day)')
  await run('analyze plan')
}

/** The ratings of some days as the temporary table `made`: one in twenty minutes, and now and then the same hand again. */
async function makeRatings(
  run: Run,
  { from, to }: { from: string; to: string },
  items: readonly number[],
): Promise<void> {
  await run(`create temp table made on commit drop as
    with taps as (
      select p.*, slot, slot = counted as set_aside, random() as luck, floor(random() * 4)::int as marked,
             floor(random() * ${items.length})::int as first, 1 + floor(random() * 5)::int as stride, random() < 0.85 as usual,
             (random() * 600)::int as delay
        from plan p, generate_series(0, counted + aside - 1) slot where local_day between '${from}' and '${to}'
    ), chosen as (
      select *, case when luck < 0.45 then 5 when luck < 0.8 then 4 when luck < 0.9 then 3 when luck < 0.96 then 2 else 1 end as level,
             (select coalesce(sum(1::bigint << (('{${items.join(',')}}'::int[])[1 + (first + stride * i) % ${items.length}] - 1)), 0)
                from generate_series(0, marked - 1) i)::bigint as mask
        from taps)
    select gen_random_uuid() as rating_id, unit_id, counter_id, terminal_id, officer_id, local_day, set_aside, level::smallint as level,
           case when (level >= 4) = usual then mask else 0 end as kept, case when (level >= 4) = usual then 0 else mask end as broken,
           case when set_aside then aside_before else counted_before + slot end::int as place,
           case when set_aside then aside_total else counted_total end::int as total,
           (sequence_before + slot + 1)::bigint as sequence, slot, delay,
           local_day::timestamp at time zone 'Asia/Ho_Chi_Minh' + interval '7 hours 30 minutes'
             + interval '20 minutes' * slot + interval '1 second' * delay as at
      from chosen`)
  // Two seconds after the last tap of the day: too soon.
  await run(`update made m set at = b.at + interval '2 seconds' from made b
    where m.set_aside and not b.set_aside and b.counter_id = m.counter_id and b.local_day = m.local_day and b.slot = m.slot - 1`)
}

async function sumUp(run: Run, marks: string): Promise<void> {
  await run(`insert into step_months (unit_id, counter_id, officer_id, month, set_aside, ${columns}, marks)
    select unit_id, counter_id, officer_id, date_trunc('month', local_day)::date as month, set_aside, ${added}, ${marks}
      from steps group by 1, 2, 3, 4, 5 order by 4`)
  await run(`insert into unit_steps (unit_id, local_day, set_aside, ${columns}, marks)
    select unit_id, local_day, set_aside, ${added}, ${marks} from steps group by 1, 2, 3 order by 2`)
  for (const [days, spans] of [
    ['unit_tallies', 'unit_tally_spans'],
    ['unit_steps', 'unit_step_spans'],
  ]) {
    await run(`insert into ${spans} (unit_id, starts_on, months, set_aside, ${columns}, marks)
      select unit_id, date_trunc(unit, local_day)::date, months, set_aside, ${added}, ${marks}
        from ${days}, (values ('month', 1), ('year', 12)) s (unit, months) group by 1, 2, 3, 4 order by 2`)
  }
  await run(`insert into counter_activity (counter_id, unit_id, last_day)
    select counter_id, unit_id, max(local_day) from plan where counted + aside > 0 group by 1, 2`)
  await run(`insert into device_sequences (unit_id, device_epoch, terminal_id, highest, received)
    select unit_id, 'tablet ' || terminal_id, terminal_id, sum(counted + aside), sum(counted + aside)
      from plan group by 1, 3 having sum(counted + aside) > 0`)
  await run(`insert into terminal_contacts (terminal_id, unit_id, last_contact_at, queue_length)
    select terminal_id, unit_id, now(), 0 from desks join terminals using (unit_id, counter_id)`)
}

/**
 * Closed months as the nightly work leaves them; else a server would write them anew, one after the other, for an hour beside
 * whatever is measured.
 */
export async function closeMonths(client: pg.Client, today: string): Promise<void> {
  await client.query(
    `insert into month_rewrites (month, ratings, through, finished_on)
     select date_trunc('month', local_day)::date, count(*), null, $2 from ratings where local_day < $1 group by 1
     on conflict (month) do update set ratings = excluded.ratings, through = null, finished_on = excluded.finished_on
       where month_rewrites.finished_on is null or month_rewrites.ratings <> excluded.ratings`,
    [firstOfMonth(addDays(today, -MOMENTS_DAYS)), today],
  )
}

/** What retention leaves: moments of the last 35 days, hashes of the last 60. */
async function age(run: Run, { until }: Size): Promise<void> {
  const before = addDays(until, -MOMENTS_DAYS)
  await run(
    `insert into terminal_days (terminal_id, local_day, judged_version)
     select distinct terminal_id, local_day, null::smallint from plan where local_day >= $1 and counted + aside > 0`,
    [before],
  )
  await run(
    `update counting_state set moments_destroyed_through = $1::date - 1,
       counted_through = ($2::date + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh' - interval '12 hours'`,
    [before, until],
  )
}
