/** How dossiers of the unit were returned: four numbers of a month or a day, and what was told before, by time and by group. */
import { useState } from 'preact/hooks'
import type { DossierCounts, Dossiers } from '../../../server/contract/visits.ts'
import { saveDossiers } from '../../api/roster.ts'
import { ApiError } from '../../api.ts'
import { today } from '../../clock.ts'
import { dossierKinds } from '../../dossiers.ts'
import { formatCount, formatDate, formatMonth } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { FormRefusal, refuse, TextField, useForm } from '../form.tsx'
import { SelectField } from '../select-field.tsx'
import { Message } from '../states.tsx'
import { DossiersTold } from './dossiers-told.tsx'

interface DossiersProps {
  unitId: string
  /** Months that may be told, newest first. */
  months: readonly string[]
  told: readonly Dossiers[]
  reload: () => Promise<void>
}

const inWords = (counts: DossierCounts) =>
  dossierKinds.map((kind) => `${t(`dossiers.${kind}`)} ${formatCount(counts[kind], language.value)}`).join(' · ')

export function DossiersForm({ unitId, months, told, reload }: DossiersProps) {
  const [month, setMonth] = useState(months[0] ?? '')
  const [day, setDay] = useState(today.value)
  const [byDay, setByDay] = useState(false)
  const [done, setDone] = useState('')
  const time = byDay ? day : month
  const known = told.find((one) => (one.day ?? one.month) === time && one.procedure_group === '')
  /** Somebody was faster: what they wrote. What was typed stays, and saving once more is meant knowing of it. */
  const [met, setMet] = useState<{ time: string; there: DossierCounts | null } | null>(null)
  const { busy, refusal, onSubmit } = useForm(
    async (values) => {
      setDone('')
      const counts: Record<string, number> = {}
      for (const kind of dossierKinds) {
        const text = values[kind]?.trim() ?? ''
        if (!/^\d{1,6}$/.test(text)) throw refuse(kind, () => t('dossiers.bad'))
        counts[kind] = Number(text)
      }
      const seen = met?.time === time ? met.there : known ? countsOf(known) : null
      try {
        await saveDossiers({ unit_id: unitId, ...(byDay ? { day } : { month }), ...counts, seen })
      } catch (error) {
        if (error instanceof ApiError && error.code === 'changed_meanwhile') {
          setMet({ time, there: (error.details as { dossiers: DossierCounts | null }).dossiers })
        }
        throw error
      }
      setMet(null)
      await reload()
      setDone(
        byDay
          ? t('dossiers.saved_day', { day: formatDate(day, language.value) })
          : t('dossiers.saved', { month: formatMonth(month, language.value) }),
      )
    },
    { keep: true },
  )
  const pick = (change: () => void) => {
    change()
    setDone('')
  }
  const shown = told.filter((one) => (one.day ?? one.month ?? '').startsWith(time.slice(0, 7)))
  return (
    <>
      <div class="buttons">
        <button type="button" class="button" aria-pressed={byDay} onClick={() => pick(() => setByDay(!byDay))}>
          {t('dossiers.by_day')}
        </button>
      </div>
      <form class="stack" onSubmit={onSubmit} noValidate data-form="dossiers">
        {byDay ? (
          <TextField
            name="day"
            type="date"
            label={t('dossiers.day')}
            hint={t('dossiers.day_hint')}
            required
            max={today.value}
            defaultValue={day}
            onInput={(value) => pick(() => setDay(value))}
            refusal={refusal}
          />
        ) : (
          <SelectField
            name="month"
            label={t('dossiers.month')}
            value={month}
            onPick={(value) => pick(() => setMonth(value))}
            choices={months.map((value) => ({ value, label: formatMonth(value, language.value) }))}
            refusal={refusal}
          />
        )}
        {/* Numbers typed before the day was chosen stay; what is known of a day stands in their place. */}
        <div class="inline four" key={known ? time : ''}>
          {dossierKinds.map((kind) => (
            <TextField
              key={kind}
              name={kind}
              label={t(`dossiers.${kind}`)}
              inputMode="numeric"
              required
              defaultValue={known ? String(known[kind]) : ''}
              refusal={refusal}
            />
          ))}
        </div>
        <FormRefusal refusal={refusal} fields={['month', 'day', ...dossierKinds]} />
        {met?.time === time && met.there && (
          <p class="hint" data-there>
            {t('dossiers.there', { counts: inWords(met.there) })}
          </p>
        )}
        {done && (
          <Message kind="good" icon="check">
            <span role="status">{done}</span>
          </Message>
        )}
        <div class="buttons">
          <button type="submit" class="button main" aria-disabled={busy}>
            {t('dossiers.save')}
          </button>
        </div>
      </form>
      <DossiersTold told={shown} />
    </>
  )
}

const countsOf = ({ same_day, early, on_time, overdue }: DossierCounts): DossierCounts => ({
  same_day,
  early,
  on_time,
  overdue,
})
