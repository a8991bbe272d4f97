/** What the reader may do with a case, in its place: take it, take it in hand, advise, answer; or the way to where it is answered. */
import { useRef, useState } from 'preact/hooks'
import type { Case, CaseDeed, CaseOutcome, CasePatch } from '../../../server/contract/cases.ts'
import { changeCase, getCase } from '../../api/cases.ts'
import { caseName, elsewhereAddress, sameWords } from '../../cases.ts'
import { t } from '../../i18n/index.tsx'
import { ActionButton } from '../action-button.tsx'
import { WordsForm } from './words-form.tsx'

interface DeedsProps {
  one: Case
  /** A form was opened or closed: the case stays where it is while somebody writes. */
  hold: (held: boolean) => void
  /** The case after a deed, as the server has it. */
  changed: (after: Case, deed: CaseDeed) => Promise<void>
}

const steps = [
  ['accept', 'accepted'],
  ['take_in_hand', 'in_hand'],
] as const

export function Deeds({ one, hold, changed }: DeedsProps) {
  const [open, setOpen] = useState<'advise' | 'answer' | null>(null)
  const buttons = useRef<HTMLDivElement>(null)
  const may = (deed: CaseDeed) => one.may.includes(deed)
  if (one.may.length === 0) return null
  const turn = (form: typeof open) => {
    setOpen(form)
    hold(form !== null)
    if (form === null) setTimeout(() => buttons.current?.querySelector<HTMLElement>('[aria-expanded]')?.focus())
  }
  const opener = (deed: 'advise' | 'answer', label: string) => (
    <button
      type="button"
      class={open === deed ? 'button' : 'button main'}
      aria-expanded={open === deed}
      aria-label={t('cases.deed_of', { deed: label, name: caseName(one) })}
      onClick={() => turn(open === deed ? null : deed)}
    >
      {label}
    </button>
  )
  return (
    <>
      <div class="buttons" ref={buttons}>
        {may('advise') && opener('advise', t('cases.deed_advise'))}
        {may('answer') && opener('answer', answerName(one))}
        {steps.map(
          ([deed, state]) =>
            may(deed) && (
              <ActionButton
                key={deed}
                label={t(`cases.deed_${deed}`)}
                act={async () => changed(await changeCase(one.case_id, { state }), deed)}
              />
            ),
        )}
        {may('elsewhere') && (
          <a class="button main" href={elsewhereAddress(one)}>
            {t(one.kind === 'doubt' ? 'cases.to_doubt' : 'cases.to_proposal')}
          </a>
        )}
      </div>
      {open && (
        <DeedForm
          one={one}
          deed={open}
          end={() => turn(null)}
          done={async (after) => {
            setOpen(null)
            await changed(after, open)
          }}
        />
      )}
    </>
  )
}

/** Kinds that are answered here. */
type Answered = 'explanation' | 'review' | 'matter'
const answeredKind = ({ kind }: Case): Answered => (kind === 'review' || kind === 'matter' ? kind : 'explanation')
const answerName = (one: Case) => t(`cases.deed_answer_${answeredKind(one)}`)

const outcomes: Record<Answered, readonly CaseOutcome[]> = {
  explanation: ['noted'],
  review: ['refused', 'upheld'],
  matter: ['done', 'not_done'],
}

/** The choice above the words; null where there is nothing to choose. */
function choiceOf(one: Case, deed: 'advise' | 'answer') {
  if (deed === 'advise') {
    const choices = (['refuse', 'uphold'] as const).map((value) => ({
      value,
      label: t(`cases.choose_advice_${value}`),
    }))
    return { label: t('cases.choose_advice'), choices }
  }
  const kind = answeredKind(one)
  if (kind === 'explanation') return null
  const choices = outcomes[kind].map((value) => ({ value, label: t(`cases.outcome_${value}`) }))
  return { label: t(kind === 'review' ? 'cases.choose_decision' : 'cases.choose_result'), choices }
}

function patchOf(one: Case, deed: 'advise' | 'answer', words: string, chosen: string): CasePatch {
  if (deed === 'advise') return { advice: chosen === 'uphold' ? 'uphold' : 'refuse', text: words }
  const [first = 'noted', ...others] = outcomes[answeredKind(one)]
  return { outcome: others.find((outcome) => outcome === chosen) ?? first, answer: words }
}

const isThere = (now: Case, patch: CasePatch): boolean =>
  ('advice' in patch && sameWords(now.advice?.text ?? null, patch.text)) ||
  ('outcome' in patch && now.outcome === patch.outcome && sameWords(now.answer, patch.answer))

interface DeedFormProps {
  one: Case
  deed: 'advise' | 'answer'
  end: () => void
  done: (after: Case) => Promise<void>
}

function DeedForm({ one, deed, end, done }: DeedFormProps) {
  const after = useRef(one)
  const kind = deed === 'advise' ? 'advice' : answeredKind(one)
  const choice = choiceOf(one, deed)
  return (
    <WordsForm
      label={t(`cases.text_${kind}`)}
      hint={t(`cases.hint_${kind}`)}
      submit={t(`cases.send_${kind}`)}
      {...(choice && { choice })}
      post={async (words, chosen) => {
        after.current = await changeCase(one.case_id, patchOf(one, deed, words, chosen))
      }}
      arrived={async (words, chosen) => {
        const now = await getCase(one.case_id)
        if (!isThere(now, patchOf(one, deed, words, chosen))) return false
        after.current = now
        return true
      }}
      done={() => done(after.current)}
      end={end}
    />
  )
}
