/** Who was assigned at the reader's own counters, so that each can see to whom a time at their desk was credited. No ratings. */
import type { Desk as Stays } from '../../../server/contract/roster.ts'
import { formatInstant } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'

export function Desk({ stays }: { stays: Stays['items'] }) {
  // Whoever has their counters to themselves reads that in the list above.
  if (!stays.some(({ own }) => !own)) return null
  const when = (instant: string) => formatInstant(instant, language.value)
  return (
    <details data-desk>
      <summary>{t('desk.title')}</summary>
      <p class="hint">{t('desk.about')}</p>
      <ul class="serving">
        {stays.map(({ counter_id, counter, officer, own, starts_at, ends_at }) => (
          <li key={`${counter_id} ${starts_at}`} data-own={own}>
            <div class="serving-line">
              <span>
                <b>{counter}</b>
                <small>
                  {ends_at
                    ? t('desk.span', { from: when(starts_at), to: when(ends_at) })
                    : t('desk.since', { from: when(starts_at) })}
                </small>
              </span>
              <span>{own ? t('desk.me', { officer }) : officer}</span>
            </div>
          </li>
        ))}
      </ul>
    </details>
  )
}
