/** What citizens named: commitments in their families, kept against to be done better, for one unit or several. */
import type { UnitsReport } from '../../server/contract/reports.ts'
import { butterflyScale, byFamily, type ItemCount } from '../chart-data.ts'
import { Butterfly, butterflyStyle } from '../charts/butterfly.tsx'
import { language, t } from '../i18n/index.tsx'
import { Missing } from './figures.tsx'
import { CommitmentIcon } from './icons.tsx'
import { Scroll } from './page.tsx'

export type Item = UnitsReport['commitments'][number]

/** An item's label when kept or not kept, in the reader's language or else in Vietnamese. */
export function itemLabel({ labels, commitment }: Pick<Item, 'labels' | 'commitment'>, kept: boolean): string {
  const words = labels[language.value] ?? labels.vi
  const label = words ? (kept ? words.kept : words.broken) : commitment
  return label.charAt(0).toLocaleUpperCase('vi') + label.slice(1)
}

export interface ItemColumn {
  id: string
  name: string
  /** Ratings of the column; null where nothing may be shown. */
  n: number | null
  items: readonly ItemCount[]
}

interface ItemTableProps {
  items: readonly Item[]
  columns: readonly ItemColumn[]
  name: string
}

export function ItemTable({ items, columns, name }: ItemTableProps) {
  const scale = butterflyScale(columns)
  return (
    <Scroll name={name}>
      <table
        class={columns.length > 1 ? 'table items several' : 'table items'}
        style={butterflyStyle(scale, columns.length)}
      >
        <thead>
          <tr>
            <th scope="col">
              <span class="sr">{t('column.item')}</span>
            </th>
            {columns.map(({ id, name: column, n }) => (
              <th scope="col" key={id}>
                <span class="about-axis">
                  {column}
                  <small>{n === null ? t('state.suppressed') : t('figure.n', { n })}</small>
                </span>
                <small class="sides">
                  <span>{t('items.side_kept')}</span>
                  <span>{t('items.side_better')}</span>
                </small>
              </th>
            ))}
          </tr>
        </thead>
        {byFamily(items).map((group) => (
          <tbody key={group.family}>
            <tr class="group">
              <th scope="colgroup" colSpan={columns.length + 1}>
                <span>{t(`family.${group.family}`)}</span>
              </th>
            </tr>
            {group.items.map((item) => (
              <tr key={item.commitment} data-commitment={item.commitment}>
                <th scope="row" class="item">
                  <CommitmentIcon commitment={item.commitment} />
                  {itemLabel(item, true)}
                </th>
                {columns.map((column) => {
                  const count = column.items.find(({ commitment }) => commitment === item.commitment)
                  return (
                    <td key={column.id} data-unit-id={column.id}>
                      {column.n === null || !count ? (
                        <Missing figure="kept" />
                      ) : (
                        <Butterfly kept={count.kept} broken={count.broken} n={column.n} scale={scale} />
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </Scroll>
  )
}

/** How many low ratings name only procedure, time or equipment; null where that may not be shown. */
export const lowSentence = ({
  low,
  service_only,
}: {
  low: number | null
  service_only: number | null
}): string | null =>
  low === null || service_only === null ? null : t(low === 0 ? 'low.none' : 'low.only', { low, k: service_only })
