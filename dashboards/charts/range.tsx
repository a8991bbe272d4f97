/** Dot and range on a common axis, in plain HTML: the interval as a bar, the value as a dot, the period before hollow below. */
import type { Share } from '../../server/contract/common.ts'
import { placeOn, type ShareAxis } from '../chart-data.ts'

type Bounds = Pick<Share, 'lower' | 'upper'>

interface RangeProps {
  share: Share | null
  axis: ShareAxis
  /** What is shaded behind it: between which shares it would be usual for so many ratings. */
  band?: Bounds | null
  previous?: Share | null
  /** A triangle in place of the dot where chance is ruled out. */
  mark?: 'lower' | 'higher' | null
}

const across = (axis: ShareAxis, share: Bounds) => {
  const left = placeOn(axis, share.lower)
  return { left: `${left}%`, width: `${placeOn(axis, share.upper) - left}%` }
}
const on = (axis: ShareAxis, value: number) => ({ left: `${placeOn(axis, value)}%` })

/** The same numbers stand beside it as text, so the picture itself is silent. */
export const Range = ({ share, axis, band, previous, mark }: RangeProps) => (
  <span class="range" aria-hidden="true">
    {axis.ticks.map((tick) => (
      <span class="range-grid" style={on(axis, tick)} />
    ))}
    {band && <span class="range-band" style={across(axis, band)} />}
    {previous && <span class="range-bar before" style={across(axis, previous)} />}
    {previous && previous.value !== null && <span class="range-dot before" style={on(axis, previous.value)} />}
    {share && <span class={share.value === null ? 'range-bar wide' : 'range-bar'} style={across(axis, share)} />}
    {share && share.value !== null && <span class={`range-dot ${mark ?? ''}`} style={on(axis, share.value)} />}
  </span>
)

/** The axis as a row of its list. `stacked`: above the first row, only where rows are stacked and the last one is far away. */
export const AxisRow = ({ axis, stacked = false }: { axis: ShareAxis; stacked?: boolean }) => (
  <li class={stacked ? 'axis when-stacked' : 'axis'} aria-hidden="true">
    <span />
    <RangeAxis axis={axis} />
  </li>
)

export const RangeAxis = ({ axis }: { axis: ShareAxis }) => (
  <span class="range-axis" aria-hidden="true">
    {axis.ticks.map((tick) => (
      <span style={on(axis, tick)}>{Math.round(tick * 100)}%</span>
    ))}
  </span>
)
