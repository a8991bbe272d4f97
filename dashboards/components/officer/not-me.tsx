/** The form of "that was not me": which part of the day, and a note; it stays and goes by itself while the server is gone. */
import type { DoubtPart } from '../../../server/contract/roster.ts'
import { listDoubts, raiseDoubt } from '../../api/roster.ts'
import { t } from '../../i18n/index.tsx'
import { useSending } from '../cases/sending.ts'
import { SendButtons, Trouble } from '../cases/words-form.tsx'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { SelectField } from '../select-field.tsx'

interface NotMeProps {
  place: { unit_id: string; officer_id: string; counter_id: string; day: string }
  /** What can still be said of the day, at least one. */
  parts: readonly DoubtPart[]
  done: () => Promise<void>
  end: () => void
}

export function NotMe({ place: { unit_id, officer_id, counter_id, day }, parts, done, end }: NotMeProps) {
  const sending = useSending()
  const { busy, refusal, onSubmit } = useForm(
    async ({ part, note }) => {
      const sent = await sending.send({
        post: () => raiseDoubt({ counter_id, day, part, ...(note ? { note } : {}) }),
        arrived: async () =>
          (await listDoubts(unit_id)).items.some(
            (one) =>
              one.officer_id === officer_id && one.counter_id === counter_id && one.day === day && one.part === part,
          ),
      })
      if (sent) await done()
    },
    { keep: true },
  )
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <SelectField
        name="part"
        label={t('doubts.part')}
        choices={parts.map((part) => ({
          value: part,
          label: t(part === 'day' ? 'doubts.day' : `gaps.part_${part}`),
        }))}
        refusal={refusal}
      />
      <TextField
        name="note"
        label={t('doubts.note')}
        hint={t('doubts.note_hint')}
        maxLength={500}
        // What is being sent must stay what it is.
        readOnly={busy}
        refusal={refusal}
      />
      <Trouble sending={sending} />
      <FormRefusal refusal={refusal} fields={['part', 'note']} />
      <SendButtons label={t('doubts.send')} {...{ busy, sending, end }} />
    </form>
  )
}
