/** What a page shows when it has no figures to show: loading, nothing there, refused, server gone. Each says what to do. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { type ApiError, clockOffset, serverNow } from '../api.ts'
import { formatInstant, officeTime } from '../format.ts'
import { errorText, language, t } from '../i18n/index.tsx'
import { lastAnswerAt, retryAt, retryNow } from '../live.ts'
import { home } from '../session.ts'
import { Icon, type IconName } from './icons.tsx'

export const Message = ({
  kind,
  icon,
  children,
}: {
  kind: 'bad' | 'info' | 'good'
  icon: IconName
  children: ComponentChildren
}) => (
  <div class={`message ${kind}`} role={kind === 'bad' ? 'alert' : undefined}>
    <Icon name={icon} />
    <div>{children}</div>
  </div>
)

/** A sentence, what it means, what to do next. */
export const Void = (props: {
  icon: IconName
  title: string
  children?: ComponentChildren
  actions?: ComponentChildren
  /** The whole page is this sentence: then it is the page's heading. */
  whole?: boolean
}) => (
  <section class="card void">
    <Icon name={props.icon} />
    {props.whole ? <h1>{props.title}</h1> : <h2>{props.title}</h2>}
    {props.children && <p>{props.children}</p>}
    {props.actions && <div class="buttons">{props.actions}</div>}
  </section>
)

/** Grey blocks of about the final size. */
export const Skeleton = ({ phone = false }: { phone?: boolean }) => (
  <>
    <h1 class="sr">{t('state.loading')}</h1>
    <p class="sr" role="status">
      {t('state.loading')}
    </p>
    <div aria-hidden="true" class="skeleton">
      <div class="bone title" />
      <div class="bone line" />
      <div class="grid">
        <div class="card span-12 tall">
          <div class="bone head" />
          <div class="bone row" />
          <div class="bone row" />
          <div class="bone row" />
        </div>
        {!phone && <div class="card span-7 low" />}
        {!phone && <div class="card span-5 low" />}
      </div>
    </div>
  </>
)

/** A refusal that waiting does not heal. */
export function Refused({ error }: { error: ApiError }) {
  const forbidden = error.status === 403
  return (
    <Void
      whole
      icon={forbidden ? 'lock' : 'doc'}
      title={errorText(error.code)}
      actions={
        <a class="button main" href={home.value}>
          {t('state.go_home')}
        </a>
      }
    >
      {forbidden ? t('state.forbidden_help') : null}
    </Void>
  )
}

function useSeconds(until: number): number {
  const [now, setNow] = useState(performance.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, Math.ceil((until - now) / 1000))
}

const Seconds = ({ until }: { until: number }) => <>{t('state.server_gone', { s: useSeconds(until) })}</>

export function GoneNotice() {
  const due = retryAt.value
  if (due === null) return null
  const last = lastAnswerAt.value
  return (
    <div class="message bad gone">
      <Icon name="offline" />
      <div>
        {/* Spoken once; the running seconds are for the eye. */}
        <span class="sr" role="alert">
          {t('state.server_gone_spoken')}
        </span>
        <span aria-hidden="true">
          <Seconds until={due} />
        </span>{' '}
        {last !== null && t('state.figures_from', { time: officeTime(last).time })}{' '}
        <button type="button" class="link" onClick={retryNow}>
          {t('state.retry_now')}
        </button>
      </div>
    </div>
  )
}

/** Below this nobody notices; beyond it the day a page opens at may be another than the reader expects. */
const wrongByMs = 5 * 60_000

/** The reader's own clock is wrong: the pages go by the server's, and say so until it has been set. */
export function ClockNotice() {
  if (Math.abs(clockOffset.value) < wrongByMs) return null
  return (
    <div class="wrong-clock">
      <Message kind="info" icon="alert">
        {t('state.clock_wrong', { time: formatInstant(serverNow(), language.value) })}
      </Message>
    </div>
  )
}

/** The server cannot be reached and nothing was ever shown. */
export const GonePage = () => (
  <Void whole icon="offline" title={t('state.server_gone_spoken')}>
    {t('state.gone_help')}
  </Void>
)

/** In the place of what has not come yet while the server is gone; nothing while it is merely on its way. */
export const Awaited = () => (retryAt.value === null ? null : <p class="hint">{t('state.part_gone')}</p>)

/** A card that has not come yet: silent while it is on its way, else its heading and that it comes by itself. Below it, what follows. */
export const NotYet = (props: { id: string; title: string; children?: ComponentChildren }) =>
  retryAt.value === null ? null : (
    <>
      <section class="card" id={props.id}>
        <header>
          <h2>{props.title}</h2>
        </header>
        <Awaited />
      </section>
      {props.children}
    </>
  )
