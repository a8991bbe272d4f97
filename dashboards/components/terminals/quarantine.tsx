/** Ratings that were kept and not counted: how many, of which days, and the decision of a leader or of the province. */
import { useState } from 'preact/hooks'
import type { QuarantineGroup } from '../../../server/contract/quarantine.ts'
import { decideQuarantine, getQuarantine } from '../../api.ts'
import { formatRange } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { ActionButton } from '../action-button.tsx'
import { TextField } from '../form.tsx'
import { Card } from '../page.tsx'

export function QuarantineCard({ showUnit }: { showUnit: boolean }) {
  const live = useLive('quarantine', getQuarantine)
  const items = live.data.value?.items ?? []
  // Nothing is kept aside nearly always, and then nothing need be said.
  if (items.length === 0) return null
  return (
    <Card id="quarantine" span={6} title={t('quarantine.title')} about={t('quarantine.about')}>
      {items.map((group) => (
        <Group
          key={[group.terminal.terminal_id, group.claimed_terminal_id, group.reason].join()}
          {...{ group, showUnit }}
          reload={live.reload}
        />
      ))}
    </Card>
  )
}

interface GroupProps {
  group: QuarantineGroup
  showUnit: boolean
  reload: () => Promise<void>
}

function Group({ group, showUnit, reload }: GroupProps) {
  const { terminal, counts_at, waiting, refused, reason, first_day, last_day } = group
  const [why, setWhy] = useState('')
  const place = [showUnit && counts_at.unit, counts_at.counter].filter(Boolean).join(', ')
  const decide = (decision: 'accepted' | 'refused') => async () => {
    await decideQuarantine({
      terminal_id: terminal.terminal_id,
      claimed_terminal_id: group.claimed_terminal_id,
      decision,
      reason: why,
    })
    setWhy('')
    await reload()
  }
  const n = waiting + refused
  return (
    <div class="stack quarantine-group" data-terminal-id={terminal.terminal_id}>
      <p>
        <b>{[place, terminal.name !== counts_at.counter && terminal.name].filter(Boolean).join(' · ')}</b>
        <br />
        {t(`quarantine.${reason}`)} {waiting > 0 && t('quarantine.waiting', { n: waiting })}{' '}
        {refused > 0 && t('quarantine.refused', { n: refused })}{' '}
        {first_day && last_day && t('quarantine.days', { days: formatRange(first_day, last_day, language.value) })}
      </p>
      {group.may_decide ? (
        <>
          <TextField
            name="reason"
            label={t('quarantine.reason')}
            hint={t('quarantine.reason_hint')}
            value={why}
            onInput={setWhy}
          />
          {why.trim() && (
            <div class="buttons">
              <ActionButton
                label={t('quarantine.accept')}
                confirm={t('quarantine.accept_confirm', { n, place })}
                act={decide('accepted')}
              />
              {waiting > 0 && (
                <ActionButton
                  label={t('quarantine.refuse')}
                  confirm={t('quarantine.refuse_confirm', { n: waiting })}
                  act={decide('refused')}
                />
              )}
            </div>
          )}
        </>
      ) : (
        <p class="hint">{t('quarantine.province')}</p>
      )}
    </div>
  )
}
