/** The service corner: counts and codes only, never an answer. */
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { keepInTouch, loadConfig } from '../background.ts'
import { Duty } from '../components/duty.tsx'
import { Icon } from '../components/icon.tsx'
import { LanguageButtons } from '../components/languages.tsx'
import { ScreenTitle } from '../components/screen-title.tsx'
import { goHome } from '../home.ts'
import { isLanguage, language, t } from '../i18n/messages.ts'
import { reach } from '../offline/api.ts'
import { refreshCounts, tabletVersion } from '../offline/tablet.ts'
import { device, panel, screen } from '../state.ts'
import { offeredLanguages } from '../voice.ts'

const GIVE_UP_MS = 120_000
/** Ratings are dated by the server from here on; certificates may already fail by a clock that is wrong by days. */
const CLOCK_WELL_S = 300

/** 10 MB, 10,7 GB. */
const size = (bytes: number): string =>
  bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(Math.round(bytes / 1e8) / 10).toLocaleString(language.value)} GB`

/** The languages that speak, and which of them a machine reads for the time being. */
function Voices() {
  const recorded = device.value?.tablet.voices.value ?? []
  return (
    <>
      {offeredLanguages().map(({ language, name }) => {
        const voice = recorded.find((one) => one.language === language)
        const standIn = voice ? voice.stand_in : isLanguage(language)
        return <span key={language}>{standIn ? t('service_stand_in', { name }) : name}</span>
      })}
    </>
  )
}

/**
 * A moment of the tablet's clock as the server's has it, where that is known: on one panel times of one clock alone.
 * Unbreakable, and the date first, as on the pages of staff: 27/11/2026 10:38.
 */
const moment = (at: number, ahead: number | null): string =>
  new Date(at - (ahead ?? 0) * 1000)
    .toLocaleString('en-GB', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Ho_Chi_Minh' })
    .replace(', ', '\u00a0')

function Fact({ name, well, children }: { name: string; well: boolean; children: ComponentChildren }) {
  return (
    <div>
      <dt class={well ? '' : 'look'}>
        <Icon name={well ? 'check' : 'alert'} />
        {name}
      </dt>
      <dd>{children}</dd>
    </div>
  )
}

function Facts() {
  const link = device.value?.tablet.link.value
  if (!link) return null
  const { counts, oldest, last_contact, persisted, storage, clock_ahead, full, loss, rejected } = link
  const codes = Object.entries(rejected)
  const clockWell = clock_ahead !== null && Math.abs(clock_ahead) < CLOCK_WELL_S
  return (
    <dl class="facts">
      <Fact name={t('service_waiting')} well={counts.sealed === 0}>
        {oldest === null ? t('queue_empty') : t('queue', { n: counts.sealed, age: moment(oldest, clock_ahead) })}
      </Fact>
      <Fact name={t('service_link')} well={reach.value === 'ok'}>
        {t(`reach_${reach.value}`)}
      </Fact>
      <Fact name={t('service_contact')} well={last_contact !== null && link.paired}>
        {last_contact === null ? t('service_never') : moment(last_contact, clock_ahead)}
      </Fact>
      <Fact name={t('service_rejected')} well={counts.rejected === 0}>
        {t('service_records', { n: counts.rejected })}
        {codes.map(([code, n]) => (
          <small key={code}>
            {code}: {n}
          </small>
        ))}
      </Fact>
      <Fact name={t('service_kept')} well>
        {t('service_records', { n: counts.acked })}
      </Fact>
      <Fact name={t('service_storage')} well={persisted === true && !full}>
        {t(persisted === null ? 'unknown' : persisted ? 'storage_kept' : 'storage_not_kept')}
        {storage && (
          <small>{t('service_room', { used: size(storage.used), free: size(storage.quota - storage.used) })}</small>
        )}
      </Fact>
      <Fact name={t('service_clock')} well={clockWell}>
        {clock_ahead === null
          ? t('unknown')
          : t(clockWell ? 'service_clock_right' : 'service_clock_wrong', { time: moment(Date.now(), clock_ahead) })}
      </Fact>
      {loss && (
        <Fact name={t('service_loss')} well={false}>
          {loss}
        </Fact>
      )}
      <Fact name={t('service_voices')} well>
        <Voices />
      </Fact>
      <Fact name={t('service_version')} well>
        {tabletVersion}
      </Fact>
    </dl>
  )
}

export function ServicePanel() {
  const opened = device.value
  useEffect(() => {
    if (opened) refreshCounts(opened.tablet).catch(() => {})
    const timer = setTimeout(goHome, GIVE_UP_MS)
    return () => clearTimeout(timer)
  }, [])
  if (!opened) return null
  const { config, link } = opened.tablet
  const place = [config.value?.terminal.name, config.value?.counter.name, config.value?.unit.name].filter(Boolean)
  const sendNow = () => {
    opened.sync.kick()
    void loadConfig(opened)
    void keepInTouch(opened)
  }
  const pairAgain = () => {
    panel.value = null
    screen.value = 'pair'
  }
  return (
    <main class="service" data-screen={screen.value} data-panel="service">
      <header class="top">
        <div>
          <ScreenTitle text={t('service_title')} />
          <p>{place.join(' · ')}</p>
        </div>
        <button type="button" class="act" onClick={goHome}>
          <Icon name="cross" />
          {t('close')}
        </button>
      </header>
      <div class="svc">
        <Facts />
        <nav aria-label={t('service_actions')}>
          <button type="button" class="act main" onClick={sendNow}>
            {t('service_send')}
          </button>
          <button type="button" class="act" onClick={pairAgain}>
            {t('service_pair')}
          </button>
          <LanguageButtons look="act" quiet />
        </nav>
        <p class="err keep" role="status">
          <Icon name="alert" />
          {link.value.paired ? t('keep') : t('repair', { n: link.value.counts.sealed })}
        </p>
      </div>
      <Duty />
    </main>
  )
}
