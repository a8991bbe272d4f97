/** What rows of visits and dossiers would do: the last word on a day or month stands. Pure. */
import {
  type Base,
  type BaseDossiers,
  type BaseVisits,
  type Circumstances,
  dossierKeys,
  type When,
  type Writes,
} from './base.ts'
import { writeDay } from './cells.ts'
import type { Directory } from './directory.ts'
import { counterOf, keptUnitOf, Once, type PlanRow } from './rows.ts'

/** The day or month a row speaks of; null after a problem. */
function whenOf(row: PlanRow, today: string): When | null {
  if (row.problems.some(({ column }) => column === 'day' || column === 'month')) return null
  const [day, month] = [row.text('day'), row.text('month')]
  if ((day === null) === (month === null)) {
    row.fail('day_or_month', 'day')
    return null
  }
  const first = day ?? `${month}-01`
  if (first > today) row.fail('lies_ahead', day ? 'day' : 'month')
  return { grain: day ? 'day' : 'month', day: first, procedure_group: row.text('procedure_group') ?? '' }
}

const keyOf = (id: number, { grain, day, procedure_group }: When) => `${id} ${grain} ${day} ${procedure_group}`
const written = ({ grain, day, procedure_group }: When): string => {
  const time = grain === 'day' ? writeDay(day) : day.slice(0, 7).split('-').reverse().join('/')
  return procedure_group ? `${time}, ${procedure_group}` : time
}

const spanOf = (items: readonly When[]): [string, string] => {
  let [from, to] = ['9999-12-31', '0001-01-01']
  for (const { day } of items) {
    if (day < from) from = day
    if (day > to) to = day
  }
  return [from, to]
}

export async function planVisits(
  rows: PlanRow[],
  base: Base,
  directory: Directory,
  circumstances: Circumstances,
  writes: Writes,
): Promise<void> {
  const once = new Once()
  const wanted: { row: PlanRow; visits: BaseVisits & { unit_id: number } }[] = []
  for (const row of rows) {
    row.label = [row.text('unit'), row.text('counter')].filter(Boolean).join(' – ')
    const unit = keptUnitOf(row, directory, circumstances)
    const counter = unit && counterOf(row, directory, unit)
    const when = whenOf(row, circumstances.today)
    if (row.failed || !unit || !counter || !when) continue
    row.label = `${unit.unit} – ${counter.counter}, ${written(when)}`
    row.subject = counter.counter_id
    once.refuse(row, keyOf(counter.counter_id, when), when.grain)
    const { counter_id } = counter
    wanted.push({ row, visits: { unit_id: unit.unit_id, counter_id, ...when, visits: row.number('visits') ?? 0 } })
  }
  const ids = [...new Set(wanted.map(({ visits }) => visits.counter_id))].filter((id) => id > 0)
  const known = await base.loadVisits(ids, ...spanOf(wanted.map(({ visits }) => visits)))
  const standing = new Map(known.map((one) => [keyOf(one.counter_id, one), one.visits]))
  for (const { row, visits } of wanted) {
    const before = standing.get(keyOf(visits.counter_id, visits))
    if (before === undefined) {
      row.outcome = 'new'
      writes.visits.insert.push(visits)
    } else if (before !== visits.visits) {
      row.change('visits', String(before), String(visits.visits))
      writes.visits.update.push({ ...visits, before })
    }
  }
}

export async function planDossiers(
  rows: PlanRow[],
  base: Base,
  directory: Directory,
  circumstances: Circumstances,
  writes: Writes,
): Promise<void> {
  const once = new Once()
  const wanted: { row: PlanRow; dossiers: BaseDossiers }[] = []
  for (const row of rows) {
    row.label = row.text('unit') ?? row.text('unit_code') ?? ''
    const unit = keptUnitOf(row, directory, circumstances)
    const when = whenOf(row, circumstances.today)
    if (row.failed || !unit || !when) continue
    row.label = `${unit.unit}, ${written(when)}`
    row.subject = unit.unit_id
    once.refuse(row, keyOf(unit.unit_id, when), when.grain)
    const [same_day = 0, early = 0, on_time = 0, overdue = 0] = dossierKeys.map((key) => row.number(key) ?? 0)
    wanted.push({ row, dossiers: { unit_id: unit.unit_id, ...when, same_day, early, on_time, overdue } })
  }
  const ids = [...new Set(wanted.map(({ dossiers }) => dossiers.unit_id))].filter((id) => id > 0)
  const known = await base.loadDossiers(ids, ...spanOf(wanted.map(({ dossiers }) => dossiers)))
  const standing = new Map(known.map((one) => [keyOf(one.unit_id, one), one]))
  for (const { row, dossiers } of wanted) {
    const before = standing.get(keyOf(dossiers.unit_id, dossiers))
    if (before === undefined) {
      row.outcome = 'new'
      writes.dossiers.insert.push(dossiers)
      continue
    }
    row.compare(before, dossiers, circumstances.language)
    if (row.outcome === 'changed') writes.dossiers.update.push({ before, after: dossiers })
  }
}
