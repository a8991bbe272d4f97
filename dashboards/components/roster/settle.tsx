/** What the roster still owes: what officers say was not them, and half-days with nobody assigned. */
import type { Counter } from '../../../server/contract/counters.ts'
import type { Officer } from '../../../server/contract/officers.ts'
import type { RosterDoubt, RosterGaps } from '../../../server/contract/roster.ts'
import { settleDoubt } from '../../api/roster.ts'
import { formatDate, formatDay } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { ActionButton } from '../action-button.tsx'

const SHOWN = 6
const partName = (part: RosterDoubt['part']) => t(part === 'day' ? 'doubts.whole' : `doubts.${part}`)

/** T2 9/11/2026, chiều. */
const halfDay = ({ day, part }: RosterGaps['gaps'][number]) =>
  `${formatDay(day, language.value)}, ${t(`gaps.part_${part}`)}`

export function Doubts(props: {
  doubts: readonly RosterDoubt[]
  officers: readonly Officer[]
  counters: readonly Counter[]
  reload: () => Promise<void>
  /** Opens the form for that time, where there is one on the page; else `mendAt` is where it is. */
  onMend?: (doubt: RosterDoubt) => void
  mendAt?: string
}) {
  const open = props.doubts.filter(({ outcome }) => outcome === null)
  const officers = new Map(props.officers.map(({ officer_id, name }) => [officer_id, name]))
  const counters = new Map(props.counters.map(({ counter_id, name }) => [counter_id, name]))
  if (open.length === 0) return <p>{t('doubts.none')}</p>
  const settle = (id: string, outcome: 'corrected' | 'stands') => async () => {
    await settleDoubt(id, outcome)
    await props.reload()
  }
  return (
    <ul class="plain">
      {open.map((doubt) => (
        <li class="told-doubt" key={doubt.doubt_id} data-doubt-id={doubt.doubt_id}>
          <p>
            {t('doubts.line', {
              officer: officers.get(doubt.officer_id) ?? t('roster.gone'),
              counter: counters.get(doubt.counter_id) ?? '',
              part: partName(doubt.part),
              day: formatDate(doubt.day, language.value),
            })}
          </p>
          {doubt.note && <blockquote lang="vi">{doubt.note}</blockquote>}
          <small class="block">{t('cases.due_on', { date: formatDate(doubt.due_on, language.value) })}</small>
          <span class="buttons">
            {props.onMend && (
              <button type="button" class="button" onClick={() => props.onMend?.(doubt)}>
                {t('gaps.fill')}
              </button>
            )}
            {props.mendAt && (
              <a class="button" href={props.mendAt}>
                {t('gaps.fill')}
              </a>
            )}
            <ActionButton label={t('doubts.confirm_corrected')} act={settle(doubt.doubt_id, 'corrected')} />
            <ActionButton label={t('doubts.confirm_stands')} act={settle(doubt.doubt_id, 'stands')} />
          </span>
        </li>
      ))}
    </ul>
  )
}

export function Gaps(props: {
  found: RosterGaps
  counters: readonly Counter[]
  /** Opens the form for that time. */
  onFill: (gap: RosterGaps['gaps'][number]) => void
}) {
  const { gaps, unattributed, counters_only } = props.found
  if (counters_only) return <p>{t('gaps.counters_only')}</p>
  const here = props.counters.flatMap((counter) => {
    const own = gaps.filter(({ counter_id }) => counter_id === counter.counter_id)
    const n = unattributed.find(({ counter_id }) => counter_id === counter.counter_id)?.n ?? 0
    return own.length === 0 && n === 0 ? [] : [{ counter, own: [...own].reverse(), n }]
  })
  if (here.length === 0) return <p>{t('gaps.none')}</p>
  return (
    <ul class="plain">
      {here.map(({ counter, own, n }) => (
        <li key={counter.counter_id} data-gaps-of={counter.counter_id}>
          <p>
            <b>{counter.name}</b>
            {n > 0 && <>: {t('gaps.unattributed', { n })}</>}
          </p>
          <ul class="plain">
            {own.slice(0, SHOWN).map((gap) => (
              <li key={gap.starts_at} class="serving-line">
                <span>{halfDay(gap)}</span>
                <button type="button" class="button" onClick={() => props.onFill(gap)}>
                  {t('gaps.fill')}
                  <span class="sr">
                    {' '}
                    {counter.name}, {halfDay(gap)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {own.length > SHOWN && <small>{t('gaps.some', { k: own.length - SHOWN })}</small>}
        </li>
      ))}
    </ul>
  )
}
