/** The line at the foot of every screen but the serious-matters card and pairing: whom to ask for, whatever was answered. */
import { t } from '../i18n/messages.ts'
import { shown } from '../state.ts'
import { Icon } from './icon.tsx'

/** A telephone number, a name, or a word of two parts, that does not break at the end of a line. */
export const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0').replaceAll('-', '-\u2060')

export function Duty() {
  const config = shown()
  if (!config?.duty_leader && !config?.hotline) return null
  return (
    <aside class="duty" aria-label={t('contacts')}>
      {config.duty_leader && (
        <span>
          <Icon name="person" />
          {t('duty_leader', {
            name: unbroken(config.duty_leader.name),
            phone: unbroken(config.duty_leader.phone),
          })}
        </span>
      )}
      {config.hotline && (
        <span>
          <Icon name="phone" />
          {t('hotline', { phone: unbroken(config.hotline) })}
        </span>
      )}
    </aside>
  )
}
