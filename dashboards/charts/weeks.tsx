/** Weeks (or months, for a long range) of one unit: a dot with its interval for each, never joined, for each is small. */
import { useMemo } from 'preact/hooks'
import type { SeriesPoint } from '../../server/contract/reports.ts'
import { pooledShare, shareAxis, sharePoints } from '../chart-data.ts'
import { formatDate, formatInterval, formatMonth, formatPercent } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { isNarrow } from '../viewport.ts'
import { LazyChart } from './lazy-chart.tsx'
import type { Plot } from './plot.ts'

export type Grain = 'week' | 'month'

/** What a point is called: the Monday of its week, or its month. */
export const pointName = (point: SeriesPoint, grain: Grain, short = false): string =>
  grain === 'week' ? formatDate(point.from, language.value, !short) : formatMonth(point.from, language.value, short)

export const Weeks = (props: { points: readonly SeriesPoint[]; grain: Grain; name: string; height: number }) => {
  const { points, grain, name, height } = props
  const tongue = language.value
  const narrow = isNarrow.value
  const plot = useMemo<Plot>(() => {
    const series = sharePoints(points)
    const mean = pooledShare(points)
    const every = Math.ceil(points.length / (narrow ? 4 : 14))
    return {
      ticks: points.map((point, index) => {
        if ((points.length - 1 - index) % every !== 0) return ''
        const label = pointName(point, grain, true)
        return narrow ? label : [label, point.figure.n === null ? '–' : t('figure.n', { n: point.figure.n })]
      }),
      axis: shareAxis(
        points.map(({ figure }) => figure.satisfaction),
        0.4,
      ),
      layers: [
        {
          kind: 'band',
          lower: points.map(({ limits }) => limits?.low998 ?? null),
          upper: points.map(({ limits }) => limits?.high998 ?? null),
        },
        { kind: 'whiskers', lower: series.lower, upper: series.upper },
        { kind: 'dots', values: series.value },
        ...(mean === null ? [] : [{ kind: 'reference' as const, value: mean }]),
      ],
      tips: points.map((point) => {
        const { satisfaction: share, n } = point.figure
        if (!share || share.value === null || n === null) return null
        const text = `${formatPercent(share.value, tongue)} (${formatInterval(share.lower, share.upper, tongue)})`
        return { title: pointName(point, grain), text: `${text}, ${t('figure.n', { n })}` }
      }),
      printed: null,
      percent: (share) => `${Math.round(share * 100)}%`,
    }
  }, [points, grain, tongue, narrow])
  return <LazyChart plot={plot} name={name} height={height} />
}
