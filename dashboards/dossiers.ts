/** What was told of dossiers as rows to read: by time, where a total stands before its groups, and by group. Pure. */
import { compareNames } from '../server/contract/names.ts'
import type { Range } from '../server/contract/periods.ts'
import type { DossierCounts, Dossiers } from '../server/contract/visits.ts'

export const dossierKinds = ['same_day', 'early', 'on_time', 'overdue'] as const

export interface DossierLine extends DossierCounts {
  /** Day `YYYY-MM-DD` or month `YYYY-MM`, or the name of a group of procedures. */
  of: string
}

const timeOf = ({ day, month }: Dossiers) => day ?? month ?? ''
const lastDay = (month: string) => {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
}

/** Days of a range, and months that lie in it as a whole: a month says nothing of its parts. */
export const toldWithin = (told: readonly Dossiers[], { from, to }: Range): Dossiers[] =>
  told.filter(({ day, month }) =>
    day ? day >= from && day <= to : month !== null && `${month}-01` >= from && lastDay(month) <= to,
  )

function sum(of: string, rows: readonly Dossiers[]): DossierLine {
  const line: DossierLine = { of, same_day: 0, early: 0, on_time: 0, overdue: 0 }
  for (const row of rows) for (const kind of dossierKinds) line[kind] += row[kind]
  return line
}

function gather(rows: readonly Dossiers[], key: (row: Dossiers) => string): Map<string, Dossiers[]> {
  const groups = new Map<string, Dossiers[]>()
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row])
  return groups
}

/** A month comes before its days, newest first. */
const order = (time: string) => (time.length === 7 ? `${time}-99` : time)

/** A line per day and month, newest first, a month before its days; where no total was told, its groups together. */
export const dossiersByTime = (told: readonly Dossiers[]): DossierLine[] =>
  [...gather(told, timeOf)]
    .map(([time, rows]) => {
      const total = rows.filter(({ procedure_group }) => procedure_group === '')
      return sum(time, total.length > 0 ? total : rows)
    })
    .sort((a, b) => (order(a.of) < order(b.of) ? 1 : -1))

/** A line per group of procedures, in order of name; a month told as a whole stands before its days. */
export const dossiersByGroup = (told: readonly Dossiers[]): DossierLine[] =>
  [
    ...gather(
      told.filter(({ procedure_group }) => procedure_group !== ''),
      ({ procedure_group }) => procedure_group,
    ),
  ]
    .map(([group, rows]) => {
      const whole = new Set(rows.map(({ month }) => month))
      return sum(
        group,
        rows.filter(({ day }) => day === null || !whole.has(day.slice(0, 7))),
      )
    })
    .sort((a, b) => compareNames(a.of, b.of))
