/** The choice of a period: administrative or calendar, weeks, any dates. Fetched when somebody opens it. */
import { useId, useState } from 'preact/hooks'
import {
  addDays,
  type Calendar,
  isRange,
  type Period,
  periodAt,
  periodsPerYear,
  type Range,
  rangeOf,
  type Span,
  weekOf,
} from '../../server/contract/periods.ts'
import { today } from '../clock.ts'
import { errorText, t } from '../i18n/index.tsx'
import { type Chosen, periodName } from '../period-name.ts'
import { navigate, withQuery } from '../router.ts'
import { DayInput } from './day-input.tsx'
import { Icon } from './icons.tsx'
import { Message } from './states.tsx'

interface PanelProps {
  chosen: Chosen
  /** Name of the page's own rolling period, where it has one. */
  usualName?: string | undefined
  close: () => void
}

const go = (range: Range) => navigate(withQuery({ ...range }))
const spans: Span[] = ['quarter', 'month', 'half', 'year']
/** Columns of the grid of periods: four quarters fill a row, and so do two halves or the year. */
const COLUMNS = 4

const shortName = (period: Period): string => {
  if (period.span === 'quarter')
    return t('period.quarter_short', {
      quarter: ['I', 'II', 'III', 'IV'][period.index - 1] ?? '',
      number: period.index,
    })
  if (period.span === 'month')
    return t('period.month_short', { number: period.index, month: t(`month.${period.index as 1}`).slice(0, 3) })
  if (period.span === 'half') return t(period.index === 1 ? 'period.first_half_short' : 'period.second_half_short')
  return t('period.year_short')
}

/** Holds what is seen as whole words, for those who speak to their screen: "T1, Tháng 1/2026", "Quý I/2026". */
const fullName = (period: Period): string => {
  const [seen, name] = [shortName(period), periodName(period)]
  return ` ${name.replace('/', ' ')} `.includes(` ${seen} `) ? name : `${seen}, ${name}`
}

export default function PeriodPanel({ chosen, usualName, close }: PanelProps) {
  const start = chosen.period ?? periodAt(chosen.valid ? chosen.range.to : today.value, 'administrative', 'quarter')
  const [calendar, setCalendar] = useState<Calendar>(start.calendar)
  const [year, setYear] = useState(start.year)
  const [bad, setBad] = useState(false)
  const calendarName = useId()
  const take = (range: Range) => {
    go(range)
    close()
  }
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    const values = new FormData(event.currentTarget as HTMLFormElement)
    const range = { from: String(values.get('from')), to: String(values.get('to')) }
    if (!isRange(range)) return setBad(true)
    take(range)
  }
  const isChosen = ({ from, to }: Range) => chosen.range.from === from && chosen.range.to === to
  return (
    <form
      class="panel"
      onSubmit={onSubmit}
      noValidate
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
      }}
    >
      <div class="picker">
        <fieldset>
          <legend>{t('period.title')}</legend>
          <div class="radios">
            {(['administrative', 'calendar'] as const).map((choice) => (
              <label>
                <input
                  type="radio"
                  name={calendarName}
                  checked={calendar === choice}
                  onChange={() => setCalendar(choice)}
                />
                {t(`period.${choice}`)}
              </label>
            ))}
          </div>
          {usualName && (
            <button
              type="button"
              class="button usual"
              aria-pressed={chosen.usual}
              onClick={() => {
                navigate(withQuery({ from: null, to: null }))
                close()
              }}
            >
              {usualName}
            </button>
          )}
          <div class="two weeks">
            {([0, -7] as const).map((days) => {
              const week = weekOf(addDays(today.value, days))
              return (
                <button type="button" class="button" aria-pressed={isChosen(week)} onClick={() => take(week)}>
                  {t(days === 0 ? 'period.this_week' : 'period.last_week')}
                </button>
              )
            })}
          </div>
        </fieldset>
        <fieldset>
          <legend class="stepper">
            <button type="button" class="tool" aria-label={t('period.year_before')} onClick={() => setYear(year - 1)}>
              <Icon name="back" />
            </button>
            <span aria-live="polite">{t('period.year', { year: String(year) })}</span>
            <button type="button" class="tool" aria-label={t('period.year_after')} onClick={() => setYear(year + 1)}>
              <Icon name="next" />
            </button>
          </legend>
          <div class="picker-grid">
            {spans.flatMap((span) =>
              Array.from({ length: periodsPerYear(span) }, (_, place) => {
                const period: Period = { calendar, span, year, index: place + 1 }
                const { from, to } = rangeOf(period)
                return (
                  <button
                    type="button"
                    aria-label={fullName(period)}
                    aria-pressed={isChosen({ from, to })}
                    style={{ gridColumn: `span ${COLUMNS / Math.min(COLUMNS, periodsPerYear(span))}` }}
                    onClick={() => take({ from, to })}
                  >
                    {shortName(period)}
                  </button>
                )
              }),
            )}
          </div>
        </fieldset>
        <div class="stack">
          <fieldset>
            <legend>{t('period.any')}</legend>
            <div class="two">
              {(['from', 'to'] as const).map((end) => (
                <div key={end}>
                  <label for={`${calendarName}-${end}`}>{t(`period.${end}`)}</label>
                  <DayInput
                    class="input"
                    id={`${calendarName}-${end}`}
                    type="date"
                    name={end}
                    defaultValue={chosen.range[end]}
                  />
                </div>
              ))}
            </div>
            {bad && (
              <Message kind="bad" icon="alert">
                {errorText('invalid_range')}
              </Message>
            )}
            <button type="submit" class="button main">
              {t('period.show')}
            </button>
          </fieldset>
        </div>
      </div>
      <p class="hint">{t('period.help')}</p>
    </form>
  )
}
