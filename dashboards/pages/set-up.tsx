/** The one-time link: creates the first administrator. There is no default account and no default password. */
import { checkNewPassword, NewPasswordFields } from '../components/account/new-password.tsx'
import { FormRefusal, TextField, useForm } from '../components/form.tsx'
import { Page } from '../components/page.tsx'
import { t } from '../i18n/index.tsx'
import { establish } from '../session.ts'

export default function SetUp() {
  // The token lives in the fragment, which browsers never send: it stays out of every log.
  const token = location.hash.slice(1)
  const { busy, refusal, onSubmit } = useForm(
    async ({ username = '', password = '', again = '' }) => {
      checkNewPassword(password, again)
      await establish(token, username.trim(), password)
    },
    { keep: true },
  )
  return (
    <Page name="setup" title={t('setup.title')}>
      <div class="middle">
        <h1>{t('setup.title')}</h1>
        <form class="card stack" onSubmit={onSubmit} noValidate>
          <p>{t('setup.about')}</p>
          <FormRefusal refusal={refusal} fields={['username', 'password', 'again']} />
          <TextField
            label={t('login.username')}
            hint={t('accounts.username_hint')}
            name="username"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
            refusal={refusal}
          />
          <NewPasswordFields refusal={refusal} />
          <button type="submit" class="button main" aria-disabled={busy}>
            {t('setup.submit')}
          </button>
        </form>
      </div>
    </Page>
  )
}
