/** Up to when the figures reach; gold when tablets are silent and ratings may still come in, loud when the server's clock is wrong. */
import type { UnitReport } from '../../server/contract/reports.ts'
import { serverNow } from '../api.ts'
import { formatInstant } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { Icon } from './icons.tsx'
import { Message } from './states.tsx'

export function Freshness({ freshness }: { freshness: UnitReport['freshness'] }) {
  const { counted_through, silent_terminals, clock_behind } = freshness
  return (
    <>
      {clock_behind && (
        <div class="gone">
          <Message kind="bad" icon="alert">
            {t('fresh.clock', { time: formatInstant(serverNow(), language.value) })}
          </Message>
        </div>
      )}
      <Reach through={counted_through} silent={silent_terminals} />
    </>
  )
}

function Reach({ through, silent }: { through: string | null; silent: number }) {
  if (through === null) return <p class="fresh">{t('fresh.nothing')}</p>
  const time = formatInstant(through, language.value)
  if (silent === 0) return <p class="fresh">{t('fresh.complete', { time })}</p>
  return (
    <p class="fresh late">
      <Icon name="offline" />
      <span>{t('fresh.late', { time, k: silent })}</span>
    </p>
  )
}
