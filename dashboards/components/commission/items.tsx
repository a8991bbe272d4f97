/** What citizens named: commitments by unit where a dozen stand side by side, else all units shown together. */
import type { UnitsReport } from '../../../server/contract/reports.ts'
import { sumItems, type UnitRow } from '../../chart-data.ts'
import { byName } from '../../format.ts'
import { t } from '../../i18n/index.tsx'
import { ItemTable, lowSentence } from '../items.tsx'
import { Card } from '../page.tsx'
import { FEW } from '../pieces.tsx'

const columnOf = ({ unit_id, name, figure, commitments }: UnitRow) => ({
  id: unit_id,
  name,
  n: figure.n,
  items: commitments,
})

export function ItemsCard({ report }: { report: UnitsReport }) {
  const units = byName(report.units)
  const many = units.length > FEW
  const all = sumItems(units)
  return (
    <Card id="items" title={t('items.title')} about={t('items.about')}>
      {many && <p>{t('items.together', { k: all.units, few: FEW })}</p>}
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
