/** Tablets that need a hand, each with what to do and, where that is a new code, the code itself. */
import { useState } from 'preact/hooks'
import type { FleetTablet } from '../../../server/contract/fleet.ts'
import { newPairingCode } from '../../api.ts'
import { t } from '../../i18n/index.tsx'
import { ActionButton } from '../action-button.tsx'
import { type IssuedCode, isUsed, PairingCode } from './pairing-code.tsx'

interface IllTabletsProps {
  tablets: readonly FleetTablet[]
  reload: () => Promise<void>
}

export function IllTablets({ tablets, reload }: IllTabletsProps) {
  const [issued, setIssued] = useState<IssuedCode | null>(null)
  const ill = tablets.filter(({ advice }) => advice.length > 0)
  if (tablets.length === 0) return <p>{t('week.no_tablets')}</p>
  if (ill.length === 0 && !issued) return <p>{t('week.tablets_fine')}</p>
  const again = (tablet: FleetTablet) => async () => {
    const answer = await newPairingCode(tablet.terminal_id)
    setIssued({
      terminal_id: tablet.terminal_id,
      code: answer.pairing_code,
      expires_at: answer.pairing_code_expires_at,
      name: [...new Set([tablet.counter.name, tablet.name])].join(' · '),
      paired_before: tablet.paired_at,
    })
    await reload()
  }
  const known = tablets.find(({ terminal_id }) => terminal_id === issued?.terminal_id)
  return (
    <>
      <ul class="serving">
        {ill.map((tablet) => (
          <li key={tablet.terminal_id} data-terminal-id={tablet.terminal_id}>
            <div class="serving-line">
              <span>
                <b>{tablet.counter.name}</b>
                <small>{tablet.advice[0] && t(`advice.${tablet.advice[0]}`)}</small>
              </span>
              {(tablet.advice[0] === 'pair_again' || tablet.advice[0] === 'cloned') && (
                <ActionButton label={t('pairing.again')} act={again(tablet)} />
              )}
            </div>
          </li>
        ))}
      </ul>
      {issued && (
        <PairingCode issued={issued} used={isUsed(issued, tablets)} again={() => known && void again(known)()} />
      )}
    </>
  )
}
