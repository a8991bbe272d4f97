/** The clock of the visit: a line along the foot, and in the last fifteen seconds a ring, a sentence and "Continue". */
import { t } from '../i18n/messages.ts'
import { run, type Stage, secondsLeft, still, WARNING_S } from '../idle.ts'
import { touch } from '../visit.ts'

const RING = 2 * Math.PI * 36

/** A new key starts the line anew with every touch; hatched, it stands still. */
export const ClockLine = () => (
  <span class={still.value ? 'clock still' : 'clock'} aria-hidden="true">
    <i key={run.value.number} class={run.value.stage} />
  </span>
)

/** `stage` is what "Continue" gives again. */
export function IdleWarning({ stage }: { stage: Stage }) {
  const left = secondsLeft.value ?? 0
  return (
    <div class="warn">
      <span class="ring" aria-hidden="true">
        <svg viewBox="0 0 84 84" aria-hidden="true">
          <circle cx="42" cy="42" r="36" />
          <circle cx="42" cy="42" r="36" stroke-dasharray={RING} stroke-dashoffset={RING * (1 - left / WARNING_S)} />
        </svg>
        {left}
      </span>
      <p>
        {/* Spoken once: a countdown read aloud every second would drown everything else. */}
        <span class="sr" role="status">
          {t('idle_warning', { n: WARNING_S })}
        </span>
        <span aria-hidden="true">{t('idle_warning', { n: left })}</span>
      </p>
      <button type="button" class="act" onClick={() => touch(stage)}>
        {t('continue')}
      </button>
    </div>
  )
}
