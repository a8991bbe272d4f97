/** What citizens named: commitments by unit where a dozen stand side by side, else all units shown together. */

import { byName } from '../../../server/contract/names.ts'
import type { UnitsReport } from '../../../server/contract/reports.ts'
import { sumItems, type UnitRow } from '../../chart-data.ts'
import { t } from '../../i18n/index.tsx'
import { isNarrow } from '../../viewport.ts'
import { ItemTable, lowSentence } from '../items.tsx'
import { Card } from '../page.tsx'
import { FEW } from '../pieces.tsx'
import { areasOf } from './narrow.ts'

const columnOf = ({ unit_id, name, figure, commitments }: UnitRow) => ({
  id: unit_id,
  name,
  n: figure.n,
  items: commitments,
})

export function ItemsCard({ report }: { report: UnitsReport }) {
  const listed = byName(report.units)
  const all = sumItems(listed)
  // Of a long list those stand side by side of whom something may be said, where they are few enough.
  const units = listed.length > FEW ? listed.filter(({ commitments }) => commitments.length > 0) : listed
  const many = units.length > FEW
  const place = areasOf(report).length > 0 ? 'items.together_area' : 'items.together'
  return (
    <Card id="items" title={t('items.title')} about={t(isNarrow.value ? 'items.about_numbers' : 'items.about')}>
      {many && <p>{t(place, { k: all.units, few: FEW })}</p>}
      {units.length === 0 && <p>{t('state.suppressed')}</p>}
      <ItemTable
        name={t('items.by_unit')}
        items={report.commitments}
        columns={many ? [{ id: 'all', name: t('items.all_units'), n: all.n, items: all.items }] : units.map(columnOf)}
      />
      <ul class="notes">
        {many ? (
          <li>{lowSentence(all.low)}</li>
        ) : (
          units.map(({ unit_id, name, low }) => {
            const sentence = lowSentence(low)
            return sentence && <li key={unit_id}>{`${name}: ${sentence}`}</li>
          })
        )}
      </ul>
    </Card>
  )
}
