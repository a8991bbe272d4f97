/** A part of a unit that the address asks for: one counter, or those of a service. */

import { byName, compareNames } from '../../../server/contract/names.ts'
import type { UnitReport } from '../../../server/contract/reports.ts'
import { asked, type Wrong, wrongPart } from '../../filters.ts'
import { rich, t } from '../../i18n/index.tsx'
import { withQuery } from '../../router.ts'
import { Choice } from '../choice.tsx'
import { Count, Interval, Satisfaction } from '../figures.tsx'
import { unitSentence } from '../verdicts.tsx'

/** Null = the whole unit. */
export function askedPart(): { counter: string | null; service: string | null } | null {
  const [counter, service] = [asked('counter'), asked('service')]
  return counter || service ? { counter, service } : null
}

/** The counters that the address leaves. */
export const countersOf = <C extends { counter_id: string; service: string | null }>(counters: readonly C[]): C[] => {
  const { counter = null, service = null } = askedPart() ?? {}
  return counters.filter((one) => (!counter || one.counter_id === counter) && (!service || one.service === service))
}

/** What is wrong where the unit has no such part. A counter that has another service is left out, not the service. */
export function missingPart({ counter, service }: NonNullable<ReturnType<typeof askedPart>>): Wrong {
  if (counter && service) return { names: ['counter'], text: t('address.part', { counter, service }) }
  return wrongPart(counter ? 'counter' : 'service')
}

/** Each only where there is something to choose between; a service that no counter here has is said to be wrong. */
export function CounterChoices({ counters }: Pick<UnitReport, 'counters'>) {
  const services = [...new Set(counters.flatMap(({ service }) => service ?? []))].sort(compareNames)
  const all = { value: '', label: t('narrowed.counter_all') }
  const service = asked('service')
  const offered = byName(counters).filter((one) => !service || one.service === service)
  return (
    <>
      {services.length > 1 && (
        <Choice
          name="service"
          leaves={['counter']}
          label={t('column.service')}
          value={service ?? ''}
          choices={[
            { value: '', label: t('narrowed.service_all') },
            ...services.map((name) => ({ value: name, label: name })),
          ]}
        />
      )}
      {counters.length > 1 && (
        <Choice
          name="counter"
          label={t('column.counter')}
          value={asked('counter') ?? ''}
          choices={[all, ...offered.map(({ counter_id, name }) => ({ value: counter_id, label: name }))]}
        />
      )}
    </>
  )
}

/** How the part that is asked for is called; the unit's own name where it is asked for as a whole. */
export function subjectName({ unit, counters }: UnitReport): string {
  const part = askedPart()
  if (!part) return unit.name
  const counter = counters.find(({ counter_id }) => counter_id === part.counter)
  return [
    part.counter && (counter?.name ?? t('column.counter')),
    part.service && t('narrowed.service', { service: part.service }),
  ]
    .filter(Boolean)
    .join(', ')
}

/** The sentence on a part: its share as far as it may be told, and that it is a part. */
export function PartAnswer({ report, period }: { report: UnitReport; period: string }) {
  const { figure } = report
  const name = subjectName(report)
  const share = figure.satisfaction
  return (
    <section class="answer" id="top">
      <h1>
        <span class="of">{report.unit.name}</span>{' '}
        {share
          ? rich('part.period', {
              name,
              period,
              p: <Satisfaction share={share} />,
              interval: <Interval share={share} />,
              n: <Count value={figure.n} />,
            })
          : t('part.period_few', { name, period })}
      </h1>
      <p>
        {unitSentence(report, 'unit.none_published')} {t('narrowed.in_steps')} {t('part.rest')}{' '}
        <a class="nowrap" href={withQuery({ counter: null, service: null })}>
          {t('part.whole')}
        </a>
      </p>
    </section>
  )
}
