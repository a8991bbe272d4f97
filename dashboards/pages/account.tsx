/** My account: password, second factor, and where I am logged in. */

import { useState } from 'preact/hooks'
import type { OwnSession } from '../../server/contract/accounts.ts'
import { changePassword, endOtherSessions, endOwnSession, getOwnAccount, listOwnSessions } from '../api/accounts.ts'
import { checkNewPassword, NewPasswordFields } from '../components/account/new-password.tsx'
import { SecondFactor } from '../components/account/second-factor.tsx'
import { ActionButton } from '../components/action-button.tsx'
import { ActionHead } from '../components/figure-cells.tsx'
import { FormRefusal, TextField, useForm } from '../components/form.tsx'
import { Icon } from '../components/icons.tsx'
import { Card, Page, Scroll } from '../components/page.tsx'
import { FileButton } from '../components/reports/file-button.tsx'
import { entriesOf } from '../components/shell.tsx'
import { Message, Refused, Skeleton } from '../components/states.tsx'
import { formatInstant } from '../format.ts'
import { language, rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { refreshSession, session } from '../session.ts'

export default function Account() {
  const account = useLive('account', getOwnAccount, { follow: false })
  const sessions = useLive('own sessions', listOwnSessions, { follow: false })
  const error = account.refused.value ?? sessions.refused.value
  const own = account.data.value
  const list = sessions.data.value
  return (
    <Page name="account" title={t('nav.account')}>
      <WayBack />
      {error ? <Refused error={error} /> : null}
      {!error && (!own || !list) ? <Skeleton /> : null}
      {!error && own && list ? (
        <>
          <section class="answer" id="top">
            <h1>{rich('account.headline', { name: own.username })}</h1>
            <p>{rolesOf()}</p>
          </section>
          <div class="grid loose account-grid">
            <SecondFactor account={own} reload={account.reload} />
            <Password changedAt={own.password_changed_at} reload={sessions.reload} />
            {session.value?.account.officer && (
              <Card id="data" title={t('account.data')} about={t('account.data_about')}>
                <div class="stack">
                  <FileButton
                    label={t('account.data_get')}
                    path={`/officers/${session.value.account.officer.officer_id}/data?language=${language.value}`}
                  />
                </div>
              </Card>
            )}
            <Sessions items={list.items} reload={sessions.reload} />
          </div>
        </>
      ) : null}
    </Page>
  )
}

/** Whoever has one page alone has no row of them in the head. */
function WayBack() {
  const [only, ...others] = session.value ? entriesOf(session.value) : []
  if (!only || others.length > 0) return null
  return (
    <a class="up" href={only.href}>
      <Icon name="back" />
      {only.name}
    </a>
  )
}

/** Each role with where it is held. */
function rolesOf(): string {
  return (session.value?.grants ?? [])
    .map(({ role, unit, officer }) => [t(`role.${role}`), officer?.name, unit?.name].filter(Boolean).join(', '))
    .join(' · ')
}

function Password({ changedAt, reload }: { changedAt: string | null; reload: () => Promise<void> }) {
  const [isDone, setDone] = useState(false)
  const { busy, refusal, onSubmit } = useForm(async ({ password = '', new_password = '', again = '' }) => {
    setDone(false)
    checkNewPassword(new_password, again, 'new_password')
    await changePassword(password, new_password)
    await refreshSession()
    await reload()
    setDone(true)
  })
  // A weak new password is told of by the same code as anywhere; here the field bears another name.
  const shown = refusal && {
    ...refusal,
    field: refusal.text === t('error.password_wrong') || refusal.field !== 'password' ? refusal.field : 'new_password',
  }
  return (
    <Card
      id="password"
      title={t('account.password')}
      about={changedAt ? t('account.changed_at', { at: formatInstant(changedAt, language.value) }) : null}
    >
      <form class="stack" onSubmit={onSubmit} noValidate>
        <FormRefusal refusal={shown} fields={['password', 'new_password', 'again']} />
        {isDone && (
          <Message kind="good" icon="check">
            <span role="status">{t('account.password_changed')}</span>
          </Message>
        )}
        <TextField
          label={t('account.present_password')}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          refusal={shown}
        />
        <NewPasswordFields refusal={shown} name="new_password" />
        <div class="buttons">
          <button type="submit" class="button main" aria-disabled={busy}>
            {t('account.change_password')}
          </button>
        </div>
      </form>
    </Card>
  )
}

function Sessions({ items, reload }: { items: OwnSession[]; reload: () => Promise<void> }) {
  return (
    <Card id="sessions" title={t('sessions.title')} about={t('sessions.about')}>
      <Scroll name={t('sessions.title')}>
        <table class="table stacked left">
          <thead>
            <tr>
              <th scope="col">{t('sessions.where')}</th>
              <th scope="col">{t('sessions.begun')}</th>
              <th scope="col">{t('sessions.seen')}</th>
              <ActionHead />
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <tr key={one.session_id} data-session-id={one.session_id}>
                <th scope="row">
                  {browserName(one.browser)}
                  {one.address && <small>{one.address}</small>}
                </th>
                <td data-label={t('sessions.begun')}>{formatInstant(one.begun_at, language.value)}</td>
                <td data-label={t('sessions.seen')}>{formatInstant(one.last_seen_at, language.value)}</td>
                <td>
                  {one.current ? (
                    <span class="nowrap">{t('sessions.current')}</span>
                  ) : (
                    <ActionButton
                      label={t('sessions.end')}
                      act={async () => {
                        await endOwnSession(one.session_id)
                        await reload()
                      }}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {items.length > 1 && (
        <div class="buttons">
          <ActionButton
            label={t('sessions.end_others')}
            confirm={t('sessions.end_others_confirm')}
            act={async () => {
              await endOtherSessions()
              await reload()
            }}
          />
        </div>
      )}
    </Card>
  )
}

/** Browser and system as people name them; the whole line of a browser nobody can read. */
function browserName(agent: string | null): string {
  if (!agent) return t('sessions.unknown')
  const browser = ['Edg', 'CocCoc', 'coc_coc_browser', 'Firefox', 'Chrome', 'Safari'].find((name) =>
    agent.includes(name),
  )
  const system = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS', 'Linux'].find((name) => agent.includes(name))
  const names: Record<string, string> = { Edg: 'Edge', coc_coc_browser: 'Cốc Cốc', CocCoc: 'Cốc Cốc' }
  return [browser ? (names[browser] ?? browser) : t('sessions.unknown'), system].filter(Boolean).join(', ')
}
