/** A button that asks once more in its own place before it acts, and says beside it why it was refused. */
import { useState } from 'preact/hooks'
import { t } from '../i18n/index.tsx'
import { noticeEnd } from '../session.ts'
import { type Refusal, refusalOf } from './form.tsx'

interface ActionProps {
  label: string
  /** What will happen, as a sentence; without it the button acts at once. */
  confirm?: string
  act: () => Promise<unknown>
  /** The step that comes next: drawn as such. */
  main?: boolean
  /** What it opens is open. */
  expanded?: boolean
}

export function ActionButton({ label, confirm, act, main = false, expanded }: ActionProps) {
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Refusal | null>(null)
  const run = async () => {
    if (busy) return
    setBusy(true)
    setTrouble(null)
    try {
      await act()
    } catch (error) {
      noticeEnd(error)
      setTrouble(refusalOf(error))
    } finally {
      setBusy(false)
      setAsking(false)
    }
  }
  return (
    <span class="action">
      {asking ? (
        // The keyboard comes to the question and not to the deed, which a key held too long would do.
        // biome-ignore lint/a11y/useSemanticElements: within a line of text no fieldset may stand
        <span
          class="asking"
          role="group"
          aria-label={confirm}
          tabIndex={-1}
          onKeyDown={({ key }) => key === 'Escape' && setAsking(false)}
        >
          <span>{confirm}</span>
          <button type="button" class="button main" onClick={run} aria-disabled={busy}>
            {label}
          </button>
          <button type="button" class="button" onClick={() => setAsking(false)}>
            {t('form.cancel')}
          </button>
        </span>
      ) : (
        <button
          type="button"
          class={main ? 'button main' : 'button'}
          aria-disabled={busy}
          aria-expanded={expanded}
          onClick={() => {
            if (confirm) setAsking(true)
            else void run()
          }}
        >
          {label}
        </button>
      )}
      {trouble && (
        <span class="trouble" role="alert">
          {trouble.text}
        </span>
      )}
    </span>
  )
}
