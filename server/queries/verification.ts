/** Recounts in SQL, written apart from the counting worker's own code, so that the two can contradict each other. */

import type { CountClient, RatingToJudge } from './database.ts'

export interface Difference {
  what: string
  subject: string
  shown: string
  recounted: string
}

const cells = 'n1, n2, n3, n4, n5, service_only'

/** Levels 1 to 5, service_only and the marks of every item as one text, zeros at the end of marks cut off. */
const asText = (row: string) =>
  `concat_ws(' ', ${row}.n1, ${row}.n2, ${row}.n3, ${row}.n4, ${row}.n5, ${row}.service_only,
    regexp_replace(array_to_string(coalesce(${row}.marks, '{}'), ','), '(^|,)0(,0)*$', ''))`
const isEmpty = (row: string) => `regexp_replace(${asText(row)}, '[ 0,]', '', 'g') = ''`

/** As migrations/2026-11-28-70-lean-rows.ts has it, and not as the counting worker writes it. */
const BROKEN = 128
const bytesOf = (marks: readonly number[]) => `'\\x${Buffer.from(marks).toString('hex')}'::bytea`
const has = (mark: number) => `position(${bytesOf([mark])} in marks) > 0`
const without = (marks: readonly number[]) => `btrim(marks, ${bytesOf(marks)})`

/** The marks array of a group of ratings: kept of item i at 2i-1, broken at 2i. */
function marksOf(items: number, sign: string): string {
  const parts: string[] = []
  for (let item = 1; item <= items; item += 1) {
    for (const mark of [item, item + BROKEN]) parts.push(`coalesce(sum(${sign}) filter (where ${has(mark)}), 0)::int`)
  }
  return `array[${parts.join(', ')}]`
}

const levelsOf = (sign: string) =>
  [1, 2, 3, 4, 5]
    .map((level) => `(coalesce(sum(${sign}) filter (where level = ${level}), 0))::int as n${level}`)
    .join(', ')

/** Adds up marks arrays place by place within a group, through unnest. */
const sumMarks = (table: string, keys: string) =>
  `(select ${keys}, array_agg(total order by place) as marks from (
      select ${keys}, place, sum(count)::int as total from ${table}, unnest(marks) with ordinality as m (count, place)
       group by ${keys}, place) p group by ${keys})`

const sumLevels = ['n1', 'n2', 'n3', 'n4', 'n5', 'service_only']
  .map((name) => `sum(${name})::int as ${name}`)
  .join(', ')

/** Differences between two sets of sums with the same keys; a missing row equals one of zeros. */
function compare(what: string, shown: string, recounted: string, keys: readonly string[]): string {
  const on = keys.map((key) => `s.${key} is not distinct from r.${key}`).join(' and ')
  const subject = keys
    .map((key) => `'${key} ' || coalesce(coalesce(s.${key}, r.${key})::text, 'none')`)
    .join(` || ', ' || `)
  return `select '${what}' as what, ${subject} as subject, ${asText('s')} as shown, ${asText('r')} as recounted
            from (${shown}) s full join (${recounted}) r on ${on.replaceAll(' is not distinct from ', ' = ')}
           where ${asText('s')} <> ${asText('r')} and not (${isEmpty('s')} and ${isEmpty('r')}) limit 50`
}

/**
 * Every sum that is shown or leads to one, recounted from raw ratings and verdicts.
 * Run it in one repeatable-read transaction, or a running server makes differences that are none.
 */
