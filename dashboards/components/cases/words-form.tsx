/** A form for words of one's own: a choice above them where there is one, a counter below, and patience with the network. */
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { formatCount } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { type Choice, FormRefusal, Frame, type Refusal, refuse, useField, useForm } from '../form.tsx'
import { SelectField } from '../select-field.tsx'
import { Message } from '../states.tsx'
import { type Sending, useSending } from './sending.ts'

/** As many characters as the server takes. */
const MOST = 2000
const lengthOf = (text: string) => [...text.trim()].length

interface WordsFormProps {
  label: string
  hint: string
  submit: string
  choice?: { label: string; choices: readonly Choice[] }
  post: (words: string, chosen: string) => Promise<unknown>
  /** Whether these words are there already, after a try whose answer never came. */
  arrived: (words: string, chosen: string) => Promise<boolean>
  done: () => void | Promise<void>
  end: () => void
}

export function WordsForm({ label, hint, submit, choice, post, arrived, done, end }: WordsFormProps) {
  const sending = useSending()
  const { busy, refusal, onSubmit } = useForm(
    async ({ words = '', chosen = '' }) => {
      if (lengthOf(words) > MOST) throw refuse('words', () => tooLong(lengthOf(words)))
      const text = words.trim()
      const sent = await sending.send({ post: () => post(text, chosen), arrived: () => arrived(text, chosen) })
      if (sent) await done()
    },
    { keep: true },
  )
  const form = useRef<HTMLFormElement>(null)
  // Opened by a button: the hand goes on where it wants to write.
  useEffect(() => form.current?.querySelector<HTMLElement>('select, textarea')?.focus(), [])
  return (
    <form class="stack case-form" onSubmit={onSubmit} noValidate ref={form}>
      {choice && (
        <SelectField
          name="chosen"
          label={choice.label}
          choices={choice.choices}
          blank={t('form.choose')}
          required
          refusal={refusal}
        />
      )}
      <Words label={label} hint={hint} still={busy} refusal={refusal} />
      <Trouble sending={sending} />
      <FormRefusal refusal={refusal} fields={['chosen', 'words']} />
      <SendButtons label={submit} {...{ busy, sending, end }} />
    </form>
  )
}

const tooLong = (length: number): string => t('cases.too_long', { most: MOST, k: length - MOST })

function Words(props: { label: string; hint: string; still: boolean; refusal: Refusal | null }) {
  const { id, bad, attributes } = useField({ ...props, name: 'words' })
  const counter = useId()
  const [length, setLength] = useState(0)
  const { 'aria-describedby': described, ...field } = attributes
  return (
    <Frame {...{ id, bad }} name="words" label={props.label} hint={props.hint} refusal={props.refusal}>
      <textarea
        {...field}
        rows={5}
        required
        // What is being sent must stay what it is; the text can still be read and copied.
        readOnly={props.still}
        aria-describedby={[described, counter].filter(Boolean).join(' ')}
        onInput={({ currentTarget }) => setLength(lengthOf(currentTarget.value))}
      />
      <p class={length > MOST ? 'hint counter past' : 'hint counter'} id={counter}>
        {length > MOST
          ? tooLong(length)
          : t('cases.count', { n: formatCount(length, language.value), most: formatCount(MOST, language.value) })}
      </p>
    </Frame>
  )
}

/** Sends, or leaves the form and with it what was still on its way. */
export function SendButtons(props: { label: string; busy: boolean; sending: Sending; end: () => void }) {
  const leave = () => {
    props.sending.stop()
    props.end()
  }
  return (
    <div class="buttons">
      <button type="submit" class="button main" aria-disabled={props.busy}>
        {props.label}
      </button>
      <button type="button" class="button" onClick={leave}>
        {t('form.cancel')}
      </button>
    </div>
  )
}

/** That it waits, and for what; it goes by itself, or is stopped to be changed. */
export const Trouble = ({ sending: { waiting, stop } }: { sending: Sending }) =>
  waiting && (
    <Message kind="bad" icon={waiting === 'gone' ? 'offline' : 'lock'}>
      {t(`cases.sending_${waiting}`)}{' '}
      <button type="button" class="link" onClick={stop}>
        {t('cases.sending_stop')}
      </button>
    </Message>
  )
