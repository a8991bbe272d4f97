/** What citizens wrote, by month and nothing nearer. The words are text and only text, whatever they look like. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { RemarksReport } from '../../server/contract/remarks.ts'
import type { Options } from '../api.ts'
import { formatMonth } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { retryAt, useLive } from '../live.ts'
import { Card } from './page.tsx'
import { Awaited } from './states.tsx'

const firstShown = 12

interface RemarksProps {
  /** Asked again when it changes. */
  name: string
  about: string
  load(options?: Options): Promise<RemarksReport>
  /** In place of the list for a reader without the right to it; without these words there is no card then. */
  refusal?: string
  /** What can be done about what is read here. */
  tools?: ComponentChildren
  /** What stands below comes with it: nothing moves. */
  children?: ComponentChildren
}

export function Remarks({ name, about, load, refusal, tools, children }: RemarksProps) {
  const { data, refused } = useLive(name, load, { follow: false })
  const [all, setAll] = useState(false)
  // A reader without the right to remarks (the administrator) sees a page without this card, not a refusal in it.
  if (refused.value && !refusal) return null
  const items = data.value?.items
  const shown = all ? items : items?.slice(0, firstShown)
  return (
    <>
      <Card id="remarks" title={t('remarks.title')} about={refused.value ? undefined : about}>
        {refused.value && <p>{refusal}</p>}
        {!items && !refused.value && <Awaited />}
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
            {tools}
          </div>
        )}
      </Card>
      {(items || refused.value || retryAt.value !== null) && children}
    </>
  )
}
