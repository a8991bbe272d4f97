/** Rules of recorded voices: which languages can be, and what may follow which state. */
import type { VoiceState } from '../contract/voices.ts'

/** The tag in its one spelling (BCP 47); null for what only looks like one. */
export function canonicalLanguage(tag: string): string | null {
  // A name of one's own is no locale to Intl; its form was checked by the schema.
  if (tag.startsWith('x-')) return tag.toLowerCase()
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null
  } catch {
    return null
  }
}

export type VoiceStep = 'submit' | 'approve' | 'send_back' | 'withdraw'

const steps: readonly { from: VoiceState; to: VoiceState; step: VoiceStep }[] = [
  { from: 'draft', to: 'submitted', step: 'submit' },
  { from: 'submitted', to: 'approved', step: 'approve' },
  { from: 'submitted', to: 'draft', step: 'send_back' },
  { from: 'draft', to: 'withdrawn', step: 'withdraw' },
  { from: 'submitted', to: 'withdrawn', step: 'withdraw' },
  { from: 'approved', to: 'withdrawn', step: 'withdraw' },
]

/** What leads from one state to the other; null when nothing does. */
export function stepBetween(from: VoiceState, to: VoiceState): VoiceStep | null {
  return steps.find((step) => step.from === from && step.to === to)?.step ?? null
}
