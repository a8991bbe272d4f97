/** One of the eight sentences: what to say, recording with its level, listening back, another try, or a file instead. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ClipName, VoiceSet } from '../../../server/contract/voices.ts'
import { putClip } from '../../api/voices.ts'
import { t } from '../../i18n/index.tsx'
import { base64Of, MAX_SECONDS, type MicrophoneTrouble, NoMicrophone, type Recording, record } from '../../recording.ts'
import { noticeEnd } from '../../session.ts'
import { type Refusal, refusalOf } from '../form.tsx'
import { Icon } from '../icons.tsx'
import { Message } from '../states.tsx'

/** Below this nobody was heard; above it the microphone was overdriven. */
const [TOO_SOFT, TOO_LOUD] = [0.05, 0.985]

type State =
  | { kind: 'idle' }
  | { kind: 'countdown'; left: number }
  | { kind: 'recording'; recording: Recording; since: number; level: number; peak: number }
  | { kind: 'sending' }

interface SentenceProps {
  set: VoiceSet
  clip: ClipName
  number: number
  changed: (set: VoiceSet) => void
}

export function Sentence({ set, clip, number, changed }: SentenceProps) {
  const [state, setState] = useState<State>({ kind: 'idle' })
  const [trouble, setTrouble] = useState<MicrophoneTrouble | null>(null)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [loudness, setLoudness] = useState<'soft' | 'loud' | null>(null)
  const alive = useRef(true)
  const running = useRef<Recording | null>(null)
  useEffect(
    () => () => {
      alive.current = false
      void running.current?.stop()
    },
    [],
  )
  const there = set.clips.find((one) => one.clip === clip)

  const send = async (sound: Blob) => {
    setState({ kind: 'sending' })
    setRefusal(null)
    try {
      changed(await putClip(set.voice_set_id, clip, await base64Of(sound)))
    } catch (error) {
      noticeEnd(error)
      setRefusal(refusalOf(error))
    } finally {
      if (alive.current) setState({ kind: 'idle' })
    }
  }

  const begin = async () => {
    setTrouble(null)
    setRefusal(null)
    setLoudness(null)
    try {
      for (let left = 3; left > 0; left--) {
        setState({ kind: 'countdown', left })
        await new Promise((resolve) => setTimeout(resolve, 600))
        if (!alive.current) return
      }
      const recording = await record()
      running.current = recording
      follow(recording)
    } catch (error) {
      if (!(error instanceof NoMicrophone)) throw error
      setTrouble(error.trouble)
      setState({ kind: 'idle' })
    }
  }

  const peak = useRef(0)
  const follow = (recording: Recording) => {
    const since = performance.now()
    peak.current = 0
    const look = () => {
      if (running.current !== recording) return
      const level = recording.level()
      peak.current = Math.max(peak.current, level)
      setState({ kind: 'recording', recording, since, level, peak: peak.current })
      if (performance.now() - since > MAX_SECONDS * 1000) void finish()
      else setTimeout(look, 100)
    }
    look()
  }

  const finish = async () => {
    const recording = running.current
    if (!recording) return
    running.current = null
    setState({ kind: 'sending' })
    const sound = await recording.stop()
    setLoudness(peak.current < TOO_SOFT ? 'soft' : peak.current > TOO_LOUD ? 'loud' : null)
    await send(sound)
  }

  const busy = state.kind !== 'idle'
  return (
    <li class={there ? 'sentence done' : 'sentence'} data-clip={clip}>
      <p class="sentence-say">
        <span class="sentence-number">{number}</span>
        <span>
          <b lang="vi">{t(`voices.say_${clip}`, { name: set.name })}</b>
          {there && (
            <small>
              <Icon name="check" /> {t('voices.seconds', { s: Math.max(1, Math.round(there.duration_ms / 1000)) })}
            </small>
          )}
        </span>
      </p>
      {state.kind === 'countdown' && (
        <p class="countdown" role="status">
          {state.left}
        </p>
      )}
      {state.kind === 'recording' && (
        <div class="level-meter" role="status">
          <span class="sr">{t('voices.recording')}</span>
          <i aria-hidden="true" style={{ width: `${Math.round(Math.min(1, state.level * 1.4) * 100)}%` }} />
        </div>
      )}
      <div class="buttons">
        {there && !busy && <Player url={there.url} label={t('voices.listen_to', { n: number })} />}
        {set.may_record && state.kind !== 'recording' && (
          <button type="button" class={there ? 'button' : 'button main'} data-record onClick={begin} disabled={busy}>
            {state.kind === 'sending' ? t('voices.sending') : t(there ? 'voices.again' : 'voices.record')}
            <span class="sr"> {t('voices.sentence_n', { n: number })}</span>
          </button>
        )}
        {state.kind === 'recording' && (
          <button type="button" class="button main" onClick={finish} data-stop>
            {t('voices.stop')}
          </button>
        )}
        {set.may_record && !busy && (
          <label class="button upload">
            {t('voices.upload')}
            <span class="sr"> {t('voices.sentence_n', { n: number })}</span>
            <input
              type="file"
              class="sr"
              accept="audio/*,.m4a,.mp3,.ogg,.webm,.wav"
              onChange={(event) => {
                const [file] = event.currentTarget.files ?? []
                event.currentTarget.value = ''
                if (file) void send(file)
              }}
            />
          </label>
        )}
      </div>
      {loudness && !refusal && (
        <Message kind="info" icon="alert">
          {t(`voices.too_${loudness}`)}
        </Message>
      )}
      {trouble && (
        <Message kind="bad" icon="alert">
          {t(`voices.microphone_${trouble}`)}
        </Message>
      )}
      {refusal && (
        <Message kind="bad" icon="alert">
          {refusal.text}
        </Message>
      )}
    </li>
  )
}

/** Plays one clip; the browser's own player would be a small grey bar with eight buttons. */
export function Player({ url, label, heard }: { url: string; label: string; heard?: () => void }) {
  const sound = useRef<HTMLAudioElement>(null)
  const [playing, setPlaying] = useState(false)
  const [failed, setFailed] = useState(false)
  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: what is said stands beside it */}
      <audio
        ref={sound}
        src={url}
        preload="none"
        onEnded={() => {
          setPlaying(false)
          heard?.()
        }}
        onError={() => setFailed(true)}
      />
      <button
        type="button"
        class="button"
        aria-label={label}
        aria-pressed={playing}
        onClick={() => {
          const player = sound.current
          if (!player) return
          if (playing) {
            player.pause()
            setPlaying(false)
            return
          }
          player.currentTime = 0
          setFailed(false)
          player.play().then(
            () => setPlaying(true),
            () => setFailed(true),
          )
        }}
      >
        {t(playing ? 'voices.playing' : 'voices.listen')}
      </button>
      {failed && (
        <span class="trouble" role="alert">
          {t('voices.not_played')}
        </span>
      )}
    </>
  )
}
