/** An import on its way and after it: progress, stopping, what was written, the invitations to hand out, and how to go back. */
import { useState } from 'preact/hooks'
import type { Import } from '../../../server/contract/imports.ts'
import { safeText } from '../../../server/contract/spreadsheet-text.ts'
import { makeInvitations, stopImport } from '../../api/imports.ts'
import { formatCount } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { ActionButton } from '../action-button.tsx'
import { Card } from '../page.tsx'
import { saveFile } from '../reports/file-button.tsx'
import { Message, Void } from '../states.tsx'

interface OutcomeProps {
  made: Import
  mayInvite: boolean
  hasFile: boolean
  onReload: () => Promise<void>
  onAgain: () => void
}

const sum = (made: Import, key: 'new' | 'changed') => made.sheets.reduce((total, sheet) => total + sheet[key], 0)

export function Outcome({ made, mayInvite, hasFile, onReload, onAgain }: OutcomeProps) {
  const invites = mayInvite && made.state === 'applied' && made.invitations > 0
  const again = (
    <button type="button" class={invites ? 'button' : 'button main'} onClick={onAgain}>
      {t(made.state === 'stale' && hasFile ? 'imports.look_again' : 'imports.choose_next')}
    </button>
  )
  if (made.state === 'applying') return <Progress made={made} onReload={onReload} />
  if (made.state === 'stale' || made.state === 'cancelled') {
    return (
      <Void whole icon={made.state === 'stale' ? 'swap' : 'undo'} title={t(`imports.${made.state}`)} actions={again}>
        {t(`imports.${made.state}_about`, { name: made.file_name })}
      </Void>
    )
  }
  return (
    <>
      <section class="answer" id="top">
        <h1>{rich('imports.applied_headline', { made: sum(made, 'new'), changed: sum(made, 'changed') })}</h1>
        <p>{t('imports.applied_about', { name: made.file_name })}</p>
        <div class="buttons">{again}</div>
      </section>
      <div class="grid">
        {invites && <Invitations made={made} />}
        <Card id="back" title={t('imports.back')} span={invites ? 6 : 12}>
          <p>{t('imports.back_about')}</p>
        </Card>
      </div>
    </>
  )
}

function Progress({ made, onReload }: { made: Import; onReload: () => Promise<void> }) {
  const { done, total } = made.progress
  const count = (n: number) => formatCount(n, language.value)
  const told = t('imports.progress', { done: count(done), total: count(total) })
  const stop = async () => {
    try {
      await stopImport(made.import_id)
    } finally {
      await onReload()
    }
  }
  return (
    <>
      <section class="answer" id="top">
        <h1>{t('imports.writing')}</h1>
        <p>{t('imports.writing_about', { name: made.file_name })}</p>
      </section>
      <Card id="progress" title={t('imports.progress_title')}>
        <div class="stack">
          <progress class="bar-of" value={done} max={Math.max(1, total)} aria-label={t('imports.progress_title')}>
            {told}
          </progress>
          <p aria-hidden="true">{told}</p>
          <div class="buttons">
            <ActionButton label={t('imports.stop_writing')} act={stop} />
          </div>
        </div>
      </Card>
    </>
  )
}

/** A table for the letters to the communes: each link once, to be handed out and then forgotten. */
function Invitations({ made }: { made: Import }) {
  const [taken, setTaken] = useState(false)
  const make = async () => {
    const { items } = await makeInvitations(made.import_id)
    const quote = (text: string) => `"${safeText(text).replaceAll('"', '""')}"`
    const separator = language.value === 'vi' ? ';' : ','
    const head = ['username', 'unit', 'officer', 'link', 'until'].map((key) =>
      t(`imports.invitation_${key as 'username'}`),
    )
    const lines = items.map(({ username, unit, officer, token, expires_at }) => [
      username,
      unit ?? '',
      officer ?? '',
      `${location.origin}/invitation#${token}`,
      expires_at.slice(0, 10).split('-').reverse().join('/'),
    ])
    const text = [head, ...lines].map((cells) => cells.map(quote).join(separator)).join('\r\n')
    saveFile(`${t('imports.invitation_file')}.csv`, new Blob([`\uFEFF${text}\r\n`], { type: 'text/csv' }))
    setTaken(true)
  }
  return (
    <Card id="invitations" title={t('imports.invitations', { n: made.invitations })} span={6}>
      <div class="stack">
        <p>{t('imports.invitations_about')}</p>
        <div class="buttons">
          <ActionButton
            main={!taken}
            label={t('imports.invitations_make')}
            {...(taken ? { confirm: t('imports.invitations_again') } : {})}
            act={make}
          />
        </div>
        {taken && (
          <Message kind="good" icon="check">
            {t('imports.invitations_taken')}
          </Message>
        )}
      </div>
    </Card>
  )
}
