/** Every figure of a unit as it stands in the database, in the words of the recount by hand. */
import type { TestDatabase } from './database.ts'
import { type Sum, settled, type Verdict } from './recount.ts'

interface SumRow {
  key: string
  n1: number
  n2: number
  n3: number
  n4: number
  n5: number
  service_only: number
  marks: number[] | null
}

export interface Figures {
  verdicts: Map<string, Verdict>
  tallies: [string, Sum][]
  unitTallies: [string, Sum][]
  unitTallySpans: [string, Sum][]
  unitStepSpans: [string, Sum][]
  stepMonths: [string, Sum][]
  unitSteps: [string, Sum][]
  /** `counter officer counted|aside day changes`, in no order: where a row lies says nothing of when it came. */
  steps: [string, Sum][]
  /** `counter officer counted|aside rating sign`. */
  waiting: string[]
}

const group = `counter_id || ' ' || coalesce(officer_id::text, 'nobody') || ' ' || case when set_aside then 'aside' else 'counted' end`
const columns = 'n1, n2, n3, n4, n5, service_only, marks'

export async function readFigures(db: TestDatabase, unitId: number): Promise<Figures> {
  const items = new Map(
    (await db.query<{ item_id: number; commitment: string }>('select item_id, commitment from commitments')).map(
      (row) => [row.item_id, row.commitment],
    ),
  )
  const toSum = ({ n1, n2, n3, n4, n5, service_only, marks }: SumRow): Sum => {
    const named: [string, number][] = []
    for (const [place, count] of (marks ?? []).entries()) {
      const commitment = items.get(Math.floor(place / 2) + 1)
      if (count !== 0) named.push([`${commitment} ${place % 2 === 0 ? 'kept' : 'broken'}`, count])
    }
    return {
      levels: [n1, n2, n3, n4, n5],
      service_only,
      marks: Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1))),
    }
  }
  const sums = async (key: string, table: string) =>
    (
      await db.query<SumRow>(`select ${key} as key, ${columns} from ${table} where unit_id = $1 order by 1`, [unitId])
    ).map((row): [string, Sum] => [row.key, toSum(row)])
  const byDay = `case when set_aside then 'aside' else 'counted' end || ' ' || local_day`
  const bySpan = `case when set_aside then 'aside' else 'counted' end || ' ' || left(starts_on::text, case months when 1 then 7 else 4 end)`
  const verdicts = await db.query<{ rating_id: string } & Verdict>(
    'select v.rating_id, v.officer_id, v.set_aside from verdicts v join ratings using (rating_id) where unit_id = $1',
    [unitId],
  )
  const waiting = await db.query<{ key: string }>(
    `select ${group} || ' ' || rating_id || ' ' || sign as key from waiting where unit_id = $1`,
    [unitId],
  )
  return {
    verdicts: new Map(verdicts.map(({ rating_id, officer_id, set_aside }) => [rating_id, { officer_id, set_aside }])),
    tallies: settled(new Map(await sums(`${group} || ' ' || month`, 'tallies'))),
    stepMonths: settled(new Map(await sums(`${group} || ' ' || month`, 'step_months'))),
    unitTallySpans: settled(new Map(await sums(bySpan, 'unit_tally_spans'))),
    unitStepSpans: settled(new Map(await sums(bySpan, 'unit_step_spans'))),
    unitTallies: settled(new Map(await sums(byDay, 'unit_tallies'))),
    unitSteps: settled(new Map(await sums(byDay, 'unit_steps'))),
    steps: await sums(`${group} || ' ' || local_day || ' ' || changes`, 'steps'),
    waiting: waiting.map((row) => row.key),
  }
}

/** The steps that came since `before`. Throws when one of those is not there as it was: a published step never changes nor goes. */
export function newSteps(before: Figures['steps'], now: Figures['steps']): Figures['steps'] {
  const old = new Map<string, number>()
  for (const step of before) old.set(JSON.stringify(step), (old.get(JSON.stringify(step)) ?? 0) + 1)
  const fresh = now.filter((step) => {
    const left = old.get(JSON.stringify(step)) ?? 0
    if (left > 0) old.set(JSON.stringify(step), left - 1)
    return left === 0
  })
  const gone = [...old].filter(([, left]) => left > 0).map(([step]) => step)
  if (gone.length > 0) throw new Error(`published steps changed or went: ${gone.join(', ')}`)
  return fresh
}
