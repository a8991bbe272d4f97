/**
 * The serious-matters card: the same quiet card at every level, without alarm colours. It promises that nobody of the unit
 * reads it, so the leader on duty, in the foot line of the other screens, is not named on it.
 */
import { unbroken } from '../components/duty.tsx'
import { Icon } from '../components/icon.tsx'
import { QrCode } from '../components/qr-code.tsx'
import { RemarkField } from '../components/remark-field.tsx'
import { ScreenTitle } from '../components/screen-title.tsx'
import { Tile } from '../components/tile.tsx'
import { ClockLine, IdleWarning } from '../components/visit-clock.tsx'
import { inLanguage, t } from '../i18n/messages.ts'
import { secondsLeft } from '../idle.ts'
import { shown } from '../state.ts'
import { backToMarks, keepTyped, sendReport, visit } from '../visit.ts'
import { tileLabel } from './marks.tsx'

export function SeriousPanel() {
  const now = visit.value
  const config = shown()
  if (!now || !config) return null
  const items = config.catalogue.items.filter((item) => item.kind === 'integrity')
  const { report } = now
  const toggle = (commitment: string) =>
    keepTyped({
      report: report.includes(commitment) ? report.filter((code) => code !== commitment) : [...report, commitment],
    })
  return (
    <main class="serious" data-screen="marks" data-panel="serious">
      <header class="top">
        <ScreenTitle text={t('serious_title')} />
      </header>
      <div class="card">
        <div class="left">
          <p>{t('serious_body', { body: inLanguage(config.serious.body) })}</p>
          <div class="tiles" style={{ '--n': items.length }}>
            {items.map((item) => (
              <Tile
                key={item.commitment}
                commitment={item.commitment}
                label={tileLabel(item, false)}
                chosen={report.includes(item.commitment)}
                onTouch={() => toggle(item.commitment)}
              />
            ))}
          </div>
          <div>
            <h2 id="serious-write">{t('serious_write')}</h2>
            <RemarkField labelledBy="serious-write" value={now.serious} onType={(serious) => keepTyped({ serious })} />
          </div>
          {config.hotline && (
            <p class="call">
              <Icon name="phone" />
              {t('hotline', { phone: unbroken(config.hotline) })}
            </p>
          )}
          <p class="legal">{t('serious_legal')}</p>
        </div>
        {config.serious.url && (
          <div class="qr">
            <QrCode text={config.serious.url} />
            <span>{t('serious_phone')}</span>
          </div>
        )}
      </div>
      <footer class="acts">
        {secondsLeft.value === null ? (
          <>
            <ClockLine />
            <button type="button" class="act" onClick={backToMarks}>
              <Icon name="back" />
              {t('back')}
            </button>
            <p class="hint" id="serious-hint">
              {report.length === 0 && t('serious_choose')}
            </p>
          </>
        ) : (
          <IdleWarning stage="remark" />
        )}
        <button
          type="button"
          class="act main"
          aria-disabled={report.length === 0}
          aria-describedby="serious-hint"
          onClick={() => void sendReport()}
        >
          {t('serious_send')}
          <Icon name="check" />
        </button>
      </footer>
    </main>
  )
}
