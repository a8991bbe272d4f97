/** Printed figures: each number in an element of its own (`data-figure`), and a dash with its reason where nothing may be shown. */
import type { Share } from '../../server/contract/common.ts'
import { formatCount, formatDecimal, formatPercent, formatShare, joiner } from '../format.ts'
import { language, rich, t } from '../i18n/index.tsx'

type FigureName = 'n' | 'satisfaction' | 'lower' | 'upper' | 'interval' | 'index' | 'set_aside' | (string & {})

interface MissingProps {
  figure?: FigureName
  reason?: string
  /** Where there is room the reason stands below the dash for every eye. */
  told?: boolean
}

/** "–" for the eye, the reason for the ear and the pointer. Never 0, never NaN. */
export const Missing = ({ figure, reason, told }: MissingProps) => {
  const why = reason ?? t('state.suppressed')
  return (
    <>
      <span class="missing" title={told ? undefined : why}>
        <span data-figure={figure} aria-hidden="true">
          –
        </span>
        {!told && <span class="sr">{why}</span>}
      </span>
      {told && <small>{why}</small>}
    </>
  )
}

export const Count = ({ value, figure = 'n' }: { value: number | null; figure?: FigureName }) =>
  value === null ? <Missing figure={figure} /> : <span data-figure={figure}>{formatCount(value, language.value)}</span>

/** The share itself; a band (bounds without a value) prints as missing with its own reason. */
export const Satisfaction = ({ share }: { share: Share | null }) => {
  if (!share) return <Missing figure="satisfaction" />
  if (share.value === null) return <Missing figure="satisfaction" reason={t('figure.band_only')} />
  return <span data-figure="satisfaction">{formatPercent(share.value, language.value)}</span>
}

export const Interval = ({ share }: { share: Share | null }) =>
  share ? (
    <span class="nowrap">
      <span data-figure="lower">{formatShare(share.lower, language.value)}</span>
      {`${joiner}–${joiner}`}
      <span data-figure="upper">{formatShare(share.upper, language.value)}</span>%
    </span>
  ) : (
    <Missing figure="interval" />
  )

/** An interval behind “between”: in Vietnamese as everywhere, in English 64.0% and 94.8%. */
export const Between = ({ share: { lower, upper } }: { share: Share }) => (
  <span class="nowrap">
    {rich('figure.between', {
      lower: <span data-figure="lower">{formatShare(lower, language.value)}</span>,
      upper: <span data-figure="upper">{formatShare(upper, language.value)}</span>,
    })}
  </span>
)

export const Index = ({ value }: { value: number | null }) =>
  value === null ? <Missing figure="index" /> : <span data-figure="index">{formatDecimal(value, language.value)}</span>
