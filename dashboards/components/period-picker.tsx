/** Chooses the period a page shows; the address carries it, so it can be kept, sent and printed. */
import { useId, useRef, useState } from 'preact/hooks'
import {
  type Calendar,
  isRange,
  type Period,
  periodAt,
  periodsPerYear,
  type Range,
  rangeOf,
  type Span,
  shiftPeriod,
} from '../../server/contract/periods.ts'
import { errorText, t } from '../i18n/index.tsx'
import { type Chosen, periodName } from '../period-name.ts'
import { navigate, withQuery } from '../router.ts'
import { Icon } from './icons.tsx'
import { Message } from './states.tsx'

interface PickerProps {
  chosen: Chosen
  /** Name of the page's own rolling period, where it has one. */
  usualName?: string
  /** Whether the page compares with the period before, and whether that is wanted now. */
  compare?: boolean
}

const go = (range: Range) => navigate(withQuery({ ...range }))
const spans: Span[] = ['quarter', 'month', 'half', 'year']

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

export function PeriodPicker({ chosen, usualName, compare }: PickerProps) {
  const [open, setOpen] = useState(false)
  const chip = useRef<HTMLButtonElement>(null)
  const panel = useId()
  const close = () => {
    setOpen(false)
    chip.current?.focus()
  }
  const { period } = chosen
  return (
    <>
      <div class="filters">
        {period && (
          <a
            class="chip arrow"
            href={withQuery({ ...rangeOf(shiftPeriod(period, -1)) })}
            aria-label={t('period.before')}
          >
            <Icon name="back" />
          </a>
        )}
        <button
          type="button"
          class="chip"
          ref={chip}
          aria-expanded={open}
          aria-controls={panel}
          onClick={() => setOpen(!open)}
          data-tool="period"
        >
          <small>{t('period.title')}</small>
          <span>{chosen.name === chosen.dates ? chosen.dates : `${chosen.name}, ${chosen.dates}`}</span>
          <Icon name="down" />
        </button>
        {period && (
          <a class="chip arrow" href={withQuery({ ...rangeOf(shiftPeriod(period, 1)) })} aria-label={t('period.after')}>
            <Icon name="next" />
          </a>
        )}
        {compare !== undefined && (
          <span class="chip still">
            <small>{t('period.compared')}</small>
            {compare ? t('period.compare_previous') : t('period.compare_none')}
          </span>
        )}
      </div>
      <div id={panel}>
        {open && (
          <Panel
            {...{ chosen, close, ...(usualName ? { usualName } : {}), ...(compare === undefined ? {} : { compare }) }}
          />
        )}
      </div>
    </>
  )
}

function Panel({ chosen, usualName, compare, close }: PickerProps & { close: () => void }) {
  const start = chosen.period ?? periodAt(chosen.valid ? chosen.range.to : '2000-01-01', 'administrative', 'quarter')
  const [calendar, setCalendar] = useState<Calendar>(start.calendar)
  const [year, setYear] = useState(start.year)
  const [bad, setBad] = useState(false)
  const calendarName = useId()
  const compareName = useId()
  const pick = (period: Period) => {
    go(rangeOf(period))
    close()
  }
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    const values = new FormData(event.currentTarget as HTMLFormElement)
    const range = { from: String(values.get('from')), to: String(values.get('to')) }
    if (!isRange(range)) return setBad(true)
    go(range)
    close()
  }
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
                    aria-pressed={chosen.range.from === from && chosen.range.to === to}
                    onClick={() => pick(period)}
                  >
                    {shortName(period)}
                  </button>
                )
              }),
            )}
          </div>
        </fieldset>
        <div class="stack">
          {compare !== undefined && (
            <fieldset>
              <legend>{t('period.compared')}</legend>
              <div class="radios">
                {[true, false].map((choice) => (
                  <label>
                    <input
                      type="radio"
                      name={compareName}
                      checked={compare === choice}
                      onChange={() => navigate(withQuery({ compare: choice ? null : 'none' }))}
                    />
                    {choice ? t('period.compare_previous') : t('period.compare_none')}
                  </label>
                ))}
              </div>
            </fieldset>
          )}
          <fieldset>
            <legend>{t('period.any')}</legend>
            <div class="two">
              <label>
                {t('period.from')}
                <input class="input" type="date" name="from" defaultValue={chosen.range.from} />
              </label>
              <label>
                {t('period.to')}
                <input class="input" type="date" name="to" defaultValue={chosen.range.to} />
              </label>
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
