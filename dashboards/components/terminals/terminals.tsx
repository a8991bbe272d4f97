/** The tablets of one unit: in one sentence whether they work, then each with what to do, then pairing another one. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Counter } from '../../../server/contract/counters.ts'
import type { Fleet, FleetTablet } from '../../../server/contract/fleet.ts'
import { byName } from '../../../server/contract/names.ts'
import type { NewTerminalAnswer } from '../../../server/contract/terminals.ts'
import { getFleet, hasRole, list, newPairingCode } from '../../api.ts'
import { t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { session } from '../../session.ts'
import { Card, type Section } from '../page.tsx'
import { Refused, Skeleton, Void } from '../states.tsx'
import { Certificate, Headline, summarise } from './headline.tsx'
import { NewTerminal } from './new-terminal.tsx'
import { type IssuedCode, issuedCode, isUsed, PairingCode } from './pairing-code.tsx'
import { QuarantineCard } from './quarantine.tsx'
import { ServicePin } from './service-pin.tsx'
import { placeOf, TabletCard } from './tablet-card.tsx'

/** The parts of the page, as the row on a phone names them. */
export const tabletParts = (): Section[] => [
  { id: 'top', name: t('contents.summary') },
  { id: 'tablets', name: t('nav.terminals') },
  { id: 'pair', name: t('pairing.title') },
  { id: 'service-pin', name: t('pin.title') },
]

export function Terminals({ unitId }: { unitId: string | null }) {
  const counters = useLive(`counters ${unitId}`, (options) => list('counters', options, unitId), { follow: false })
  const fleet = useLive(`fleet ${unitId}`, (options) => getFleet(unitId, options))
  const error = counters.refused.value ?? fleet.refused.value
  if (error) return <Refused error={error} />
  if (!counters.data.value || !fleet.data.value) return <Skeleton />
  // By place, as people walk past them: a list that jumps with every change could not be found one's way in.
  const placed = byName(fleet.data.value.items.map((tablet) => ({ name: `${placeOf(tablet)} ${tablet.name}`, tablet })))
  return (
    <Loaded
      counters={byName(counters.data.value)}
      tablets={placed.map(({ tablet }) => tablet)}
      reload={fleet.reload}
      fleet={fleet.data.value}
    />
  )
}

interface LoadedProps {
  counters: readonly Counter[]
  tablets: readonly FleetTablet[]
  reload: () => Promise<void>
  fleet: Fleet
}

function Loaded({ counters, tablets, reload, fleet }: LoadedProps) {
  const [issued, setIssued] = useState<IssuedCode | null>(null)
  const pairing = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (issued) pairing.current?.scrollIntoView({ block: 'nearest' })
  }, [issued])
  const show = (answer: NewTerminalAnswer, before: string | null) => {
    const counter = counters.find(({ counter_id }) => counter_id === answer.terminal.counter_id)
    setIssued(issuedCode(answer, [counter?.name], before))
  }
  const another = async (tablet: FleetTablet) => {
    show(await newPairingCode(tablet.terminal_id), tablet.paired_at)
    await reload()
  }
  const known = tablets.find(({ terminal_id }) => terminal_id === issued?.terminal_id)
  return (
    <>
      <section class="answer" id="top">
        {tablets.length === 0 ? <h1>{t('terminals.none')}</h1> : <Headline {...summarise(tablets)} />}
        <p>{t(tablets.length === 0 ? 'terminals.none_help' : 'terminals.about')}</p>
      </section>
      <Certificate fleet={fleet} />
      <section class="fleet" id="tablets" aria-labelledby="tablets-title">
        <h2 id="tablets-title">{t('terminals.title')}</h2>
        {tablets.length === 0 ? (
          <Void icon="tablet" title={t('terminals.none')}>
            {t('terminals.none_help')}
          </Void>
        ) : (
          <div class="tablets">
            {tablets.map((tablet) => (
              <TabletCard key={tablet.terminal_id} {...{ tablet, reload }} another={() => another(tablet)} />
            ))}
          </div>
        )}
      </section>
      <div class="grid loose" ref={pairing}>
        <Card id="pair" span={6} title={t('pairing.title')} about={t('pairing.about')}>
          {issued && (
            <PairingCode issued={issued} used={isUsed(issued, tablets)} again={() => known && void another(known)} />
          )}
          <NewTerminal
            counters={counters}
            onCreated={async (answer) => {
              show(answer, null)
              await reload()
            }}
          />
        </Card>
        <Card id="service-pin" span={6} title={t('pin.title')} about={t('pin.about')}>
          <ServicePin units={fleet.units} reload={reload} />
        </Card>
        {session.value && hasRole(session.value, 'administrator', 'unit_leader') && <QuarantineCard showUnit={false} />}
      </div>
    </>
  )
}
