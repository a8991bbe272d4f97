/** How many people each counter served, by days of a week or by months. */
import type { Counter } from '../../../server/contract/counters.ts'
import type { Visits } from '../../../server/contract/visits.ts'
import { saveVisits } from '../../api/roster.ts'
import { t } from '../../i18n/index.tsx'
import type { Column } from './columns.ts'
import { NumbersTable } from './numbers.tsx'

interface VisitsTableProps {
  columns: readonly Column[]
  counters: readonly Counter[]
  visits: readonly Visits[]
  reload: () => Promise<void>
}

export function VisitsTable({ columns, counters, visits, reload }: VisitsTableProps) {
  const known = new Map(
    visits
      .filter(({ procedure_group }) => procedure_group === '')
      .map((row) => [`${row.counter_id}/${row.day ?? row.month}`, row.visits]),
  )
  return (
    <NumbersTable
      noun="visits"
      name={t('week.visits')}
      {...{ columns, counters, known, reload }}
      most={100_000}
      bad={(counter, day) => t('visits.bad', { counter, day })}
      save={(numbers) =>
        saveVisits(
          numbers.map(({ counter_id, column, value, seen }) => ({ counter_id, ...column.when, visits: value, seen })),
        )
      }
      words={{ save: t('visits.save'), saved: t('visits.saved') }}
    />
  )
}
