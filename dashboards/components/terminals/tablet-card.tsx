/** One tablet: where it stands, how it fares in words and a picture, what to do about it, and what can be changed. */
import type { ComponentChildren } from 'preact'
import type { FleetAdvice, FleetTablet } from '../../../server/contract/fleet.ts'
import { today } from '../../clock.ts'
import { formatBytes, formatCount, formatDate, formatInstant, officeTime } from '../../format.ts'
import { language, type MessageKey, t } from '../../i18n/index.tsx'
import { Icon, type IconName } from '../icons.tsx'
import { TabletActions } from './tablet-actions.tsx'

/** A moment as briefly as it can be told: today by its time alone. */
export function sinceWhen(instant: string): string {
  const { date, time } = officeTime(instant)
  return date === today.value ? time : formatInstant(instant, language.value)
}

const unbroken = (text: string) => text.replaceAll(' ', '\u00a0')

/** Where the tablet stands: the counter, and what is done there. */
export const placeOf = ({ counter }: FleetTablet): string =>
  counter.service ? `${counter.name}: ${counter.service}` : counter.name

export function adviceText(code: FleetAdvice, tablet: FleetTablet): string {
  const key: MessageKey = `advice.${code}`
  return t(key, {
    missing: tablet.missing,
    refused: tablet.rejected_length ?? 0,
    used: formatBytes(tablet.storage_used ?? 0, language.value),
    quota: formatBytes(tablet.storage_quota ?? 0, language.value),
  })
}

const pictures = { online: 'check', silent: 'offline', waiting: 'tablet' } as const satisfies Record<string, IconName>

const stateText = ({ state, silent_since }: FleetTablet): string =>
  state === 'silent' && silent_since
    ? t('terminals.silent_since', { time: sinceWhen(silent_since) })
    : t(`terminals.${state as 'online' | 'waiting'}`)

/** Advice that only continues the sentence of the state. */
const continues: readonly FleetAdvice[] = ['check_power_and_network', 'type_code', 'pair_again']

const Line = ({ icon, children }: { icon: IconName; children: ComponentChildren }) => (
  <p class="sign-line">
    <Icon name={icon} />
    <span>{children}</span>
  </p>
)

interface CardProps {
  tablet: FleetTablet
  /** Names the unit where several are listed. */
  showUnit?: boolean | undefined
  another: () => Promise<void>
  reload: () => Promise<void>
}

export function TabletCard({ tablet, showUnit, another, reload }: CardProps) {
  const { counter, name, officer, state, advice } = tablet
  const first = advice.filter((code) => continues.includes(code))
  const unit = showUnit && tablet.unit_name
  const place = [unit, placeOf(tablet)].filter(Boolean).join(', ')
  // Of several tablets at a counter the one without a name of its own is told by being new.
  const called = name !== counter.name ? name : state === 'waiting' && t('terminals.new')
  return (
    <article
      class={advice.length > 0 && advice[0] !== 'type_code' ? 'tablet warn' : 'tablet'}
      data-terminal-id={tablet.terminal_id}
      data-state={state}
      aria-label={place}
    >
      {/* The service begins a line of its own, so that cards beside one another keep their rows level. */}
      <h3>
        {[unit, unbroken(counter.name)].filter(Boolean).join(', ')}
        {counter.service && (
          <>
            <i class="sr">: </i>
            <span>{counter.service}</span>
          </>
        )}
      </h3>
      <div class="tablet-body">
        <p class="who">{[officer ? officer.name : t('terminals.nobody'), called].filter(Boolean).join(' · ')}</p>
        <Line icon={pictures[state]}>
          {[stateText(tablet), ...first.map((code) => adviceText(code, tablet))].join(' ')}
        </Line>
        {advice
          .filter((code) => !continues.includes(code))
          .map((code) => (
            <Line key={code} icon="alert">
              {adviceText(code, tablet)}
            </Line>
          ))}
        {state !== 'waiting' && <Facts tablet={tablet} />}
        <TabletActions {...{ tablet, another, reload }} />
      </div>
    </article>
  )
}

function Facts({ tablet }: { tablet: FleetTablet }) {
  const { queue_length, oldest_at, battery, charging, version, newest, missing, quarantined, last_rated_day } = tablet
  const facts: [MessageKey, string][] = []
  // What a silent tablet told of itself was true when it last did.
  const then = tablet.state === 'silent' ? t('terminals.at_last_contact') : ''
  if (queue_length !== null) {
    const since = queue_length > 0 && oldest_at ? t('terminals.queue_since', { time: sinceWhen(oldest_at) }) : ''
    const queue = [t('terminals.queue', { n: queue_length }), since].filter(Boolean).join(' ')
    facts.push(['terminals.queue_title', [queue, then].filter(Boolean).join(', ')])
  }
  facts.push([
    'terminals.last_rated',
    last_rated_day ? formatDate(last_rated_day, language.value) : t('terminals.never'),
  ])
  if (battery !== null) {
    const share = t('terminals.percent', { n: Math.round(battery * 100) })
    const last = then || (charging ? t('terminals.charging') : '')
    facts.push(['terminals.battery', [share, last].filter(Boolean).join(', ')])
  }
  if (version !== null) {
    const age = newest === null ? '' : newest ? t('terminals.newest') : t('terminals.older')
    // The first signs tell versions apart; the rest is a digest nobody reads out.
    facts.push(['terminals.version', [version.replace(/(\+\w{6})\w+$/, '$1'), age].filter(Boolean).join(', ')])
  }
  if (tablet.storage_used !== null && tablet.storage_quota) {
    const [used, quota] = [tablet.storage_used, tablet.storage_quota].map((bytes) => formatBytes(bytes, language.value))
    facts.push(['terminals.storage', t('terminals.storage_of', { used: used ?? '', quota: quota ?? '' })])
  }
  if (tablet.voices?.length) facts.push(['terminals.voices', tablet.voices.map((voice) => voice.language).join(', ')])
  if (tablet.last_error) facts.push(['terminals.last_error', tablet.last_error])
  if (missing > 0) facts.push(['terminals.missing', formatCount(missing, language.value)])
  if (quarantined > 0) facts.push(['terminals.quarantined', formatCount(quarantined, language.value)])
  return (
    <dl class="tablet-facts">
      {facts.map(([key, value]) => (
        <div key={key}>
          <dt>{t(key)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
