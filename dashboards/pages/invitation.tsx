/** The page behind an invitation or a reset: one person sets one password, which nobody else ever learns. */
import { useState } from 'preact/hooks'
import type { LinkOwner } from '../../server/contract/accounts.ts'
import { lookAtLink, usePasswordLink } from '../api/accounts.ts'
import { checkNewPassword, NewPasswordFields } from '../components/account/new-password.tsx'
import { FormRefusal, useForm } from '../components/form.tsx'
import { LogInForm } from '../components/log-in.tsx'
import { Page } from '../components/page.tsx'
import { Message, Skeleton, Void } from '../components/states.tsx'
import { formatInstant } from '../format.ts'
import { errorText, language, rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'

export default function Invitation() {
  // The token lives in the fragment, which browsers never send: it stays out of every log.
  const token = location.hash.slice(1)
  const link = useLive(token, () => lookAtLink(token), { follow: false })
  const [isDone, setDone] = useState(false)
  const owner = link.data.value
  const refused = link.refused.value
  return (
    <Page name="invitation" title={t('invitation.title')}>
      <div class="middle">
        {refused && (
          <Void whole icon="lock" title={errorText(refused.code)}>
            {t('invitation.refused_help')}
          </Void>
        )}
        {!refused && !owner && <Skeleton />}
        {owner && isDone && (
          <>
            <h1>{t('login.title')}</h1>
            <Message kind="good" icon="check">
              <span role="status">{t('invitation.done')}</span>
            </Message>
            <LogInForm username={owner.username} />
          </>
        )}
        {owner && !isDone && <SetPassword token={token} owner={owner} onDone={() => setDone(true)} />}
      </div>
    </Page>
  )
}

function SetPassword({ token, owner, onDone }: { token: string; owner: LinkOwner; onDone: () => void }) {
  const { busy, refusal, onSubmit } = useForm(
    async ({ password = '', again = '' }) => {
      checkNewPassword(password, again)
      await usePasswordLink(token, password)
      history.replaceState(null, '', location.pathname)
      onDone()
    },
    { keep: true },
  )
  return (
    <>
      <h1>{t('invitation.title')}</h1>
      <form class="card stack" onSubmit={onSubmit} noValidate>
        <p>
          {rich('invitation.about', { name: owner.username, until: formatInstant(owner.expires_at, language.value) })}
        </p>
        <input type="text" name="username" autocomplete="username" value={owner.username} hidden readOnly />
        <FormRefusal refusal={refusal} fields={['password', 'again']} />
        <NewPasswordFields refusal={refusal} />
        <button type="submit" class="button main" aria-disabled={busy}>
          {t('invitation.submit')}
        </button>
      </form>
    </>
  )
}
