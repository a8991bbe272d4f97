/** Up to when the figures reach; gold when tablets are silent and ratings may still come in, loud when the server's clock is wrong. */

import { isLongOver } from '../../server/contract/periods.ts'
import type { UnitReport } from '../../server/contract/reports.ts'
import { serverNow } from '../api.ts'
import { today } from '../clock.ts'
import { formatInstant } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { Icon } from './icons.tsx'
import { Message } from './states.tsx'

type Reached = Pick<UnitReport, 'from' | 'to' | 'freshness'>

/** Tablets out of contact that may still bring ratings of the report's days. */
export const silentFor = (report: Reached): number =>
  isLongOver(report, today.value) ? 0 : report.freshness.silent_terminals

export function Freshness({ report }: { report: Reached }) {
  const { counted_through, clock_behind } = report.freshness
  return (
    <>
      {clock_behind && (
        <div class="gone">
          <Message kind="bad" icon="alert">
            {t('fresh.clock', { time: formatInstant(serverNow(), language.value) })}
          </Message>
        </div>
      )}
      <Reach through={counted_through} silent={silentFor(report)} />
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
