/** The second factor: a QR code for the generator, a first code, and ten codes for the day the telephone is lost. */
import { useState } from 'preact/hooks'
import type { OwnAccount, SecondFactorOffer } from '../../../server/contract/accounts.ts'
import { qrModules } from '../../../server/contract/qr.ts'
import { confirmSecondFactor, forgetDevices, offerSecondFactor, renewRecoveryCodes } from '../../api/accounts.ts'
import { formatInstant } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { refreshSession, session } from '../../session.ts'
import { ActionButton } from '../action-button.tsx'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { Card } from '../page.tsx'
import { Message } from '../states.tsx'

export function SecondFactor({ account, reload }: { account: OwnAccount; reload: () => Promise<void> }) {
  const [offer, setOffer] = useState<SecondFactorOffer | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)
  const now = session.value
  const due = now?.second_factor_due_at ?? null
  const show = async (fresh: string[]) => {
    setOffer(null)
    setCodes(fresh)
    await refreshSession()
    await reload()
  }
  return (
    <Card id="second-factor" title={t('second.title')} about={t('second.about')}>
      {now?.second_factor === 'due' && !account.has_second_factor && (
        <Message kind="info" icon="lock">
          {due === null ? t('second.due') : t('second.due_until', { until: formatInstant(due, language.value) })}
        </Message>
      )}
      {codes && <Codes codes={codes} />}
      {account.has_second_factor ? (
        <>
          <p>
            <b>{t('second.on')}</b> {t('second.left', { n: account.recovery_codes_left })}
          </p>
          <Proof
            label={t('second.renew')}
            send={async (password) => show((await renewRecoveryCodes(password)).recovery_codes)}
          />
          {account.may_trust_device && (
            <p>
              {t('second.devices', { n: account.trusted_devices })}{' '}
              {account.trusted_devices > 0 && (
                <ActionButton
                  label={t('second.forget')}
                  act={async () => {
                    await forgetDevices()
                    await reload()
                  }}
                />
              )}
            </p>
          )}
          <p class="hint">{t('second.lost')}</p>
        </>
      ) : offer ? (
        <Confirm offer={offer} send={async (code) => show((await confirmSecondFactor(code)).recovery_codes)} />
      ) : (
        <Proof label={t('second.begin')} send={async (password) => setOffer(await offerSecondFactor(password))} />
      )}
    </Card>
  )
}

/** Asks for the present password once more before something is shown that would open the account. */
function Proof({ label, send }: { label: string; send: (password: string) => Promise<void> }) {
  const { busy, refusal, onSubmit } = useForm(({ password = '' }) => send(password))
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <FormRefusal refusal={refusal} fields={['password']} />
      <TextField
        label={t('account.present_password')}
        name="password"
        type="password"
        autocomplete="current-password"
        required
        refusal={refusal}
      />
      <div class="buttons">
        <button type="submit" class="button" aria-disabled={busy}>
          {label}
        </button>
      </div>
    </form>
  )
}

function Confirm({ offer, send }: { offer: SecondFactorOffer; send: (code: string) => Promise<void> }) {
  const { busy, refusal, onSubmit } = useForm(({ code = '' }) => send(code))
  const groups = offer.secret.match(/.{1,4}/g) ?? []
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <ol class="how">
        <li>{t('second.step_app')}</li>
        <li>
          {t('second.step_scan')}
          <QrCode text={offer.uri} />
          <p class="hint">
            {t('second.step_type')} <code class="secret">{groups.join(' ')}</code>
          </p>
        </li>
        <li>{t('second.step_code')}</li>
      </ol>
      <FormRefusal refusal={refusal} fields={['code']} />
      <TextField
        label={t('login.code')}
        name="code"
        autocomplete="one-time-code"
        autocapitalize="none"
        spellcheck={false}
        required
        refusal={refusal}
      />
      <div class="buttons">
        <button type="submit" class="button main" aria-disabled={busy}>
          {t('second.confirm')}
        </button>
      </div>
    </form>
  )
}

/** Black on white in both themes: readers of QR codes know nothing of dark pages. */
function QrCode({ text }: { text: string }) {
  const modules = qrModules(text)
  if (!modules) return null
  const size = modules.length + 8
  const d = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg
      class="qr"
      viewBox={`-4 -4 ${size} ${size}`}
      role="img"
      aria-label={t('second.qr')}
      shape-rendering="crispEdges"
    >
      <path d={`M-4 -4h${size}v${size}h-${size}z`} class="qr-paper" />
      <path d={d} class="qr-ink" />
    </svg>
  )
}

function Codes({ codes }: { codes: string[] }) {
  return (
    <div class="message good codes" role="status">
      <div>
        <p>
          <b>{t('second.codes_title')}</b> {t('second.codes_about')}
        </p>
        <ul>
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
