/** The one-time link: creates the first administrator. There is no default account and no default password. */
import { FormRefusal, type Refusal, TextField, useForm } from '../components/form.tsx'
import { Page } from '../components/page.tsx'
import { t } from '../i18n/index.tsx'
import { establish } from '../session.ts'

/** Long rather than complicated: no rules about digits and signs, which only make people write passwords down. */
const shortest = 15

export default function SetUp() {
  // The token lives in the fragment, which browsers never send: it stays out of every log.
  const token = location.hash.slice(1)
  const { busy, refusal, onSubmit } = useForm(
    async ({ username = '', password = '', again = '' }) => {
      if ([...password].length < shortest) {
        throw { field: 'password', text: t('password.counted', { n: [...password].length }) } satisfies Refusal
      }
      if (again !== password) throw { field: 'again', text: t('password.differs') } satisfies Refusal
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
          <TextField
            label={t('login.password')}
            hint={t('password.rule')}
            name="password"
            type="password"
            autocomplete="new-password"
            required
            refusal={refusal}
          />
          <TextField
            label={t('password.again')}
            name="again"
            type="password"
            autocomplete="new-password"
            required
            refusal={refusal}
          />
          <button type="submit" class="button main" aria-disabled={busy}>
            {t('setup.submit')}
          </button>
        </form>
      </div>
    </Page>
  )
}
