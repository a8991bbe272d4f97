/** Up to when the figures reach; gold when tablets are silent and ratings may still come in. */
import { formatInstant } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { Icon } from './icons.tsx'

export function Freshness({ freshness }: { freshness: { counted_through: string | null; silent_terminals: number } }) {
  const { counted_through, silent_terminals } = freshness
  if (counted_through === null) return <p class="fresh">{t('fresh.nothing')}</p>
  const time = formatInstant(counted_through, language.value)
  if (silent_terminals === 0) return <p class="fresh">{t('fresh.complete', { time })}</p>
  return (
    <p class="fresh late">
      <Icon name="offline" />
      <span>{t('fresh.late', { time, k: silent_terminals })}</span>
    </p>
  )
}
