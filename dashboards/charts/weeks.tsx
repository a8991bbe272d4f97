/** Weeks (or months, for a long range) of one unit: a dot with its interval for each, never joined, for each is small. */
import { useMemo } from 'preact/hooks'
import type { SeriesPoint } from '../../server/contract/reports.ts'
import { namedPlaces, pooledShare, shareAxis, sharePoints } from '../chart-data.ts'
import { formatDate, formatInterval, formatMonth, formatPercent } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { isNarrow } from '../viewport.ts'
import { LazyChart } from './lazy-chart.tsx'
import type { Plot } from './plot.ts'

export type Grain = 'week' | 'month'

/** What a point is called: the Monday of its week, or its month. */
export const pointName = (point: SeriesPoint, grain: Grain, short = false): string =>
  grain === 'week' ? formatDate(point.from, language.value, !short) : formatMonth(point.from, language.value, short)

/** Of a triangle, where a week (or month) lies beyond the limits. */
const markOf = ({ side }: SeriesPoint) => (side === 'below' ? 'lower' : side === 'above' ? 'higher' : null)

const placesWhere = (points: readonly SeriesPoint[], holds: (point: SeriesPoint) => unknown): number[] =>
  points.flatMap((point, place) => (holds(point) ? [place] : []))

/** English dates are as wide as a week's place: of weeks side by side the first of a month alone bears its name. */
function tickName(points: readonly SeriesPoint[], index: number, grain: Grain, crowded: boolean): string {
  const [point, before] = [points[index] as SeriesPoint, points[index - 1]]
  const whole = pointName(point, grain, true)
  if (grain === 'month' || !crowded || language.value === 'vi' || !before) return whole
  return before.from.slice(0, 7) === point.from.slice(0, 7) ? String(Number(point.from.slice(8))) : whole
}

export const Weeks = (props: { points: readonly SeriesPoint[]; grain: Grain; name: string; height: number }) => {
  const { points, grain, name, height } = props
  const tongue = language.value
  const narrow = isNarrow.value
  const plot = useMemo<Plot>(() => {
    const series = sharePoints(points)
    const mean = pooledShare(points)
    const [marked, empty] = [placesWhere(points, markOf), placesWhere(points, ({ figure }) => !figure.satisfaction)]
    const places = new Set(namedPlaces(points.length, narrow ? 4 : 14, [...marked, ...empty]))
    const crowded = places.size === points.length
    return {
      ticks: points.map((point, index) => {
        if (!places.has(index)) return ''
        const n = point.figure.n === null ? '–' : t('figure.n', { n: point.figure.n })
        return [tickName(points, index, grain, crowded), n]
      }),
      axis: shareAxis(
        points.map(({ figure }) => figure.satisfaction),
        0.4,
      ),
      layers: [
        {
          kind: 'limits',
          lower: points.map(({ limits }) => limits?.low998 ?? null),
          upper: points.map(({ limits }) => limits?.high998 ?? null),
        },
        { kind: 'whiskers', lower: series.lower, upper: series.upper },
        { kind: 'dots', values: series.value, marks: points.map(markOf) },
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
