/** What is said about a figure: one unit against its own period before, an officer against the unit. */
import type { SeriesPoint, UnitReport } from '../../server/contract/reports.ts'
import { type UnitRow, verdictOf } from '../chart-data.ts'
import { type Grain, pointName } from '../charts/weeks.tsx'
import { beforeName, beforeTitle } from '../filters.ts'
import { formatDecimal, roundedShare } from '../format.ts'
import { language, t } from '../i18n/index.tsx'

const points = (share: number) => formatDecimal(Math.abs(share * 100), language.value)

/** Of two shares as they are printed: whoever subtracts the one from the other by hand finds the same. */
const printedDifference = (now: number, before: number) => roundedShare(now) - roundedShare(before)

/** One sentence on a unit, chance told apart from cause. */
export function unitSentence(
  unit: Pick<UnitRow, 'figure' | 'previous'>,
  none: 'unit.none' | 'unit.none_published' = 'unit.none',
): string {
  const verdict = verdictOf(unit)
  const change = unit.previous?.change
  if (verdict === 'few') return t(unit.figure.n === 0 ? none : 'unit.few')
  if (!change) return unit.previous ? t('unit.unmatched', { before: beforeTitle() }) : ''
  const value = printedDifference(unit.figure.satisfaction?.value ?? 0, unit.previous?.figure.satisfaction?.value ?? 0)
  const said = { value: points(value), before: beforeName(), from: points(change.lower), to: points(change.upper) }
  if (verdict === 'lower') return t('unit.lower', { ...said, from: said.to, to: said.from })
  if (verdict === 'higher') return t('unit.higher', said)
  if (said.value === points(0)) return t('unit.usual_same', said)
  return t(value < 0 ? 'unit.usual_less' : 'unit.usual_more', said)
}

/** The band an officer's figure lies in, in words; nothing is said below ten ratings. */
export function bandSentence(officer: Pick<UnitReport['officers'][number], 'band' | 'figure'>): string {
  if (officer.band === null) return officer.figure.satisfaction ? t('band.unknown') : t('band.too_few')
  return t(`band.${officer.band}`)
}

/** A unit over time: which of its weeks (or months) chance does not explain. */
export function seriesSentence(points: readonly SeriesPoint[], grain: Grain): string {
  const shown = points.filter(({ side }) => side !== null)
  const outside = shown.filter(({ side }) => side !== 'usual').map((point) => pointName(point, grain, true))
  if (shown.length < 2) return t('series.too_few')
  if (outside.length === 0) return t(`series.all_usual_${grain}`)
  return t(`series.outside_${grain}`, { names: outside.join(', ') })
}
