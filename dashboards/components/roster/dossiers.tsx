/** How dossiers of the unit were returned: four numbers of a month or a day, and what was told before. */
import { useState } from 'preact/hooks'
import type { Dossiers } from '../../../server/contract/visits.ts'
import { saveDossiers } from '../../api/roster.ts'
import { formatDate, formatMonth } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { FormRefusal, type Refusal, SelectField, TextField, useForm } from '../form.tsx'
import { Message } from '../states.tsx'

export const dossierKinds = ['same_day', 'early', 'on_time', 'overdue'] as const

interface DossiersProps {
  unitId: string
  /** Months that may be told, newest first. */
  months: readonly string[]
  told: readonly Dossiers[]
  reload: () => Promise<void>
}

export function DossiersForm({ unitId, months, told, reload }: DossiersProps) {
  const [month, setMonth] = useState(months[0] ?? '')
  const [done, setDone] = useState('')
  const known = told.find((one) => one.month === month && one.procedure_group === '')
  const { busy, refusal, onSubmit } = useForm(
    async (values) => {
      setDone('')
      const counts: Record<string, number> = {}
      for (const kind of dossierKinds) {
        const text = values[kind]?.trim() ?? ''
        if (!/^\d{1,6}$/.test(text)) throw { field: kind, text: t('dossiers.bad') } satisfies Refusal
        counts[kind] = Number(text)
      }
      await saveDossiers({ unit_id: unitId, month, ...counts })
      await reload()
      setDone(t('dossiers.saved', { month: formatMonth(month, language.value) }))
    },
    { keep: true },
  )
  const others = told.filter((one) => one !== known)
  return (
    <form class="stack" onSubmit={onSubmit} noValidate data-form="dossiers">
      <SelectField
        name="month"
        label={t('dossiers.month')}
        value={month}
        onPick={(value) => {
          setMonth(value)
          setDone('')
        }}
        choices={months.map((value) => ({ value, label: formatMonth(value, language.value) }))}
        refusal={refusal}
      />
      <div class="inline" key={`${month} ${known ? dossierKinds.map((kind) => known[kind]).join() : ''}`}>
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
      <FormRefusal refusal={refusal} fields={['month', ...dossierKinds]} />
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
      {others.length > 0 && (
        <ul class="plain hint">
          {others.map((one) => (
            <li key={`${one.day ?? one.month} ${one.procedure_group}`}>
              {one.day ? formatDate(one.day, language.value) : formatMonth(one.month ?? '', language.value)}
              {one.procedure_group && ` (${one.procedure_group})`}:{' '}
              {dossierKinds.map((kind) => `${t(`dossiers.${kind}`)} ${one[kind]}`).join(' · ')}
            </li>
          ))}
        </ul>
      )}
    </form>
  )
}
