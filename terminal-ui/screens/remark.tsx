/** The optional remark, written with the tablet's own keyboard; field and buttons stay above it. */
import { useEffect, useRef } from 'preact/hooks'
import { Duty } from '../components/duty.tsx'
import { Icon } from '../components/icon.tsx'
import { RemarkField } from '../components/remark-field.tsx'
import { IdleWarning } from '../components/visit-clock.tsx'
import { t } from '../i18n/messages.ts'
import { secondsLeft } from '../idle.ts'
import { backToMarks, finish, keepTyped, sendRemark, visit } from '../visit.ts'

export function RemarkScreen() {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('textarea')?.focus(), [])
  const now = visit.value
  if (!now) return null
  return (
    <main class="remark" data-screen="remark">
      <header class="top">
        <button type="button" class="square" aria-label={t('back')} onClick={backToMarks}>
          <Icon name="back" />
        </button>
        <h1 id="remark-title">{t('remark_title')}</h1>
      </header>
      <form
        ref={form}
        class="note"
        onSubmit={(event) => {
          event.preventDefault()
          void sendRemark()
        }}
      >
        <RemarkField labelledBy="remark-title" value={now.remark} onType={(remark) => keepTyped({ remark })} />
        <div class="row">
          {secondsLeft.value === null ? <p>{t('remark_warning')}</p> : <IdleWarning stage="remark" />}
          <button type="button" class="act" onClick={() => void finish()}>
            {t('skip')}
          </button>
          <button type="submit" class="act main">
            {t('remark_send')}
            <Icon name="check" />
          </button>
        </div>
      </form>
      <Duty />
    </main>
  )
}
