/**
 * The tablets of the whole province: what is true of all in one sentence, then sixty at a time, searched and narrowed by the
 * server, so that three units and three thousand open alike. Pairing and PINs ask for a unit first and load that one alone.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { FleetTablet } from '../../../server/contract/fleet.ts'
import { byName } from '../../../server/contract/names.ts'
import type { NewTerminalAnswer } from '../../../server/contract/terminals.ts'
import { searchFleet } from '../../api/lists.ts'
import { getFleet, list, newPairingCode } from '../../api.ts'
import { formatCount } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { route } from '../../router.ts'
import { ShowMore } from '../admin/found.tsx'
import { Choice, SearchBox } from '../choice.tsx'
import { Icon } from '../icons.tsx'
import { Card } from '../page.tsx'
import { SelectField } from '../select-field.tsx'
import { Refused, Skeleton, Void } from '../states.tsx'
import { Certificate, Headline } from './headline.tsx'
import { NewTerminal } from './new-terminal.tsx'
import { type IssuedCode, issuedCode, isUsed, PairingCode } from './pairing-code.tsx'
import { QuarantineCard } from './quarantine.tsx'
import { ServicePin } from './service-pin.tsx'
import { TabletCard } from './tablet-card.tsx'

type UnitNames = ReadonlyMap<string, string>

export function AllTerminals({ names }: { names: UnitNames }) {
  const text = route.value.query.get('q')?.trim() ?? ''
  const needsHand = route.value.query.get('show') === 'hand'
  const narrowed = `fleet ${text} ${needsHand}`
  const [asked, setAsked] = useState({ narrowed, pages: 1 })
  const pages = asked.narrowed === narrowed ? asked.pages : 1
  const fleet = useLive(`${narrowed} ${pages}`, (options) => searchFleet({ text, needsHand, pages }, options))
  const [unit, setUnit] = useState('')
  const [issued, setIssued] = useState<IssuedCode | null>(null)
  const tools = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (issued) tools.current?.scrollIntoView({ block: 'nearest' })
  }, [issued])
  if (fleet.refused.value) return <Refused error={fleet.refused.value} />
  if (!fleet.data.value) return <Skeleton />
  const { items, last } = fleet.data.value
  const { summary, total } = last
  const none = summary.online + summary.silent + summary.waiting === 0
  const another = async (tablet: FleetTablet) => {
    const answer = await newPairingCode(tablet.terminal_id)
    setUnit(tablet.unit_id)
    setIssued(issuedCode(answer, [tablet.unit_name, tablet.counter.name], tablet.paired_at))
    await fleet.reload()
  }
  const more = () => setAsked({ narrowed, pages: pages + 1 })
  const longest = summary.longest_silent
  return (
    <>
      <section class="answer" id="top">
        {none ? (
          <h1>{t('terminals.none')}</h1>
        ) : (
          <Headline
            {...summary}
            longest={longest && { name: `${longest.unit_name}, ${longest.counter_name}`, since: longest.silent_since }}
          />
        )}
        <p>{t(none ? 'terminals.none_help' : 'terminals.about')}</p>
      </section>
      <Certificate fleet={last} />
      <section class={fleet.stale.value ? 'fleet stale' : 'fleet'} id="tablets" aria-labelledby="tablets-title">
        <h2 id="tablets-title">{t('terminals.title')}</h2>
        <div class="filters">
          <SearchBox />
          <Choice
            name="show"
            label={t('terminals.show')}
            value={needsHand ? 'hand' : 'all'}
            choices={[
              { value: 'all', label: t('terminals.show_all') },
              { value: 'hand', label: t('terminals.show_hand') },
            ]}
          />
          {/* The form stands below sixty tablets. */}
          <a class="button" href="#pair">
            <Icon name="plus" />
            {t('pairing.title')}
          </a>
        </div>
        {needsHand && summary.advice.length > 0 && (
          <ul class="advice-counts">
            {summary.advice.map(({ advice, n }) => (
              <li key={advice} data-advice={advice}>
                <b>{formatCount(n, language.value)}</b> {t(`advice_count.${advice}`)}
              </li>
            ))}
          </ul>
        )}
        {items.length === 0 ? (
          <Void icon="tablet" title={t(none ? 'terminals.none' : 'terminals.none_found')}>
            {t(none ? 'terminals.none_help' : 'terminals.none_found_help')}
          </Void>
        ) : (
          <div class="tablets">
            {items.map((tablet) => (
              <TabletCard
                key={tablet.terminal_id}
                showUnit
                tablet={tablet}
                reload={fleet.reload}
                another={() => another(tablet)}
              />
            ))}
          </div>
        )}
        <ShowMore found={{ total, ended: 0, text, more: last.next_cursor ? more : null }} shown={items.length} />
      </section>
      <div class="grid loose" ref={tools}>
        <UnitTools {...{ names, unit, setUnit, issued, setIssued }} reload={fleet.reload} />
        <QuarantineCard showUnit />
      </div>
    </>
  )
}

