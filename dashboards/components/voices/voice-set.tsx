/** One set of a language: its eight sentences, how far it is, and the step that comes next for the one who reads. */
import { useState } from 'preact/hooks'
import { clipNames, type VoiceSet } from '../../../server/contract/voices.ts'
import { stepVoiceSet } from '../../api/voices.ts'
import { formatInstant } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { ActionButton } from '../action-button.tsx'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { Message } from '../states.tsx'
import { Player, Sentence } from './sentence.tsx'

interface SetProps {
  set: VoiceSet
  changed: (set: VoiceSet) => void
}

export function VoiceSetCard({ set, changed }: SetProps) {
  const step = async (state: string, note?: string) => changed(await stepVoiceSet(set.voice_set_id, state, note))
  const title = [set.name, set.unit ? set.unit.name : t('voices.province')].join(' · ')
  const n = set.clips.length
  return (
    <section class="card voice-set" data-voice-set={set.voice_set_id} data-state={set.state} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p>
          {t(`voices.state_${set.state}`, { n })}
          {set.stand_in && ` ${t('voices.stand_in')}`}
        </p>
      </header>
      {set.state === 'draft' && (
        <>
          <progress value={n} max={clipNames.length} aria-label={t('voices.progress', { n })} />
          {set.note && (
            <Message kind="info" icon="alert">
              {t('voices.sent_back', { note: set.note })}
            </Message>
          )}
          <ol class="sentences">
            {clipNames.map((clip, index) => (
              <Sentence key={clip} number={index + 1} {...{ set, clip, changed }} />
            ))}
          </ol>
          {n === clipNames.length && set.may_record && (
            <p class="buttons">
              <ActionButton main label={t('voices.submit')} act={() => step('submitted')} />
            </p>
          )}
        </>
      )}
      {set.state === 'submitted' && <Review set={set} step={step} />}
      {set.state === 'approved' && (
        <>
          <Reach set={set} />
          <Sentences set={set} />
        </>
      )}
      {set.state !== 'replaced' && set.state !== 'withdrawn' && (
        <p class="buttons">
          <ActionButton
            label={t('voices.withdraw')}
            confirm={t('voices.withdraw_confirm', { name: set.name })}
            act={() => step('withdrawn')}
          />
        </p>
      )}
    </section>
  )
}

/** All eight to listen to; `heard` is told each that was played to its end. */
function Sentences({ set, heard }: { set: VoiceSet; heard?: (clip: string) => void }) {
  return (
    <ol class="sentences">
      {set.clips.map(({ clip, url }, index) => (
        <li class="sentence" data-clip={clip} key={clip}>
          <p class="sentence-say">
            <span class="sentence-number">{index + 1}</span>
            <b lang="vi">{t(`voices.say_${clip}`, { name: set.name })}</b>
          </p>
          <div class="buttons">
            <Player
              url={url}
              label={t('voices.listen_to', { n: index + 1 })}
              {...(heard && { heard: () => heard(clip) })}
            />
          </div>
        </li>
      ))}
    </ol>
  )
}

/** The second person hears all eight before approving: nobody approves what was not listened to. */
function Review({ set, step }: { set: VoiceSet; step: (state: string, note?: string) => Promise<void> }) {
  const [heard, setHeard] = useState<ReadonlySet<string>>(new Set())
  const { busy, refusal, onSubmit } = useForm(({ note = '' }) => step('draft', note))
  if (!set.may_approve) {
    return (
      <>
        <Message kind="info" icon="person">
          {t('voices.other_person')}
        </Message>
        <Sentences set={set} />
      </>
    )
  }
  const left = set.clips.length - heard.size
  return (
    <>
      <Sentences set={set} heard={(clip) => setHeard((before) => new Set([...before, clip]))} />
      <div class="buttons">
        {left > 0 ? (
          <p class="hint" role="status">
            {t('voices.hear_first', { n: left })}
          </p>
        ) : (
          <ActionButton
            main
            label={t('voices.approve')}
            confirm={t('voices.approve_confirm', { name: set.name })}
            act={() => step('approved')}
          />
        )}
      </div>
      <form class="stack send-back" onSubmit={onSubmit} noValidate>
        <TextField name="note" label={t('voices.note')} hint={t('voices.note_hint')} required refusal={refusal} />
        <FormRefusal refusal={refusal} fields={['note']} />
        <button type="submit" class="button" aria-disabled={busy}>
          {t('voices.send_back')}
        </button>
      </form>
    </>
  )
}

/** Which tablets have it: in a sentence, and by name those that do not yet. */
function Reach({ set }: { set: VoiceSet }) {
  if (!set.tablets) return null
  const { have, of, lacking } = set.tablets
  return (
    <div data-reach>
      <p>
        {t(of === 0 ? 'voices.no_tablets' : 'voices.tablets', { have, of })}{' '}
        {set.approved_at && t('voices.approved_at', { time: formatInstant(set.approved_at, language.value) })}
      </p>
      {lacking.length > 0 && <p>{t('voices.lacking')}</p>}
      {lacking.length > 0 && (
        <ul class="plain">
          {lacking.map(({ terminal_id, name, counter, unit }) => (
            <li key={terminal_id}>{[...new Set([unit, counter, name])].join(' · ')}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