export async function findSumDifferences(client: CountClient): Promise<Difference[]> {
  const { rows: size } = await client.query<{ items: number; service: number[] }>(
    `select coalesce(max(item_id), 0) as items,
            array(select distinct item_id from catalogue_items where kind = 'service') as service
       from catalogue_items`,
  )
  const { items = 0, service = [] } = size[0] ?? {}
  // What is left of the marks without those that were kept; and without those about the service too.
  const kept = Array.from({ length: items }, (_, at) => at + 1)
  const [named, about] = [without(kept), without([...kept, ...service.map((item) => item + BROKEN)])]
  const serviceOnly = (sign: string) =>
    `coalesce(sum(${sign}) filter (where level <= 3 and ${named} <> '' and ${about} = ''), 0)::int as service_only`
  // 0 stands for nobody, so that groups can be joined by equality; officer ids begin at 1.
  const officer = 'coalesce(officer_id, 0) as officer_id'
  const group = ['unit_id', 'counter_id', 'officer_id', 'set_aside']
  const grain = [...group, 'month']
  const unitDay = ['unit_id', 'local_day', 'set_aside']
  const unitSpan = ['unit_id', 'months', 'starts_on', 'set_aside']

  const judged = `select unit_id, counter_id, coalesce(v.officer_id, 0) as officer_id, local_day,
      date_trunc('month', local_day)::date as month, v.set_aside <> 0 as set_aside, level, marks
    from ratings join verdicts v using (rating_id)`
  const raw = (keys: readonly string[]) =>
    `select ${keys.join(', ')}, ${levelsOf('1')}, ${serviceOnly('1')}, ${marksOf(items, '1')} as marks
       from (${judged}) r group by ${keys.join(', ')}`
  /** Sums of the rows of `source` by `keys`; `source` has its officers as numbers. */
  const add = (source: string, keys: readonly string[]) => {
    const list = keys.join(', ')
    return `select ${list}, ${sumLevels}, m.marks from (${source}) t
        left join ${sumMarks(`(${source}) t`, list)} m using (${list}) group by ${list}, m.marks`
  }
  const waiting = `select w.unit_id, w.counter_id, w.officer_id, w.set_aside,
      ${levelsOf('sign')}, ${serviceOnly('sign')}, ${marksOf(items, 'sign')} as marks
    from waiting w join ratings using (rating_id) group by w.unit_id, w.counter_id, w.officer_id, w.set_aside`
  const tallies = `select unit_id, counter_id, ${officer}, month, set_aside, ${cells}, marks from tallies`
  const months = `select unit_id, counter_id, ${officer}, month, set_aside, ${cells}, marks from step_months`
  const steps = `select unit_id, counter_id, ${officer}, set_aside, local_day,
      date_trunc('month', local_day)::date as month, ${cells}, marks::int[] as marks from steps`
  const published = `select unit_id, counter_id, officer_id, set_aside, ${cells}, marks from (${steps}) s
      union all select unit_id, counter_id, ${officer}, set_aside, ${cells}, marks from (${waiting}) w`
  const days = (table: string) => `select unit_id, local_day, set_aside, ${cells}, marks from ${table}`
  const spans = (table: string) => `select unit_id, months, starts_on, set_aside, ${cells}, marks from ${table}`
  const inSpans = (table: string) => `select unit_id, length as months, date_trunc(unit, local_day)::date as starts_on,
      set_aside, ${cells}, marks from ${table}, (values ('month', 1::smallint), ('year', 12::smallint)) l (unit, length)`

  const checks = [
    compare('tallies against raw ratings', tallies, raw(grain), grain),
    compare('unit totals against raw ratings', days('unit_tallies'), raw(unitDay), unitDay),
    compare(
      'unit months and years against unit totals',
      spans('unit_tally_spans'),
      add(inSpans('unit_tallies'), unitSpan),
      unitSpan,
    ),
    compare('steps + waiting against tallies', add(published, group), add(tallies, group), group),
    compare('months of steps against steps', months, add(steps, grain), grain),
    compare('unit steps against steps', days('unit_steps'), add(steps, unitDay), unitDay),
    compare(
      'unit months and years against unit steps',
      spans('unit_step_spans'),
      add(inSpans('unit_steps'), unitSpan),
      unitSpan,
    ),
  ]
  const differences: Difference[] = []
  for (const check of checks) differences.push(...(await client.query<Difference>(check)).rows)
  return differences
}

