/** A loudspeaker: it says a clip and chooses nothing; touched again it falls silent. Where there is no voice, there is none. */
import type { ClipName } from '../../server/contract/voices.ts'
import { chosen, t } from '../i18n/messages.ts'
import { listen } from '../visit.ts'
import { canSpeak, playing } from '../voice.ts'
import { Icon } from './icon.tsx'

interface HearProps {
  clip: ClipName
  /** What is said, for screen readers. */
  says: string
  look?: 'square' | 'say'
}

export function Hear({ clip, says, look = 'square' }: HearProps) {
  if (!canSpeak(chosen.value)) return null
  return (
    <button
      type="button"
      class={`${look} hear`}
      aria-label={`${t('listen')}: ${says}`}
      aria-pressed={playing.value === `${chosen.value}/${clip}`}
      onClick={() => listen(clip)}
    >
      <Icon name="speak" />
    </button>
  )
}
