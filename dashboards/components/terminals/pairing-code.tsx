/** A pairing code, large enough to be typed on the tablet across the desk, with the time it still lives and what to do. */
import { useEffect, useState } from 'preact/hooks'
import type { FleetTablet } from '../../../server/contract/fleet.ts'
import type { NewTerminalAnswer } from '../../../server/contract/terminals.ts'
import { serverNow } from '../../api.ts'
import { rich, t } from '../../i18n/index.tsx'
import { Icon } from '../icons.tsx'
import { Message } from '../states.tsx'

export interface IssuedCode {
  terminal_id: string
  code: string
  expires_at: string
  /** The counter or tablet the code is for, in words. */
  name: string
  /** When the tablet was paired before this code; a newer moment means the code was used. */
  paired_before: string | null
}

export const issuedCode = (
  answer: NewTerminalAnswer,
  place: readonly (string | undefined)[],
  paired_before: string | null,
): IssuedCode => ({
  terminal_id: answer.terminal_id,
  code: answer.pairing_code,
  expires_at: answer.pairing_code_expires_at,
  name: [...new Set([...place, answer.terminal.name])].filter(Boolean).join(' · '),
  paired_before,
})

/** True once the list shows that the tablet was paired after the code was issued. */
export const isUsed = (code: IssuedCode, tablets: readonly FleetTablet[]): boolean => {
  const tablet = tablets.find(({ terminal_id }) => terminal_id === code.terminal_id)
  return tablet !== undefined && tablet.state !== 'waiting' && tablet.paired_at !== code.paired_before
}

export function PairingCode({ issued, used, again }: { issued: IssuedCode; used: boolean; again: () => void }) {
  const [now, setNow] = useState(serverNow())
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1000)
    return () => clearInterval(timer)
  }, [])
  const left = (Date.parse(issued.expires_at) - now) / 1000
  if (used) {
    return (
      <Message kind="good" icon="check">
        <span role="status">{t('pairing.done', { name: issued.name })}</span>
      </Message>
    )
  }
  if (left <= 0) {
    return (
      <div class="code">
        <Message kind="bad" icon="alert">
          {t('pairing.expired')}
        </Message>
        <button type="button" class="button main" onClick={again}>
          {t('pairing.again')}
        </button>
      </div>
    )
  }
  const { code } = issued
  const half = Math.ceil(code.length / 2)
  const address = `${location.origin}/terminal/`
  return (
    <div class="code">
      <p class="label">{t('pairing.for', { name: issued.name })}</p>
      <p class="code-signs" data-pairing-code={code}>
        <span class="sr">{[...code].join(' ')}</span>
        <span aria-hidden="true">{code.slice(0, half)}</span>
        <span aria-hidden="true">{code.slice(half)}</span>
      </p>
      <p class="code-left">
        <Icon name="lock" />
        {/* The minutes are read on demand, not every second. */}
        <span>{t('pairing.left', { m: Math.floor(left / 60), s: Math.floor(left % 60) })}</span>
      </p>
      <ol class="steps">
        <li>{rich('pairing.step_1', { address: <b class="address">{address}</b> })}</li>
        <li>{t('pairing.step_2')}</li>
        <li>{t('pairing.step_3')}</li>
      </ol>
    </div>
  )
}
