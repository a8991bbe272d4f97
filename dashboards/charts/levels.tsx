/** Five levels as one bar, 5 to 1, with the share inside where there is room. */
import { type Levels, levelShares } from '../chart-data.ts'
import { Face } from '../components/faces.tsx'
import { formatPercent } from '../format.ts'
import { language, t } from '../i18n/index.tsx'

const all = [5, 4, 3, 2, 1] as const

export const LevelBar = ({ levels, name }: { levels: Levels; name: string }) => {
  const shares = levelShares(levels)
  const spoken = shares.map(({ level, count }) => t('levels.spoken', { level: t(`level.${level}`), count }))
  return (
    <div class="levels" role="img" aria-label={`${name}: ${spoken.join(', ')}`}>
      {shares
        .filter(({ count }) => count > 0)
        .map(({ level, share }) => (
          <i class={`level-${level}`} style={{ flexGrow: share }}>
            <span>{formatPercent(share, language.value)}</span>
          </i>
        ))}
    </div>
  )
}

export const LevelLegend = () => (
  <ul class="legend">
    {all.map((level) => (
      <li>
        <Face level={level} />
        <span class={`swatch level-${level}`} />
        {t(`level.${level}`)}
      </li>
    ))}
  </ul>
)
