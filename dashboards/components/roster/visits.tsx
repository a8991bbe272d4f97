/** How many people each counter served, by days of a week or by months; and by group of procedures where a file told them. */

import type { Counter } from '../../../server/contract/counters.ts'
import { compareNames } from '../../../server/contract/names.ts'
import type { Visits } from '../../../server/contract/visits.ts'
import { saveVisits } from '../../api/roster.ts'
import { formatCount } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { Scroll } from '../page.tsx'
import type { Column } from './columns.ts'
import { NumbersTable } from './numbers.tsx'

interface VisitsTableProps {
  columns: readonly Column[]
  counters: readonly Counter[]
  visits: readonly Visits[]
  reload: () => Promise<void>
}

export function VisitsTable({ columns, counters, visits, reload }: VisitsTableProps) {
  const key = (row: Visits) => `${row.counter_id}/${row.day ?? row.month}`
  const isTotal = ({ procedure_group }: Visits) => procedure_group === ''
  const known = new Map(visits.filter(isTotal).map((row) => [key(row), row.visits]))
  const shown = new Set(columns.map((column) => column.key))
  const grouped = visits.filter((row) => !isTotal(row) && shown.has(row.day ?? row.month ?? ''))
  const sums = new Map<string, number>()
  for (const row of grouped) sums.set(key(row), (sums.get(key(row)) ?? 0) + row.visits)
  return (
    <>
      <NumbersTable
        noun="visits"
        name={t('week.visits')}
        {...{ columns, counters, known, sums, reload }}
        most={100_000}
        bad={(counter, day) => t('visits.bad', { counter, day })}
        save={(numbers) =>
          saveVisits(
            numbers.map(({ counter_id, column, value, seen }) => ({ counter_id, ...column.when, visits: value, seen })),
          )
        }
        words={{ save: t('visits.save'), saved: t('visits.saved') }}
      />
      {grouped.length > 0 && <Groups {...{ columns, counters, grouped }} />}
    </>
  )
}

/** Read alone: groups come out of files, and a number typed above stands before them. */
function Groups(props: { columns: readonly Column[]; counters: readonly Counter[]; grouped: readonly Visits[] }) {
  const { columns, counters, grouped } = props
  const names = [...new Set(grouped.map(({ procedure_group }) => procedure_group))].sort(compareNames)
  const rows = counters.flatMap((counter) =>
    names
      .map((group) => ({
        counter,
        group,
        own: new Map(
          grouped
            .filter((row) => row.counter_id === counter.counter_id && row.procedure_group === group)
            .map((row) => [row.day ?? row.month ?? '', row.visits]),
        ),
      }))
      .filter(({ own }) => own.size > 0),
  )
  return (
    <>
      <p class="hint">{t('visits.grouped_hint')}</p>
      <details data-visits-groups>
        <summary>{t('visits.by_group')}</summary>
        <Scroll name={t('visits.by_group')}>
          <table class="table tight">
            <thead>
              <tr>
                <th scope="col">{t('column.counter')}</th>
                {columns.map(({ key, label }) => (
                  <th scope="col" key={key}>
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ counter, group, own }) => (
                <tr key={`${counter.counter_id} ${group}`} data-group={group}>
                  <th scope="row">
                    {counter.name}
                    <small>{group}</small>
                  </th>
                  {columns.map(({ key }) => {
                    const n = own.get(key)
                    return <td key={key}>{n === undefined ? '–' : formatCount(n, language.value)}</td>
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </>
  )
}
