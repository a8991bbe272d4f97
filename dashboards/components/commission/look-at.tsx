/** What to look at: differences beyond chance, and data that is missing. Nothing else, and never a person. */
import type { ComponentChild } from 'preact'
import { byName } from '../../../server/contract/names.ts'
import type { UnitsReport } from '../../../server/contract/reports.ts'
import { type UnitRow, verdictOf } from '../../chart-data.ts'
import { beforeName } from '../../filters.ts'
import { formatInterval, formatPercent } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { silentFor } from '../freshness.tsx'
import { Sign } from '../icons.tsx'
import { Card } from '../page.tsx'
import { FEW } from '../pieces.tsx'
import { unitSentence } from '../verdicts.tsx'
import { unitAddress } from './unit-rows.tsx'

interface Matter {
  sign: 'lower' | 'higher' | 'missing'
  title: string
  detail: string
  unitId: string | null
}

function mattersOf(report: UnitsReport): Matter[] {
  const matters: Matter[] = []
  const percent = (share: number) => formatPercent(share, language.value)
  const units = byName(report.units)
  for (const unit of units) {
    const verdict = verdictOf(unit)
    const now = unit.figure.satisfaction?.value
    const before = unit.previous?.figure.satisfaction?.value
    if ((verdict !== 'lower' && verdict !== 'higher') || now == null || before == null) continue
    const { low, service_only } = unit.low
    const reasons = low !== null && service_only !== null && low > 0 ? t('look.reasons', { low, k: service_only }) : ''
    matters.push({
      sign: verdict,
      title: t('look.change', { unit: unit.name, now: percent(now), earlier: percent(before), before: beforeName() }),
      detail: `${unitSentence(unit)} ${reasons}`,
      unitId: unit.unit_id,
    })
  }
  for (const { unit_id, name, figure, annex } of units) {
    if ((annex.side !== 'below' && annex.side !== 'above') || !figure.satisfaction) continue
    const { value, lower, upper } = figure.satisfaction
    const said = { unit: name, now: percent(value ?? 0), interval: formatInterval(lower, upper, language.value) }
    const sign = annex.side === 'below' ? 'lower' : 'higher'
    matters.push({
      sign,
      title: t('look.outside', said),
      detail: t(`look.outside_${sign}`, { n: figure.n ?? 0 }),
      unitId: unit_id,
    })
  }
  matters.push(
    ...missing(units, t('look.set_aside_detail'), {
      of: ({ figure }) => figure.set_aside ?? 0,
      one: (unit, n) => t('look.set_aside', { unit, n }),
      many: (k, n) => t('look.set_aside_many', { k, n }),
    }),
  )
  if (silentFor(report) > 0) {
    matters.push(
      ...missing(units, t('look.silent_detail'), {
        of: ({ silent_terminals }) => silent_terminals,
        one: (unit, k) => t('look.silent', { unit, k }),
        many: (units, k) => t('look.silent_many', { units, k }),
      }),
    )
  }
  return matters
}

/** What figures lack: how many of a unit, and how that is said of one unit and of many. */
interface Lack {
  of: (unit: UnitRow) => number
  one: (unit: string, count: number) => string
  many: (units: number, count: number) => string
}

/** Each unit by itself; of more than a dozen one line tells all. */
function missing(units: readonly UnitRow[], detail: string, { of, one, many }: Lack): Matter[] {
  const some = units.filter((unit) => of(unit) > 0)
  const matter = { sign: 'missing' as const, detail }
  if (some.length <= FEW) {
    return some.map((unit) => ({ ...matter, title: one(unit.name, of(unit)), unitId: unit.unit_id }))
  }
  const all = some.reduce((sum, unit) => sum + of(unit), 0)
  return [{ ...matter, title: many(some.length, all), unitId: null }]
}

export function LookAt({ report, span }: { report: UnitsReport; span: 5 | 7 | 12 }) {
  const matters = mattersOf(report)
  const content: ComponentChild =
    matters.length === 0 ? (
      <p>{t('look.nothing')}</p>
    ) : (
      <>
        <Matters matters={matters.slice(0, FEW)} />
        {matters.length > FEW && (
          <details>
            <summary>{t('look.more', { k: matters.length - FEW })}</summary>
            <Matters matters={matters.slice(FEW)} />
          </details>
        )}
      </>
    )
  return (
    <Card id="look" span={span} title={t('look.title')} about={t('look.about')}>
      {content}
    </Card>
  )
}

const Matters = ({ matters }: { matters: readonly Matter[] }) => (
  <ol class="look">
    {matters.map(({ sign, title, detail, unitId }) => (
      <li>
        <Sign kind={sign} />
        <div>
          <b>{title}</b>
          <span>{detail}</span>
        </div>
        {unitId && (
          <a href={unitAddress(unitId)} aria-label={`${t('look.open')}: ${title}`}>
            {t('look.open')}
          </a>
        )}
      </li>
    ))}
  </ol>
)
