/** Sums written by hand: a day's into steps and totals, and months and years made from the days. */
import type { TestDatabase } from './database.ts'
import type { Office } from './office.ts'

const counts = ['n1', 'n2', 'n3', 'n4', 'n5', 'service_only']
const sums = counts.map((name) => `sum(${name})`).join(', ')

/** Makes every month and year anew; marks are left out. */
export async function fillSpans(db: Pick<TestDatabase, 'query'>): Promise<void> {
  await db.query('truncate step_months, unit_tally_spans, unit_step_spans')
  await db.query(
    `insert into step_months (unit_id, counter_id, officer_id, month, set_aside, ${counts})
     select unit_id, counter_id, officer_id, date_trunc('month', local_day)::date, set_aside, ${sums}
       from steps group by 1, 2, 3, 4, 5`,
  )
  for (const [days, spans] of [
    ['unit_tallies', 'unit_tally_spans'],
    ['unit_steps', 'unit_step_spans'],
  ]) {
    await db.query(
      `insert into ${spans} (unit_id, starts_on, months, set_aside, ${counts})
       select unit_id, date_trunc(unit, local_day)::date, months, set_aside, ${sums}
         from ${days}, (values ('month', 1), ('year', 12)) as s (unit, months) group by 1, 2, 3, 4`,
    )
  }
}

/** Levels 1 to 5 of one officer at one counter on one day, straight into every sum of days. */
export async function publishDay(
  db: Pick<TestDatabase, 'query'>,
  office: Office,
  { counter = 0, officer = 0, day, levels, aside = false }: Published,
): Promise<void> {
  const places = [office.unit_id, office.counters[counter], office.officers[officer], day, aside]
  const total = levels.reduce((sum, n) => sum + n, 0)
  const service = aside ? 0 : Math.floor((levels[0] ?? 0) / 2)
  await db.query(
    `insert into steps (unit_id, counter_id, officer_id, local_day, set_aside, changes, n1, n2, n3, n4, n5, service_only)
     values ($1, $2, $3, $4, $5, greatest(5, $6), $7, $8, $9, $10, $11, $12)`,
    [...places, total, ...levels, service],
  )
  for (const table of ['unit_steps', 'unit_tallies']) {
    await db.query(
      `insert into ${table} as t (unit_id, local_day, set_aside, n1, n2, n3, n4, n5, service_only)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (unit_id, local_day, set_aside) do update set
         n1 = t.n1 + excluded.n1, n2 = t.n2 + excluded.n2, n3 = t.n3 + excluded.n3, n4 = t.n4 + excluded.n4,
         n5 = t.n5 + excluded.n5, service_only = t.service_only + excluded.service_only`,
      [office.unit_id, day, aside, ...levels, service],
    )
  }
}

interface Published {
  counter?: number
  officer?: number
  day: string
  levels: readonly number[]
  aside?: boolean
}
