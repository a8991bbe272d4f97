/** Paper slips: how many were handed on unopened, by counter and day, and where they go. What they say is nobody's here. */
import type { Counter } from '../../../server/contract/counters.ts'
import type { Range } from '../../../server/contract/periods.ts'
import { listPaperSlips, savePaperSlips } from '../../api/roster.ts'
import { t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { Card } from '../page.tsx'
import { Refused, Skeleton } from '../states.tsx'
import type { Column } from './columns.ts'
import { NumbersTable } from './numbers.tsx'

interface SlipsProps {
  unitId: string
  counters: readonly Counter[]
  columns: readonly Column[]
  /** All that may be shown, this week and those before it. */
  range: Range
  shown: Range
}

export function Slips({ unitId, counters, columns, range, shown }: SlipsProps) {
  const slips = useLive(`slips ${unitId} ${range.to}`, (options) => listPaperSlips(unitId, range, options), {
    follow: false,
  })
  if (slips.refused.value) return <Refused error={slips.refused.value} />
  if (!slips.data.value) return <Skeleton />
  const { items } = slips.data.value
  const known = new Map(items.map((row) => [`${row.counter_id}/${row.day}`, row.slips]))
  const n = items.filter(({ day }) => day >= shown.from && day <= shown.to).reduce((sum, one) => sum + one.slips, 0)
  return (
    <Card id="slips" title={t('week.slips')} about={t('slips.about')}>
      <div class="beside">
        <ol class="how">
          <li>{t('slips.how_box')}</li>
          <li>{t('slips.how_count')}</li>
          <li>{t('slips.how_hand_on')}</li>
        </ol>
        <div>
          <NumbersTable
            key={shown.from}
            noun="slips"
            name={t('week.slips')}
            {...{ columns, counters, known }}
            most={1000}
            bad={(counter, day) => t('slips.bad', { counter, day })}
            save={(numbers) =>
              savePaperSlips(
                numbers.map(({ counter_id, column, value, seen }) => ({
                  counter_id,
                  day: column.key,
                  slips: value,
                  seen,
                })),
              )
            }
            words={{ save: t('slips.save'), saved: t('slips.saved') }}
            reload={slips.reload}
          />
          <p class="hint" data-slips={n}>
            {n === 0 ? t('slips.none') : t('slips.sum', { n })}
          </p>
        </div>
      </div>
    </Card>
  )
}
