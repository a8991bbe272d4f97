/** A figure in a table: the same columns in the same order everywhere, every total as received, set aside and counted. */
import type { Figure, Limits } from '../../server/contract/figures.ts'
import type { SeriesPoint } from '../../server/contract/reports.ts'
import { receivedOf } from '../../server/contract/totals.ts'
import { formatInterval } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { isNarrow } from '../viewport.ts'
import { Count, Index, Interval, Missing, Satisfaction } from './figures.tsx'

interface Columns {
  /** A step is no total: its counted ratings alone. */
  step?: boolean
  index?: boolean
}

/** Two short words, on one line. */
const Head = ({ name }: { name: string }) => (
  <th scope="col" class="nowrap">
    {name}
  </th>
)

export const FigureHeads = ({ step, index }: Columns) => (
  <>
    {!step && <Head name={t('totals.received')} />}
    {!step && <th scope="col">{t('totals.set_aside')}</th>}
    <Head name={t('totals.counted')} />
    <Head name={t('column.satisfaction')} />
    <th scope="col">{t(step && isNarrow.value ? 'column.interval_short' : 'column.interval')}</th>
    {index && <Head name={t('column.index')} />}
  </>
)

/** On a phone a row is a block: each number bears its name, the share and what it rests on come first. */
export const FigureCells = ({ figure, step, index }: Columns & { figure: Figure }) => (
  <>
    {!step && (
      <td data-label={t('totals.received')}>
        <Count value={receivedOf(figure)} figure="received" />
      </td>
    )}
    {!step && (
      <td data-label={t('totals.set_aside')}>
        <Count value={figure.set_aside} figure="set_aside" />
      </td>
    )}
    <td class="of" data-label={t('totals.counted')}>
      <Count value={figure.n} />
    </td>
    <td class="share" data-label={t('column.satisfaction')}>
      <Satisfaction share={figure.satisfaction} />
    </td>
    <td class="between" data-label={t('column.interval_short')}>
      <Interval share={figure.satisfaction} />
    </td>
    {index && (
      <td data-label={t('column.index')}>
        <Index value={figure.index} />
      </td>
    )}
  </>
)

/** The period before, in one cell: the share, and below it what it rests on. */
export const PreviousShare = ({ figure }: { figure: Figure | null }) => (
  <>
    <Satisfaction share={figure?.satisfaction ?? null} />
    {figure?.satisfaction && (
      <small>
        <Interval share={figure.satisfaction} />, n <Count value={figure.n} />
      </small>
    )}
  </>
)

/** Beside a funnel: the limits at this number of ratings, and on which side of the outer ones it lies. */
export const LimitHeads = () => (
  <>
    <th scope="col">{t('column.limits95')}</th>
    <th scope="col">{t('column.limits998')}</th>
    <SideHead />
  </>
)

export const LimitCells = ({ limits, side }: { limits: Limits | null; side: SeriesPoint['side'] }) => (
  <>
    <LimitCell figure="limits95" name={t('column.limits95')} bounds={limits && [limits.low95, limits.high95]} />
    <LimitCell figure="limits998" name={t('column.limits998')} bounds={limits && [limits.low998, limits.high998]} />
    <SideCell side={side} />
  </>
)

const LimitCell = (props: { figure: string; name: string; bounds: [number, number] | null }) => {
  const { figure, name, bounds } = props
  return (
    <td data-label={name}>
      {bounds ? (
        <span data-figure={figure}>{formatInterval(...bounds, language.value)}</span>
      ) : (
        <Missing figure={figure} />
      )}
    </td>
  )
}

/** Of the column of words that a row of numbers ends with. */
export const SideHead = () => (
  <th scope="col" class="words">
    {t('column.verdict')}
  </th>
)

export const SideCell = ({ side }: { side: SeriesPoint['side'] }) => (
  <td class="whole words" data-side={side} data-label={t('column.verdict')}>
    {side === null ? <Missing /> : t(side === 'usual' ? 'series.usual' : 'series.notable')}
  </td>
)

/** The head of a column of buttons, which needs a name for the ear alone. */
export const ActionHead = () => (
  <th scope="col">
    <span class="sr">{t('column.action')}</span>
  </th>
)
