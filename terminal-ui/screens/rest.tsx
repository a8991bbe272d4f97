/** Outside opening hours: dim, awake at a touch, and then it takes ratings like at any hour. */
import { daySpans } from '../../server/contract/weekdays.ts'
import { DiamondBand } from '../components/diamonds.tsx'
import { Duty } from '../components/duty.tsx'
import { Face, LEVELS } from '../components/face.tsx'
import { ScreenTitle } from '../components/screen-title.tsx'
import { wake } from '../home.ts'
import { language, t } from '../i18n/messages.ts'
import { shown } from '../state.ts'

/** The name of an ISO weekday as it stands within a sentence; 1 January 2024 was a Monday. */
const day = (number: number): string =>
  new Intl.DateTimeFormat(language.value, { weekday: 'long', timeZone: 'UTC' })
    .format(Date.UTC(2024, 0, number))
    .replace(/^Thứ/, 'thứ')

/** "07:30–11:30 và 13:30–17:00, thứ Hai đến thứ Sáu", or nothing when no hours are known. */
function hoursText(): string {
  const hours = shown()?.hours
  if (!hours?.days.length || !hours.intervals.length) return ''
  const times = hours.intervals.map(({ from, to }) => `${from}\u2060–\u2060${to}`).join(` ${t('hours_and')} `)
  const days = daySpans(hours.days)
    .map(([from, to]) => (from === to ? day(from) : t('hours_to', { from: day(from), to: day(to) })))
    .join(', ')
  return t('hours', { hours: times, days })
}

export function RestScreen() {
  return (
    <main class="rest" data-screen="rest">
      <ScreenTitle text={t('resting')} hidden />
      <button type="button" class="wake" onClick={wake}>
        <span class="dim" aria-hidden="true">
          {LEVELS.map((level) => (
            <Face key={level} level={level} />
          ))}
        </span>
        <b>{t('resting')}</b>
        <span>{hoursText()}</span>
        <DiamondBand />
      </button>
      <Duty />
    </main>
  )
}
