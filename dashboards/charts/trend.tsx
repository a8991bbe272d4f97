/** Twelve months of one unit: line with its interval as a band, its own past dashed, the last value printed. */
import { useMemo } from 'preact/hooks'
import type { SeriesPoint } from '../../server/contract/reports.ts'
import { lastShown, pooledShare, shareAxis, sharePoints } from '../chart-data.ts'
import { formatInterval, formatMonth, formatPercent, monthTick } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { LazyChart } from './lazy-chart.tsx'
import type { Plot } from './plot.ts'

/** Months that make the dashed line: the unit's own past before the newest three. */
export const pastMonths = 9

/** Every third month is named below the picture, the last one among them. */
const EVERY = 3

interface TrendProps {
  points: readonly SeriesPoint[]
  name: string
  height: number
  /** Start of the axis; the same for all units that are seen side by side. */
  axisFrom: number
  /** Whether the last month still runs. */
  running: boolean
}

export const Trend = ({ points, name, height, axisFrom, running }: TrendProps) => {
  const tongue = language.value
  const plot = useMemo<Plot>(() => {
    const series = sharePoints(points)
    const past = pooledShare(points.slice(0, pastMonths))
    const last = lastShown(series)
    return {
      ticks: points.map(({ from }, index) => {
        if (index % EVERY !== (points.length - 1) % EVERY) return ''
        return monthTick(from, tongue, points[index - EVERY]?.from.slice(0, 4) !== from.slice(0, 4))
      }),
      axis: { ...shareAxis([], axisFrom), min: axisFrom },
      layers: [
        { kind: 'band', lower: series.lower, upper: series.upper },
        { kind: 'line', values: series.value, running: running && last?.index === points.length - 1 },
        ...(past === null ? [] : [{ kind: 'reference' as const, value: past }]),
      ],
      tips: points.map(({ from, figure }) => {
        const share = figure.satisfaction
        if (!share || share.value === null || figure.n === null) return null
        const text = `${formatPercent(share.value, tongue)} (${formatInterval(share.lower, share.upper, tongue)})`
        return { title: formatMonth(from, tongue), text: `${text}, ${t('figure.n', { n: figure.n })}` }
      }),
      printed: last && {
        ...last,
        text: formatPercent(last.value, tongue),
        below: t('figure.n', { n: series.n[last.index] ?? 0 }),
      },
      percent: (share) => `${Math.round(share * 100)}%`,
    }
  }, [points, tongue, axisFrom, running])
  return <LazyChart plot={plot} name={name} height={height} />
}
