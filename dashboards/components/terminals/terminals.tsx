/** The fleet: in one sentence whether the tablets work, then each of them with what to do, then pairing another one. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Counter } from '../../../server/contract/counters.ts'
import type { Fleet, FleetTablet } from '../../../server/contract/fleet.ts'
import type { NewTerminalAnswer } from '../../../server/contract/terminals.ts'
import { getFleet, hasRole, list, newPairingCode } from '../../api.ts'
import { byName, formatDate, officeTime } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { session } from '../../session.ts'
import { Card } from '../page.tsx'
import { Message, Refused, Skeleton, Void } from '../states.tsx'
import { NewTerminal } from './new-terminal.tsx'
import { type IssuedCode, isUsed, PairingCode } from './pairing-code.tsx'
import { QuarantineCard } from './quarantine.tsx'
import { ServicePin } from './service-pin.tsx'
import { placeOf, sinceWhen, TabletCard } from './tablet-card.tsx'

export function Terminals({ unitId, showUnit }: { unitId: string | null; showUnit?: ReadonlyMap<string, string> }) {
  const counters = useLive(`counters ${unitId}`, (options) => list('counters', options, unitId), { follow: false })
  const fleet = useLive(`fleet ${unitId}`, (options) => getFleet(unitId, options))
  const error = counters.refused.value ?? fleet.refused.value
  if (error) return <Refused error={error} />
  if (!counters.data.value || !fleet.data.value) return <Skeleton />
  // By place, as people walk past them: a list that jumps with every change could not be found one's way in.
  const placed = byName(
    fleet.data.value.items.map((tablet) => ({ name: `${placeOf(tablet, showUnit)} ${tablet.name}`, tablet })),
  )
  return (
    <Loaded
      counters={byName(counters.data.value)}
      tablets={placed.map(({ tablet }) => tablet)}
      reload={fleet.reload}
      fleet={fleet.data.value}
      {...(showUnit ? { units: showUnit } : {})}
    />
  )
}

interface LoadedProps {
  counters: readonly Counter[]
  tablets: readonly FleetTablet[]
  reload: () => Promise<void>
  fleet: Fleet
  units?: ReadonlyMap<string, string>
}

function Loaded({ counters, tablets, reload, fleet, units }: LoadedProps) {
  const [issued, setIssued] = useState<IssuedCode | null>(null)
  const pairing = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (issued) pairing.current?.scrollIntoView({ block: 'nearest' })
  }, [issued])
  const show = (answer: NewTerminalAnswer, before: string | null) => {
    const counter = counters.find(({ counter_id }) => counter_id === answer.terminal.counter_id)
    const words = [units?.get(answer.terminal.unit_id), counter?.name, answer.terminal.name]
    setIssued({
      terminal_id: answer.terminal_id,
      code: answer.pairing_code,
      expires_at: answer.pairing_code_expires_at,
      name: [...new Set(words)].filter(Boolean).join(' · '),
      paired_before: before,
    })
  }
  const another = async (tablet: FleetTablet) => {
    show(await newPairingCode(tablet.terminal_id), tablet.paired_at)
    await reload()
  }
  const known = tablets.find(({ terminal_id }) => terminal_id === issued?.terminal_id)
  return (
    <>
      <section class="answer" id="top">
        <h1>
          {tablets.length === 0 ? t('terminals.none') : <Summary {...{ tablets }} {...(units ? { units } : {})} />}
        </h1>
        <p>{t(tablets.length === 0 ? 'terminals.none_help' : 'terminals.about')}</p>
      </section>
      {fleet.certificate?.renew && (
        <Message kind="bad" icon="alert">
          {t('terminals.certificate', {
            date: formatDate(officeTime(fleet.certificate.expires_at).date, language.value),
          })}
        </Message>
      )}
      <section class="fleet" id="tablets" aria-labelledby="tablets-title">
        <h2 id="tablets-title">{t('terminals.title')}</h2>
        {tablets.length === 0 ? (
          <Void icon="tablet" title={t('terminals.none')}>
            {t('terminals.none_help')}
          </Void>
        ) : (
          <div class="tablets">
            {tablets.map((tablet) => (
              <TabletCard
                key={tablet.terminal_id}
                {...{ tablet, counters, reload }}
                {...(units ? { units } : {})}
                another={() => another(tablet)}
              />
            ))}
          </div>
        )}
      </section>
      <div class="grid" ref={pairing}>
        <Card id="pair" span={6} title={t('pairing.title')} about={t('pairing.about')}>
          {issued && (
            <PairingCode issued={issued} used={isUsed(issued, tablets)} again={() => known && void another(known)} />
          )}
          <NewTerminal
            {...{ counters }}
            {...(units ? { units } : {})}
            onCreated={async (answer) => {
              show(answer, null)
              await reload()
            }}
          />
        </Card>
        <Card id="service-pin" span={6} title={t('pin.title')} about={t('pin.about')}>
          <ServicePin units={fleet.units} reload={reload} />
        </Card>
        {session.value && hasRole(session.value, 'administrator', 'unit_leader') && (
          <QuarantineCard showUnit={units !== undefined} />
        )}
      </div>
    </>
  )
}

/** How many of the paired ones work; the silent ones by name and since when; how many of the rest need a hand. */
function Summary({ tablets, units }: { tablets: readonly FleetTablet[]; units?: ReadonlyMap<string, string> }) {
  const paired = tablets.filter(({ state }) => state !== 'waiting')
  const silent = paired
    .filter(({ state }) => state === 'silent')
    .sort((a, b) => (a.silent_since ?? '').localeCompare(b.silent_since ?? ''))
  const ailing = paired.filter(({ state, advice }) => state === 'online' && advice.length > 0).length
  const working = paired.length - silent.length
  const [longest] = silent
  return (
    <>
      {silent.length === 0
        ? rich('terminals.headline', { n: working })
        : rich('terminals.headline_of', { n: working, k: paired.length })}{' '}
      {longest?.silent_since &&
        rich(silent.length === 1 ? 'terminals.one_silent' : 'terminals.some_silent', {
          name: [units?.get(longest.unit_id), longest.counter.name].filter(Boolean).join(', '),
          time: sinceWhen(longest.silent_since),
          k: silent.length,
        })}{' '}
      {ailing > 0 && rich('terminals.some_ailing', { k: ailing })}
    </>
  )
}
