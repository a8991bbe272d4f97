/** Who is away: a form of two days and a stand-in, and the absences that run or are to come. */
import { useState } from 'preact/hooks'
import { byGivenName } from '../../../server/contract/names.ts'
import type { Officer } from '../../../server/contract/officers.ts'
import { addDays } from '../../../server/contract/periods.ts'
import type { Absence } from '../../../server/contract/roster.ts'
import { cancelAbsence, createAbsence } from '../../api/roster.ts'
import { serverNow } from '../../api.ts'
import { today } from '../../clock.ts'
import { officeInstant } from '../../format.ts'
import { t } from '../../i18n/index.tsx'
import { ActionButton } from '../action-button.tsx'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { Card } from '../page.tsx'
import { SelectField } from '../select-field.tsx'
import { Message } from '../states.tsx'
import { momentName } from './change-form.tsx'

export function Absences(props: {
  officers: readonly Officer[]
  absences: readonly Absence[]
  reload: () => Promise<void>
}) {
  const [done, setDone] = useState('')
  const names = new Map(props.officers.map(({ officer_id, name }) => [officer_id, name]))
  const choices = byGivenName(props.officers.filter(({ active }) => active)).map(({ officer_id, name }) => ({
    value: officer_id,
    label: name,
  }))
  const { busy, refusal, onSubmit } = useForm(async (values) => {
    setDone('')
    await createAbsence({
      officer_id: values.officer_id,
      starts_at: officeInstant(`${values.from_day}T00:00`),
      ends_at: officeInstant(`${addDays(values.to_day ?? '', 1)}T00:00`),
      stand_in_id: values.stand_in_id ?? null,
    })
    setDone(t('absence.saved', { officer: names.get(values.officer_id ?? '') ?? '' }))
    await props.reload()
  })
  const running = props.absences.filter(({ ends_at }) => Date.parse(ends_at) > serverNow())
  return (
    <Card id="absences" title={t('absence.title')} about={t('absence.about')}>
      {running.length === 0 ? (
        <p>{t('absence.none')}</p>
      ) : (
        <ul class="plain">
          {running.map((one) => (
            <li class="serving-line" key={one.absence_id} data-absence-id={one.absence_id}>
              <span>
                <b>{names.get(one.officer_id) ?? t('roster.gone')}</b>
                <small>
                  {momentName(one.starts_at)} – {momentName(one.ends_at)}
                </small>
              </span>
              <ActionButton
                label={t('absence.cancel')}
                confirm={t('absence.cancel_confirm', { officer: names.get(one.officer_id) ?? '' })}
                act={async () => {
                  await cancelAbsence(one.absence_id)
                  await props.reload()
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <form class="stack" onSubmit={onSubmit} noValidate>
        <SelectField
          name="officer_id"
          label={t('absence.officer')}
          required
          blank={t('form.choose')}
          choices={choices}
          refusal={refusal}
        />
        <TextField
          name="from_day"
          label={t('absence.from_day')}
          type="date"
          required
          defaultValue={today.value}
          refusal={refusal}
        />
        <TextField
          name="to_day"
          label={t('absence.to_day')}
          type="date"
          required
          defaultValue={today.value}
          refusal={refusal}
        />
        <SelectField
          name="stand_in_id"
          label={t('absence.stand_in')}
          blank={t('absence.nobody')}
          choices={choices}
          refusal={refusal}
        />
        <FormRefusal refusal={refusal} fields={['officer_id', 'from_day', 'to_day', 'stand_in_id']} />
        {done && (
          <Message kind="good" icon="check">
            <span role="status">{done}</span>
          </Message>
        )}
        <button type="submit" class="button main" aria-disabled={busy}>
          {t('absence.save')}
        </button>
      </form>
    </Card>
  )
}
