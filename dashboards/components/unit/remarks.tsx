/** What citizens wrote, by month and nothing nearer. The words are text and only text, whatever they look like. */
import { useState } from 'preact/hooks'
import type { Range } from '../../../server/contract/periods.ts'
import { getRemarks } from '../../api.ts'
import { formatMonth } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { TakeUp } from '../cases/take-up.tsx'
import { Card } from '../page.tsx'

const firstShown = 12

/** `leads`: the reader may take a matter up from what is read here. */
export function Remarks(props: { unitId: string; range: Range; revision: string; leads: boolean }) {
  const { unitId, range, revision, leads } = props
  const key = `${unitId} ${range.from} ${range.to} ${revision}`
  const { data, refused } = useLive(key, (options) => getRemarks(unitId, range, options), { follow: false })
  const [all, setAll] = useState(false)
  // A reader without the right to remarks (the administrator) sees a page without this card, not a refusal in it.
  if (refused.value) return null
  const items = data.value?.items
  const shown = all ? items : items?.slice(0, firstShown)
  return (
    <Card id="remarks" title={t('remarks.title')} about={t('remarks.about')}>
      {items && items.length === 0 && <p>{t('remarks.none')}</p>}
      {items && items.length > 0 && (
        <ul class="remarks" lang="vi">
          {shown?.map(({ month, text }, index) => (
            <li key={`${month}-${index}`}>
              <blockquote>{text}</blockquote>
              <small lang={language.value}>{formatMonth(month, language.value)}</small>
            </li>
          ))}
        </ul>
      )}
      {items && (
        <div class="remarks-tools">
          {items.length > firstShown && !all && (
            <button type="button" class="button" onClick={() => setAll(true)}>
              {t('remarks.all', { n: items.length })}
            </button>
          )}
          {leads && <TakeUp unitId={unitId} />}
        </div>
      )}
    </Card>
  )
}
