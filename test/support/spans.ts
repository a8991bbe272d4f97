/** Months and years of sums made from the days, for tests that write days by hand. */
import type { TestDatabase } from './database.ts'

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
