/** The log-in page. */
import { LogInForm } from '../components/log-in.tsx'
import { Page } from '../components/page.tsx'
import { t } from '../i18n/index.tsx'

export default function LogIn() {
  return (
    <Page name="login" title={t('login.title')}>
      <div class="middle">
        <h1>{t('login.title')}</h1>
        <LogInForm />
      </div>
    </Page>
  )
}
