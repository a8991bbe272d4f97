/** The letterhead: Party or State form, who writes, who signs, who receives. */
import { useId, useState } from 'preact/hooks'
import type { Letterhead } from '../../../server/contract/issued-reports.ts'
import { changeLetterhead, getLetterhead } from '../../api/issued-reports.ts'
import { t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { Card } from '../page.tsx'
import { Message, Refused, Skeleton } from '../states.tsx'

export function LetterheadCard({ unitId }: { unitId: string | null }) {
  const { data, refused } = useLive(`letterhead ${unitId}`, (options) => getLetterhead(unitId, options), {
    follow: false,
  })
  return (
    <Card id="letterhead" title={t('reports.letterhead')} about={t('reports.letterhead_about')}>
      {refused.value ? <Refused error={refused.value} /> : null}
      {!data.value && !refused.value ? <Skeleton /> : null}
      {data.value && <LetterheadForm unitId={unitId} letterhead={data.value} />}
    </Card>
  )
}

const lines = ['superior', 'body', 'place', 'code', 'signer_title', 'signer_name'] as const
const needed: readonly string[] = ['body', 'place', 'code']

function LetterheadForm({ unitId, letterhead }: { unitId: string | null; letterhead: Letterhead }) {
  const [saved, setSaved] = useState(false)
  const group = useId()
  const recipients = useId()
  const { busy, refusal, onSubmit } = useForm(
    async (values) => {
      setSaved(false)
      await changeLetterhead(unitId, {
        form: values.form === 'state' ? 'state' : 'party',
        ...Object.fromEntries(lines.map((line) => [line, values[line]?.trim() ?? ''])),
        recipients: (values.recipients ?? '').split('\n').flatMap((line) => (line.trim() ? [line.trim()] : [])),
      })
      setSaved(true)
    },
    { keep: true },
  )
  return (
    <form class="stack" onSubmit={onSubmit} noValidate onInput={() => setSaved(false)}>
      <fieldset>
        <legend class="label">{t('reports.form')}</legend>
        <div class="radios">
          {(['party', 'state'] as const).map((form) => (
            <label key={form}>
              <input
                type="radio"
                name="form"
                value={form}
                id={`${group}-${form}`}
                defaultChecked={letterhead.form === form}
              />
              {t(`reports.form_${form}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <div class="fields">
        {lines.map((line) => (
          <TextField
            key={line}
            name={line}
            label={t(`reports.${line}`)}
            defaultValue={letterhead[line]}
            required={needed.includes(line)}
            refusal={refusal}
          />
        ))}
      </div>
      <div class="field">
        <label for={recipients}>{t('reports.recipients')}</label>
        <textarea
          class="input"
          id={recipients}
          name="recipients"
          rows={4}
          defaultValue={letterhead.recipients.join('\n')}
        />
        <p class="hint">{t('reports.recipients_hint')}</p>
      </div>
      <FormRefusal refusal={refusal} fields={lines} />
      <button type="submit" class="button main" aria-disabled={busy}>
        {t('reports.save')}
      </button>
      <div role="status">
        {saved && (
          <Message kind="good" icon="check">
            {t('reports.saved')}
          </Message>
        )}
      </div>
    </form>
  )
}
