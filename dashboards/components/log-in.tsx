/** The log-in form: a page of its own, or over an open page whose session has ended. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError } from '../api.ts'
import { t } from '../i18n/index.tsx'
import { enter, session, sessionEnded } from '../session.ts'
import { FormRefusal, TextField, useForm } from './form.tsx'
import { Message } from './states.tsx'

export function LogInForm({ username = '' }: { username?: string }) {
  // Shown once the server asked for a code: most people have none, and a field too many makes people stop.
  const [asksCode, setAsksCode] = useState(false)
  const { busy, refusal, onSubmit } = useForm(
    async ({ username: name = '', password = '', code, trust_device }) => {
      try {
        await enter({
          username: name,
          password,
          ...(code ? { code } : {}),
          ...(trust_device ? { trust_device: true } : {}),
        })
      } catch (error) {
        if (error instanceof ApiError && error.code === 'code_required') setAsksCode(true)
        throw error
      }
    },
    { keep: true },
  )
  const isQuestion = refusal !== null && asksCode && refusal.text === t('error.code_required')
  return (
    <form class="card stack" onSubmit={onSubmit} noValidate>
      {!isQuestion && <FormRefusal refusal={refusal} fields={['username', 'password', 'code']} />}
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
      {asksCode && (
        <>
          <TextField
            label={t('login.code')}
            hint={t('login.code_hint')}
            name="code"
            autocomplete="one-time-code"
            autocapitalize="none"
            spellcheck={false}
            autofocus
            required
            refusal={isQuestion ? null : refusal}
          />
          <label class="tick">
            <input type="checkbox" name="trust_device" value="1" />
            <span>{t('login.trust')}</span>
          </label>
        </>
      )}
      <button type="submit" class="button main" aria-disabled={busy}>
        {t('login.submit')}
      </button>
      <p class="hint">{t(asksCode ? 'login.code_lost' : 'login.forgotten')}</p>
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
