/** Chooses the period a page shows; the address carries it, so it can be kept, sent and printed. */
import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId, useRef, useState } from 'preact/hooks'
import { comparisons, rangeBefore } from '../../server/contract/periods.ts'
import { askedComparison } from '../filters.ts'
import { formatRange } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import type { Chosen } from '../period-name.ts'
import { withQuery } from '../router.ts'
import { Choice } from './choice.tsx'
import { Icon } from './icons.tsx'

interface PickerProps {
  chosen: Chosen
  /** Name of the page's own rolling period, where it has one. */
  usualName?: string
  /** Whether the page compares with a period before. */
  compares?: boolean
  /** What else the page is narrowed by. */
  children?: ComponentChildren
}

const panel = signal<typeof import('./period-panel.tsx')['default'] | null>(null)

export function PeriodPicker({ chosen, usualName, compares, children }: PickerProps) {
  const [open, setOpen] = useState(false)
  const chip = useRef<HTMLButtonElement>(null)
  const place = useId()
  const close = () => {
    setOpen(false)
    chip.current?.focus()
  }
  const toggle = async () => {
    setOpen(!open)
    // Without a connection the page says so already; the next click tries again.
    if (!panel.peek()) panel.value = (await import('./period-panel.tsx').catch(() => null))?.default ?? null
    if (!panel.peek()) setOpen(false)
  }
  const Panel = panel.value
  return (
    <>
      <div class="filters">
        {chosen.earlier && (
          <a class="chip arrow" href={withQuery({ ...chosen.earlier })} aria-label={t('period.before')}>
            <Icon name="back" />
          </a>
        )}
        <button
          type="button"
          class="chip"
          ref={chip}
          aria-expanded={open}
          aria-controls={place}
          onClick={toggle}
          onKeyDown={({ key }) => key === 'Escape' && close()}
          data-tool="period"
        >
          <small>{t('period.title')}</small>
          <span>
            {chosen.name !== chosen.dates && `${chosen.name}, `}
            <span class="dates">{chosen.dates}</span>
          </span>
          <Icon name="down" />
        </button>
        {chosen.later && (
          <a class="chip arrow" href={withQuery({ ...chosen.later })} aria-label={t('period.after')}>
            <Icon name="next" />
          </a>
        )}
        {compares && (
          <Choice
            name="compare"
            label={t('period.compared')}
            value={askedComparison() ?? 'none'}
            choices={[...comparisons, 'none' as const].map((value) => ({ value, label: t(`period.compare_${value}`) }))}
          />
        )}
        {children}
      </div>
      {chosen.valid && <OnPaper chosen={chosen} compares={compares === true} />}
      <div id={place}>{open && Panel && <Panel {...{ chosen, usualName, close }} />}</div>
    </>
  )
}

/** A sheet of paper has no choices, and “Quarter IV” is two periods, by the calendar and from a 15th: it bears the dates of all that is compared. */
function OnPaper({ chosen: { name, dates, range }, compares }: { chosen: Chosen; compares: boolean }) {
  const comparison = compares ? askedComparison() : null
  const before = comparison && rangeBefore(range, comparison)
  return (
    <p class="on-paper">
      {t('period.paper', { period: name === dates ? dates : `${name}, ${dates}` })}{' '}
      {before &&
        t('period.paper_compared', {
          before: t(`compare.${comparison}`),
          dates: formatRange(before.from, before.to, language.value),
        })}
    </p>
  )
}
