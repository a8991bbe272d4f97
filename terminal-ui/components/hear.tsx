/** A loudspeaker: it says a clip and chooses nothing; touched again it falls silent. Where there is no voice, there is none. */
import { t } from '../i18n/messages.ts'
import { listen } from '../visit.ts'
import { canSpeak, playing, type Sentence, tongueOf } from '../voice.ts'
import { Icon } from './icon.tsx'

interface HearProps {
  clip: Sentence
  /** What is said, for screen readers. */
  says: string
  look?: 'square' | 'say'
}

export function Hear({ clip, says, look = 'square' }: HearProps) {
  const tongue = tongueOf(clip)
  if (!canSpeak(tongue)) return null
  return (
    <button
      type="button"
      class={`${look} hear`}
      aria-label={`${t('listen')}: ${says}`}
      aria-pressed={playing.value === `${tongue}/${clip}`}
      onClick={() => listen(clip)}
    >
      <Icon name="speak" />
    </button>
  )
}