/** Rows that have lost what they belong to, and groups that should have been published. */
export async function findLooseEnds(client: CountClient): Promise<Difference[]> {
  const { rows } = await client.query<Difference>(`
    select 'rating without a verdict and not in the inbox' as what, rating_id::text as subject, '-' as shown, '-' as recounted
      from ratings r where not exists (select from verdicts v where v.rating_id = r.rating_id)
       and not exists (select from inbox i where i.rating_id = r.rating_id)
    union all
    select 'verdict without its rating', rating_id::text, '-', '-'
      from verdicts v where not exists (select from ratings r where r.rating_id = v.rating_id)
    union all
    select 'moment without its rating', rating_id::text, '-', '-'
      from moments m where not exists (select from ratings r where r.rating_id = m.rating_id)
    union all
    select 'remark read by an officer before its rating was in a step', m.rating_id::text, m.officer_id::text, '-'
      from remarks m join waiting w using (rating_id) where m.officer_id is not null and not w.shown
    union all
    select 'last day of a counter', concat('counter ', counter_id), a.last_day::text, r.last_day::text
      from counter_activity a full join (select counter_id, max(local_day) as last_day
        from ratings join verdicts using (rating_id) group by 1) r using (counter_id)
     where a.last_day is distinct from r.last_day
    union all
    select 'five or more new ones wait unpublished', concat('counter ', counter_id, ', officer ', officer_id), count(*)::text, '0'
      from waiting where not shown group by counter_id, officer_id, set_aside having count(*) >= 5
    union all
    select 'block with ratings of other counters or days, or of none', block::text, concat(count(r.rating_id), ' of ', count(*)), '-'
      from (select block, counter_id, first_day, last_day, unnest(rating_ids) as id from blocks) b
      left join ratings r on r.rating_id = b.id and r.counter_id = b.counter_id
       and r.local_day between b.first_day and b.last_day
     group by block having count(r.rating_id) < count(*)
    union all
    select 'rating in more than one block', id::text, count(*)::text, '1'
      from (select unnest(rating_ids) as id from blocks) b group by id having count(*) > 1
    limit 50`)
  return rows
}

/** Ratings with their moments and verdicts, whole terminal-days together, in lots; days with uncounted ratings left out. */
export async function* walkTerminalDays(client: CountClient): AsyncGenerator<RatingToJudge[]> {
  await client.query(`declare terminal_days no scroll cursor for
    select r.rating_id, r.unit_id, r.counter_id, r.terminal_id, r.local_day, r.level, r.marks,
           round(date_part('epoch', m.corrected_at) * 1000) as at,
           round(date_part('epoch', m.received_at) * 1000) as received_at, m.device_epoch, m.sequence, m.dwell_ms,
           r.time_quality, v.rating_id is not null as judged, v.officer_id, v.set_aside, v.noted::int as noted
      from ratings r join moments m using (rating_id) left join verdicts v using (rating_id)
     where m.corrected_at is not null
       and not exists (select from inbox i join ratings o using (rating_id)
                        where o.terminal_id = r.terminal_id and o.local_day = r.local_day)
     order by r.terminal_id, r.local_day`)
  let carried: RatingToJudge[] = []
  for (;;) {
    const { rows } = await client.query<RatingToJudge>('fetch 5000 from terminal_days')
    const all = [...carried, ...rows]
    if (rows.length === 0) {
      if (all.length > 0) yield all
      await client.query('close terminal_days')
      return
    }
    // The last day may go on in the next lot.
    const last = all.at(-1) as RatingToJudge
    const cut = all.findIndex((row) => row.terminal_id === last.terminal_id && row.local_day === last.local_day)
    carried = all.slice(cut)
    if (cut > 0) yield all.slice(0, cut)
  }
}

export async function countStored(client: CountClient): Promise<{ ratings: number; inbox: number }> {
  const { rows } = await client.query<{ ratings: number; inbox: number }>(
    'select (select count(*) from ratings) as ratings, (select count(*) from inbox) as inbox',
  )
  return rows[0] as { ratings: number; inbox: number }
}
