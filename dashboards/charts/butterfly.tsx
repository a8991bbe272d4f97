/** One cell of the butterfly: named as kept to the left, to be done better to the right, both as shares of ratings on one scale. */
import { formatCount } from '../format.ts'
import { language, t } from '../i18n/index.tsx'

export interface ButterflyScale {
  keptShare: number
  brokenShare: number
}

const width = (count: number, n: number, largest: number) => ({
  width: largest > 0 && n > 0 ? `${Math.min(100, (count / n / largest) * 100)}%` : '0',
})

export const Butterfly = (props: { kept: number; broken: number; n: number; scale: ButterflyScale }) => {
  const { kept, broken, n, scale } = props
  // Both tracks share one scale: their widths stand to each other as the largest shares do.
  // Whole numbers, because fractions that add up to less than 1 leave the rest of the cell empty.
  const part = (share: number) => `${Math.max(1, Math.round(share * 1000))}fr`
  const tracks = { gridTemplateColumns: `${part(scale.keptShare)} ${part(scale.brokenShare)}` }
  return (
    <span class="butterfly">
      <b data-figure="kept">{formatCount(kept, language.value)}</b>
      <span class="butterfly-tracks" style={tracks} aria-hidden="true">
        <span class="butterfly-kept">
          <i style={width(kept, n, scale.keptShare)} />
        </span>
        <span class="butterfly-broken">
          <i style={width(broken, n, scale.brokenShare)} />
        </span>
      </span>
      <span>
        <span class="sr">{t('items.better_spoken')} </span>
        <span data-figure="broken">{formatCount(broken, language.value)}</span>
      </span>
    </span>
  )
}
