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

/**
 * Both tracks share one scale: their widths stand to each other as the largest shares do. Of the whole table, for the
 * names above it stand about the same axis.
 */
export const butterflyStyle = ({ keptShare, brokenShare }: ButterflyScale, columns: number) => {
  const both = keptShare + brokenShare
  return { '--columns': columns, '--right': both > 0 ? brokenShare / both : 0.5 }
}

export const Butterfly = (props: { kept: number; broken: number; n: number; scale: ButterflyScale }) => {
  const { kept, broken, n, scale } = props
  return (
    <span class="butterfly">
      <b data-figure="kept">{formatCount(kept, language.value)}</b>
      <span class="butterfly-tracks" aria-hidden="true">
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
