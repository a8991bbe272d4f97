/** The closed month as a number one can say aloud, its interval as a line, and how many it rests on. */
import type { BoardMonth } from '../../server/contract/boards.ts'
import { receivedOf } from '../../server/contract/totals.ts'
import { placeOn, shareAxis } from '../chart-data.ts'
import { formatCount, formatDate, formatMonth, formatPercent } from '../format.ts'
import { language, t } from '../i18n/index.tsx'

export function Month({ month }: { month: BoardMonth | null }) {
  if (month === null) return <Without title={t('board.no_month')} help={t('board.no_month_help')} />
  const name = formatMonth(month.month, language.value)
  const { n, satisfaction, visits, set_aside } = month
  if (n === 0) return <Without title={t('board.none_rated', { month: name })} help={t('board.none_rated_help')} />
  if (n === null || satisfaction?.value == null) {
    return <Without title={t('board.too_few', { month: name })} help={t('board.too_few_help')} />
  }
  const { value, lower, upper } = satisfaction
  const share = (part: number) => formatPercent(part, language.value)
  const axis = shareAxis([satisfaction], 0.6)
  const [left, right] = [placeOn(axis, lower), placeOn(axis, upper)]
  return (
    <section class="month">
      <p class="number">
        <b data-figure="satisfaction">{share(value)}</b>
        <span>
          {t('board.satisfied', { month: name })}
          <small>
            <span data-figure="n">
              {visits === null
                ? t('board.of_n', { n: formatCount(n, language.value) })
                : t('board.of_visits', {
                    n: formatCount(n, language.value),
                    visits: formatCount(visits, language.value),
                  })}
            </span>{' '}
            {set_aside !== null && (
              <>
                <span data-figure="parts">
                  {t('board.parts', {
                    received: formatCount(receivedOf(month) ?? n, language.value),
                    set_aside: formatCount(set_aside, language.value),
                  })}
                </span>{' '}
              </>
            )}
            <span data-figure="interval">{t('board.true_share', { lower: share(lower), upper: share(upper) })}</span>{' '}
            {t('board.counted_on', { day: formatDate(month.closed_on, language.value) })}
          </small>
        </span>
      </p>
      <div class="axis" aria-hidden="true">
        <span class="line" />
        <span class="interval" style={{ left: `${left}%`, width: `${right - left}%` }} />
        <span class="dot" style={{ left: `${placeOn(axis, value)}%` }} />
        {axis.ticks.map((tick) => (
          <span class="tick" key={tick} style={{ left: `${placeOn(axis, tick)}%` }}>
            {Math.round(tick * 100)}%
          </span>
        ))}
      </div>
    </section>
  )
}

const Without = ({ title, help }: { title: string; help: string }) => (
  <section class="month without">
    <h2>{title}</h2>
    <p>{help}</p>
  </section>
)