interface ToolsProps {
  names: UnitNames
  unit: string
  setUnit: (unit: string) => void
  issued: IssuedCode | null
  setIssued: (issued: IssuedCode) => void
  reload: () => Promise<void>
}

/** Pairing and the service corner's PIN, of the unit that is chosen first. */
function UnitTools({ names, unit, setUnit, issued, setIssued, reload }: ToolsProps) {
  const sorted = byName([...names].map(([unit_id, name]) => ({ unit_id, name })))
  return (
    <>
      <Card id="pair" span={6} title={t('pairing.title')} about={t('pairing.about')}>
        <div class="stack">
          <SelectField
            name="tools_unit"
            label={t('column.unit')}
            value={unit}
            onPick={setUnit}
            blank={t('form.choose')}
            choices={sorted.map(({ unit_id, name }) => ({ value: unit_id, label: name }))}
          />
          {unit ? (
            <PairIn key={unit} {...{ unit, issued, setIssued, reload }} unitName={names.get(unit)} />
          ) : (
            <NewTerminal />
          )}
        </div>
      </Card>
      {unit && (
        <Card id="service-pin" span={6} title={t('pin.title')} about={t('pin.about')}>
          <PinOf key={unit} unit={unit} />
        </Card>
      )}
    </>
  )
}

function PairIn(
  props: Pick<ToolsProps, 'unit' | 'issued' | 'setIssued' | 'reload'> & { unitName: string | undefined },
) {
  const { unit, unitName, issued, setIssued, reload } = props
  const counters = useLive(`counters ${unit}`, (options) => list('counters', options, unit), { follow: false })
  const own = useLive(`fleet ${unit}`, (options) => getFleet(unit, options))
  const error = counters.refused.value ?? own.refused.value
  if (error) return <Refused error={error} />
  if (!counters.data.value || !own.data.value) return <NewTerminal />
  const tablets = own.data.value.items
  const show = async (answer: NewTerminalAnswer, before: string | null) => {
    const counter = counters.data.value?.find(({ counter_id }) => counter_id === answer.terminal.counter_id)
    setIssued(issuedCode(answer, [unitName, counter?.name], before))
    await Promise.all([own.reload(), reload()])
  }
  const known = tablets.find(({ terminal_id }) => terminal_id === issued?.terminal_id)
  const again = async () => {
    if (known) await show(await newPairingCode(known.terminal_id), known.paired_at)
  }
  return (
    <>
      {issued && <PairingCode issued={issued} used={isUsed(issued, tablets)} again={() => void again()} />}
      <NewTerminal counters={byName(counters.data.value)} onCreated={(answer) => show(answer, null)} />
    </>
  )
}

function PinOf({ unit }: { unit: string }) {
  const own = useLive(`fleet ${unit}`, (options) => getFleet(unit, options))
  return own.data.value ? <ServicePin units={own.data.value.units} reload={own.reload} /> : null
}
