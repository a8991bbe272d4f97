/** The log-in form: a page of its own, or over an open page whose session has ended. */
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../i18n/index.tsx'
import { enter, session, sessionEnded } from '../session.ts'
import { FormRefusal, TextField, useForm } from './form.tsx'
import { Message } from './states.tsx'

export function LogInForm({ username = '' }: { username?: string }) {
  const { busy, refusal, onSubmit } = useForm(({ username: name = '', password = '' }) => enter(name, password), {
    keep: true,
  })
  return (
    <form class="card stack" onSubmit={onSubmit} noValidate>
      <FormRefusal refusal={refusal} fields={['username', 'password']} />
      <TextField
        label={t('login.username')}
        name="username"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        required
        defaultValue={username}
        refusal={refusal}
      />
      <TextField
        label={t('login.password')}
        name="password"
        type="password"
        autocomplete="current-password"
        autofocus={username !== ''}
        required
        refusal={refusal}
      />
      <button type="submit" class="button main" aria-disabled={busy}>
        {t('login.submit')}
      </button>
      <p class="hint">{t('login.forgotten')}</p>
    </form>
  )
}

/** Lies over the page: what was typed below is untouched and still there afterwards. */
export function SessionEnded() {
  const dialog = useRef<HTMLDialogElement>(null)
  const ended = sessionEnded.value
  useEffect(() => {
    if (ended) dialog.current?.showModal()
    else dialog.current?.close()
  }, [ended])
  return (
    <dialog
      class="over"
      ref={dialog}
      aria-label={t('login.title')}
      // Escape must not leave a page open that nobody is logged in to.
      onCancel={(event) => event.preventDefault()}
    >
      {ended && (
        <>
          <Message kind="info" icon="lock">
            {t('state.session_ended')}
          </Message>
          <LogInForm username={session.value?.account.username ?? ''} />
        </>
      )}
    </dialog>
  )
}
