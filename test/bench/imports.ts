/** What does a file of 20,000 rows cost from choosing it to its last row, and does the server go on answering meanwhile? */
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import pg from 'pg'
import { writeWorkbook } from '../../server/documents/table-writer.ts'
import { columnsOf } from '../../server/domain/imports/columns.ts'
import { sheetNames } from '../../server/domain/imports/names.ts'
import type { Bench } from './report.ts'
import { seatReaders } from './staff.ts'
import { populateProvince, startBenchPostgres, startProduct, stopProcess, withClient } from './support.ts'

const COUNTERS = 20
const UNIT = 'Xã Đo'

/** Visits of 20 counters on 25 days by groups of procedures, of a round of their own. */
const rowsOf = (count: number, round: number) =>
  Array.from({ length: count }, (_, i) => ({
    counter: 1 + (i % COUNTERS),
    day: `2025-10-${String(1 + (Math.floor(i / COUNTERS) % 25)).padStart(2, '0')}`,
    group: `Vòng ${round}, nhóm ${Math.floor(i / (COUNTERS * 25))}`,
    visits: i % 500,
  }))
type Rows = ReturnType<typeof rowsOf>

const makeFile = (rows: Rows): Promise<Buffer> => {
  const values = rows.map(({ counter, day, group, visits }) =>
    columnsOf.visits.map(({ key }) => {
      const said: Record<string, string | number> = { unit: UNIT, counter: `Quầy ${counter}`, day, visits }
      return key === 'procedure_group' ? group : (said[key] ?? null)
    }),
  )
  return writeWorkbook([{ name: sheetNames.visits.vi, columns: columnsOf.visits, rows: values }], 'vi', {
    legend: false,
  })
}

/** Seconds from sending the file until it is applied, the dry run among them; and the longest wait of another call meanwhile, ms. */
async function bringIn(url: string, cookie: string, content: string, count: number) {
  const headers = { cookie, origin: new URL(url).origin, 'content-type': 'application/json' }
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: body === undefined ? { cookie } : headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const json = (await answer.json()) as Record<string, never>
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(json)}`)
    return json as unknown as { import_id: string; plan: string; state: string; sheets: { new: number }[] }
  }
  let [over, longest] = [false, 0]
  const others = (async () => {
    while (!over) {
      const begun = performance.now()
      await (await fetch(`${url}/api/v1/health/live`)).arrayBuffer()
      longest = Math.max(longest, performance.now() - begun)
      await rest(20)
    }
  })()
  const begun = performance.now()
  const shown = await call('POST', '/imports', { file_name: 'x.xlsx', content })
  const dryRun = (performance.now() - begun) / 1000
  if (shown.sheets[0]?.new !== count) throw new Error(`the dry run has ${JSON.stringify(shown.sheets)}`)
  let { state } = await call('POST', `/imports/${shown.import_id}/apply`, { plan: shown.plan })
  while (state === 'applying') {
    await rest(100)
    state = (await call('GET', `/imports/${shown.import_id}`)).state
  }
  const whole = (performance.now() - begun) / 1000
  if (state !== 'applied') throw new Error(`the import is ${state}`)
  over = true
  await others
  return { dryRun, whole, longest }
}

export const bench: Bench = {
  question: 'How long do 20,000 rows of a workbook take from the file to the last row, dry run included?',
  yardstick:
    'the same rows, ready in memory, written into a table with the same columns and keys by one INSERT, committed.',
  async run({ quick, rounds, log }) {
    const count = quick ? 5000 : 20_000
    const postgres = await startBenchPostgres()
    await populateProvince(postgres.ownerUrl, 75)
    const { readers } = await seatReaders(postgres.ownerUrl)
    const cookie = readers.find(({ role }) => role === 'administrator')?.cookie ?? ''
    await withClient(postgres.ownerUrl, async (client) => {
      await client.query(
        `update accounts set second_factor_waived = true;
         with made as (insert into units (name, kind) values ('${UNIT}', 'commune') returning unit_id)
         insert into counters (unit_id, name) select unit_id, 'Quầy ' || i from made, generate_series(1, ${COUNTERS}) i;
         create table same_visits (like visits including all)`,
      )
    })
    const client = new pg.Client({ connectionString: postgres.ownerUrl })
    await client.connect()
    const product = await startProduct(postgres.ownerUrl, join(postgres.dir, 'bench'), { LOG_LEVEL: 'fatal' })
    const [whole, dryRuns, waits, inserts] = [[] as number[], [] as number[], [] as number[], [] as number[]]
    try {
      for (let round = 0; round < rounds; round += 1) {
        const rows = rowsOf(count, round)
        const content = (await makeFile(rows)).toString('base64')
        const took = await bringIn(product.url, cookie, content, count)
        log(`round ${round + 1}: ${took.whole.toFixed(1)} s`)
        whole.push(took.whole)
        dryRuns.push(took.dryRun)
        waits.push(took.longest)
        const begun = performance.now()
        await client.query(
          `insert into same_visits (unit_id, counter_id, grain, day, procedure_group, visits)
           select 1, counter, 'day', day, "group", visits
             from jsonb_to_recordset($1::jsonb) as r (counter int, day date, "group" text, visits int)`,
          [JSON.stringify(rows)],
        )
        inserts.push((performance.now() - begun) / 1000)
      }
    } finally {
      await client.end()
      await stopProcess(product.child)
      await postgres.stop()
    }
    return [
      {
        what: `${count.toLocaleString('en')} rows, file to last row`,
        unit: 's',
        ours: whole,
        yardstick: inserts,
        targets: [{ of: 'ours', at_most: 60 }],
      },
      { what: 'of that the dry run', unit: 's', ours: dryRuns },
      {
        what: 'longest wait of another call meanwhile',
        unit: 'ms',
        ours: waits,
        targets: [{ of: 'ours', at_most: 1000 }],
      },
    ]
  },
}
