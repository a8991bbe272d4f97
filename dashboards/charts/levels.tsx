/** Five levels as one bar, 5 to 1, with the share inside where there is room. */
import { type Levels, levelShares, totalOf } from '../chart-data.ts'
import { Face } from '../components/faces.tsx'
import { Scroll } from '../components/page.tsx'
import { formatCount, formatPercent } from '../format.ts'
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

/** What each ground means; of one bar alone also its numbers, for most parts are too small to bear them. */
export const LevelLegend = ({ levels }: { levels?: Levels | null }) => {
  const shares = levels ? levelShares(levels) : []
  return (
    <ul class={shares.length > 0 ? 'legend told' : 'legend'}>
      {all.map((level) => {
        const own = shares.find((one) => one.level === level)
        return (
          <li>
            <Face level={level} />
            <span class={`swatch level-${level}`} />
            <span>{t(`level.${level}`)}</span>
            {own && (
              <span>
                <b data-figure={`level_${level}`}>{formatCount(own.count, language.value)}</b>
                {` · ${formatPercent(own.share, language.value)}`}
              </span>
            )}
          </li>
        )
      })}
    </ul>
  )
}

interface LevelsRow {
  id: string
  name: string
  levels: Levels
}

/** The numbers of several bars. */
export const LevelsTable = ({ rows, head }: { rows: readonly LevelsRow[]; head: string }) => (
  <Scroll name={t('levels.title')}>
    <table class="table tight stacked pairs">
      <thead>
        <tr>
          <th scope="col">{head}</th>
          {all.map((level) => (
            <th scope="col">{t(`level.${level}`)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, levels }) => (
          <tr data-unit-id={id} key={id}>
            <th scope="row">
              {name}
              <small>{t('figure.n', { n: totalOf(levels) })}</small>
            </th>
            {levelShares(levels).map(({ level, count, share }) => (
              <td data-label={t(`level.${level}`)}>
                <span data-figure={`level_${level}`}>{formatCount(count, language.value)}</span>
                <small>{formatPercent(share, language.value)}</small>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
)
