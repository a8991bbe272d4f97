/** A funnel in plain SVG: shares by number of ratings between the lines that chance rarely crosses. Fetched when it comes near. */
import type { Limits } from '../../server/contract/figures.ts'
import { shareAxis } from '../chart-data.ts'
import { formatCount } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { isNarrow } from '../viewport.ts'

/** One subject; those with a `label` lie outside the 99.8 % limits and bear their name. */
export interface FunnelDot {
  id: string
  n: number
  value: number
  limits: Limits
  /** For the pointer. */
  title: string
  label?: { name: string; side: 'below' | 'above' }
}

export interface FunnelProps {
  dots: readonly FunnelDot[]
  pooled: number
  /** What is seen, for the ear. */
  name: string
}

const [height, left, bottom] = [320, 56, 36]

/** A dot, or beyond the outer limits a triangle that points to its side. */
function shapeOf(x: number, y: number, side?: 'below' | 'above'): string {
  if (!side) return `M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0`
  const tip = side === 'below' ? 8 : -8
  return `M${x - 9} ${y - tip}h18L${x} ${y + tip}Z`
}

/** Each subject a dot; the limits at every subject's own number of ratings, joined. A table beside it holds the same numbers. */
export default function Funnel({ dots, pooled, name }: FunnelProps) {
  // On a phone the same letters in half the width, instead of letters half as large.
  const width = isNarrow.value ? 360 : 720
  const sorted = [...dots].sort((a, b) => a.n - b.n)
  const most = Math.max(...sorted.map(({ n }) => n), 1)
  const { min, ticks } = shareAxis(
    sorted.map(({ limits, value }) => ({ value: null, lower: Math.min(limits.low998, value), upper: 1 })),
    0.6,
  )
  const toLeft = (n: number) => x(n) > width * 0.6
  const x = (n: number) => left + (n / most) * (width - left - 16)
  const y = (share: number) => 12 + ((1 - share) / (1 - min)) * (height - bottom - 12)
  const line = (of: (limits: Limits) => number) => sorted.map(({ n, limits }) => `${x(n)},${y(of(limits))}`).join(' ')
  return (
    <svg class="funnel" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={name}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="funnel-grid" x1={left} x2={width - 16} y1={y(tick)} y2={y(tick)} />
          <text x={left - 8} y={y(tick) + 5} text-anchor="end">
            {`${Math.round(tick * 100)}%`}
          </text>
        </g>
      ))}
      <polyline class="funnel-outer" points={line((limits) => limits.low998)} />
      <polyline class="funnel-outer" points={line((limits) => limits.high998)} />
      <polyline class="funnel-inner" points={line((limits) => limits.low95)} />
      <polyline class="funnel-inner" points={line((limits) => limits.high95)} />
      <line class="funnel-centre" x1={left} x2={width - 16} y1={y(pooled)} y2={y(pooled)} />
      {sorted.map(({ id, n, value, title, label }) => (
        <g key={id}>
          <path class={`funnel-dot ${label?.side ?? ''}`} d={shapeOf(x(n), y(value), label?.side)}>
            <title>{title}</title>
          </path>
          {label && (
            <text x={x(n) + (toLeft(n) ? -12 : 12)} y={y(value) + 5} text-anchor={toLeft(n) ? 'end' : 'start'}>
              {label.name}
            </text>
          )}
        </g>
      ))}
      <text x={left} y={height - 8}>
        0
      </text>
      <text x={width - 16} y={height - 8} text-anchor="end">
        {t('funnel.ratings', { n: formatCount(most, language.value) })}
      </text>
    </svg>
  )
}
