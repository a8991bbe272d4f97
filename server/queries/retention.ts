/** SQL of the privacy jobs: masking remarks, destroying their raw text, writing closed months anew. */
import type { CountClient } from './database.ts'

export interface RawRemark {
  rating_id: string
  unit_id: number
  remark: string
}

/** Remarks that nobody may read yet, up to `limit`. */
export async function findUnmaskedRemarks(client: CountClient, limit: number): Promise<RawRemark[]> {
  const { rows } = await client.query<RawRemark>({
    name: 'find_unmasked_remarks',
    text: 'select rating_id, unit_id, remark from remarks where masked is null order by rating_id limit $1',
    values: [limit],
  })
  return rows
}

/** Remarks of days before `day` whose raw text is still there, up to `limit`. */
export async function findRawRemarks(client: CountClient, day: string, limit: number): Promise<RawRemark[]> {
  const { rows } = await client.query<RawRemark>(
    `select rating_id, unit_id, remark from remarks where local_day < $1 and remark is not null
      order by rating_id limit $2`,
    [day, limit],
  )
  return rows
}

/** Names of everybody who ever served in these units, ended ones too. */
export async function findOfficerNames(
  client: CountClient,
  unitIds: readonly number[],
): Promise<Map<number, string[]>> {
  const { rows } = await client.query<{ unit_id: number; names: string[] }>(
    'select unit_id, array_agg(distinct name) as names from officers where unit_id = any ($1::int[]) group by unit_id',
    [unitIds],
  )
  return new Map(rows.map(({ unit_id, names }) => [unit_id, names]))
}

/** `destroy`: the raw text goes in the same moment. */
export async function saveMasked(
  client: CountClient,
  rows: readonly { rating_id: string; masked: string }[],
  destroy: boolean,
): Promise<void> {
  await client.query(
    `update remarks r set masked = m.masked ${destroy ? ', remark = null' : ''}
       from (select * from unnest($1::uuid[], $2::text[]) as t (rating_id, masked) order by rating_id) m
      where r.rating_id = m.rating_id`,
    [rows.map(({ rating_id }) => rating_id), rows.map(({ masked }) => masked)],
  )
}

/** Takes the words out of ratings that lie in quarantine since before `day`. Returns of how many. */
export async function destroyQuarantinedWords(client: CountClient, day: string): Promise<number> {
  const { rowCount } = await client.query(
    `update quarantine set body = body #- '{rating,comment}'
      where received_at < $1::date and body #> '{rating,comment}' is not null`,
    [day],
  )
  return rowCount ?? 0
}

export interface MonthToRewrite {
  month: string
  ratings: number
  through: string | null
}

/**
 * Months that ended before `before`, of which no moment is known any more and which hold other ratings than were written
 * when they were last written anew; oldest first.
 */
export async function findMonthsToRewrite(client: CountClient, before: string): Promise<MonthToRewrite[]> {
  const { rows } = await client.query<MonthToRewrite>(
    `select m.month, m.ratings, r.through
       from (select date_trunc('month', local_day)::date as month, count(*) as ratings from ratings
              where local_day < $1 group by 1) m
       left join month_rewrites r using (month)
      where (r.month is null or r.finished_on is null or r.ratings <> m.ratings)
        and not exists (select from moments o join ratings a using (rating_id)
                         where o.corrected_at is not null and a.local_day >= m.month
                           and a.local_day < m.month + interval '1 month')
      order by m.month`,
    [before],
  )
  return rows
}

/** Writes up to `size` ratings behind `after` anew, in the transaction of the caller. */
export async function rewriteMonth(
  client: CountClient,
  month: string,
  after: string | null,
  size: number,
): Promise<{ last_id: string | null; moved: number }> {
  const { rows } = await client.query<{ last_id: string | null; moved: number }>(
    'select last_id, moved from rewrite_month($1, $2, $3)',
    [month, after, size],
  )
  return rows[0] ?? { last_id: null, moved: 0 }
}

export async function saveRewrite(
  client: CountClient,
  { month, ratings, through }: MonthToRewrite,
  finishedOn: string | null,
): Promise<void> {
  await client.query(
    `insert into month_rewrites (month, ratings, through, finished_on) values ($1, $2, $3, $4)
     on conflict (month) do update set ratings = excluded.ratings, through = excluded.through,
       finished_on = excluded.finished_on`,
    [month, ratings, through, finishedOn],
  )
}
