/** A leader takes up what citizens want better, in the leader's own words: it becomes a case with a day of answer. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Case } from '../../../server/contract/cases.ts'
import { findCases, openCase } from '../../api/cases.ts'
import { caseAddress, dueText, sameWords } from '../../cases.ts'
import { today } from '../../clock.ts'
import { t } from '../../i18n/index.tsx'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { Message } from '../states.tsx'
import { useSending } from './sending.ts'
import { SendButtons, Trouble } from './words-form.tsx'

interface MatterFormProps {
  unitId: string
  /** After one was taken up. */
  taken?: (() => Promise<void>) | undefined
  end: () => void
}

export default function MatterForm({ unitId, taken, end }: MatterFormProps) {
  const [done, setDone] = useState<Case | null>(null)
  const sending = useSending()
  const place = useRef<HTMLDivElement>(null)
  const { busy, refusal, onSubmit } = useForm(
    async ({ title = '' }, form) => {
      const wanted = title.trim()
      const made: { one: Case | null } = { one: null }
      const sent = await sending.send({
        post: async () => {
          made.one = await openCase({ kind: 'matter', unit_id: unitId, title: wanted })
        },
        arrived: async () => {
          const { items } = await findCases({ unitId, kind: 'matter', limit: 100 })
          made.one = items.find((one) => one.opened_on === today.peek() && sameWords(one.title, wanted)) ?? null
          return made.one !== null
        },
      })
      if (!sent) return
      form.reset()
      setDone(made.one)
      await taken?.()
      place.current?.querySelector<HTMLElement>('[role="status"]')?.focus()
    },
    { keep: true },
  )
  useEffect(() => place.current?.querySelector<HTMLElement>('input')?.focus(), [])
  return (
    <div class="stack" ref={place} data-form="matter">
      <p>{t('matters.about')}</p>
      <form class="stack case-form" onSubmit={onSubmit} noValidate>
        <TextField name="title" label={t('matters.name')} hint={t('matters.hint')} required refusal={refusal} />
        <Trouble sending={sending} />
        <FormRefusal refusal={refusal} fields={['title']} />
        <SendButtons label={t('matters.send')} {...{ busy, sending, end }} />
      </form>
      {done && (
        <div role="status" tabIndex={-1}>
          <Message kind="good" icon="check">
            {t('matters.done', { title: done.title ?? '' })} {dueText(done)}.{' '}
            <a href={caseAddress(done)}>{t('matters.see')}</a>
          </Message>
        </div>
      )}
    </div>
  )
}
