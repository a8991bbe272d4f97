/** What the tablet says, never by the answer: eight clips per language, the paper slip, and one tone for every face. */
import { effect, signal, untracked } from '@preact/signals'
import type { ClipName } from '../server/contract/voices.ts'
import { chosen, isLanguage, language } from './i18n/messages.ts'
import { download } from './offline/api.ts'
import { keptClip } from './offline/voices.ts'
import { device, panel, screen } from './state.ts'

/** A clip that is not decoded by then stays silent; one that plays is over a second after its length. */
const PATIENCE_MS = 3000
const VOLUME = 0.6
const TONE_HZ = 520
const TONE_S = 0.3

/** `paper_slip`: what to do where nothing could be recorded. It is the page's own: recorded sets do not have it. */
export type Sentence = ClipName | 'paper_slip'

/** `<language>/<clip>` while it is said; null = silence. */
export const playing = signal<string | null>(null)

let context: AudioContext | null = null
let source: AudioBufferSourceNode | null = null
let limit: ReturnType<typeof setTimeout> | undefined
let turn = 0

const voiceOf = (language: string) => device.value?.tablet.voices.value.find((voice) => voice.language === language)

/** Whether the tablet has a voice in this language: a recorded one, or the one it came with. */
export const canSpeak = (language: string): boolean => isLanguage(language) || voiceOf(language) !== undefined

/** Languages a citizen may choose: the unit's own list, as far as the tablet has words or a voice, then other voices. */
export function offeredLanguages(): { language: string; name: string }[] {
  const tablet = device.value?.tablet
  const listed = (tablet?.config.value?.languages ?? []).filter(({ language }) => canSpeak(language))
  const more = (tablet?.voices.value ?? []).filter((voice) => !listed.some((one) => one.language === voice.language))
  return [...listed, ...more]
}

function awake(): AudioContext {
  context ??= new AudioContext()
  // Asleep since the last sound, so that the loudspeaker does not hiss all day; a touch may wake it.
  void context.resume().catch(() => {})
  return context
}

/** Silence, at once. */
export function hush(): void {
  turn++
  clearTimeout(limit)
  source?.stop()
  source = null
  playing.value = null
}

/** The page's own sentence is said in the language of the words on the screen, all others in the chosen one. */
export const tongueOf = (clip: Sentence): string => (clip === 'paper_slip' ? language.value : chosen.value)

/** Says a clip instead of whatever is being said; the same once more stops it. `after` = seconds to wait. Never fails: it may stay silent. */
export async function say(clip: Sentence, after = 0): Promise<void> {
  const tongue = tongueOf(clip)
  const name = `${tongue}/${clip}`
  const again = playing.value === name
  hush()
  if (again) return
  playing.value = name
  const mine = turn
  limit = setTimeout(hush, PATIENCE_MS)
  try {
    const audio = awake()
    const voice = clip !== 'paper_slip' && voiceOf(tongue)
    const bytes = voice ? await keptClip(voice, clip) : await download(`/terminal/voice/${name}.mp3`)
    const buffer = await audio.decodeAudioData(bytes as ArrayBuffer)
    if (mine !== turn) return
    source = audio.createBufferSource()
    source.buffer = buffer
    source.connect(new GainNode(audio, { gain: VOLUME })).connect(audio.destination)
    source.onended = () => {
      if (mine === turn) hush()
    }
    source.start(audio.currentTime + after)
    clearTimeout(limit)
    // A tablet whose sound is broken never says that a clip ended; the clock of the visit must go on.
    limit = setTimeout(hush, (after + buffer.duration + 1) * 1000)
  } catch {
    if (mine === turn) hush()
  }
}

/** One wooden tone, the same whichever face was touched. */
export function chime(): void {
  try {
    const audio = awake()
    const now = audio.currentTime
    const tone = new OscillatorNode(audio, { frequency: TONE_HZ })
    const gain = new GainNode(audio, { gain: 0.2 })
    gain.gain.setValueAtTime(0.2, now)
    gain.gain.exponentialRampToValueAtTime(0.001, now + TONE_S)
    tone.connect(gain).connect(audio.destination)
    tone.onended = () => {
      if (playing.value === null) void audio.suspend()
    }
    tone.start()
    tone.stop(now + TONE_S)
  } catch {
    // No sound on this tablet: the screen says the same.
  }
}

/** No later screen goes on with what an earlier one said. Called once. */
export function hushBetweenScreens(): void {
  effect(() => {
    void screen.value
    void panel.value
    untracked(hush)
  })
}
