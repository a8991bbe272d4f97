/** The units that an address leaves of all: those of an area, watched by somebody, or whose name holds some words. */
import { compareNames } from '../../../server/contract/names.ts'
import type { UnitsReport } from '../../../server/contract/reports.ts'
import { asked, plain, type Wrong, wrongPart } from '../../filters.ts'
import { t } from '../../i18n/index.tsx'

export const areasOf = ({ units }: UnitsReport): string[] =>
  [...new Set(units.flatMap(({ area }) => area ?? []))].sort(compareNames)

export const monitorsOf = ({ units }: UnitsReport): string[] =>
  [...new Set(units.flatMap(({ monitors }) => monitors))].sort(compareNames)

/** What counters serve; beside it what the address asks for where only counters that are closed by now served it. */
export function servicesOf({ services, units }: UnitsReport): string[] {
  const service = asked('service')
  if (!service || units.length === 0 || services.includes(service)) return services
  return [...services, service].sort(compareNames)
}

/** The report with those units alone; limits and what is named otherwise stay as all units make them. */
export function narrow(report: UnitsReport): UnitsReport {
  const [area, monitor] = [asked('area'), asked('monitor')]
  const words = plain(asked('q') ?? '')
  if (!area && !monitor && !words) return report
  const units = report.units.filter(
    (unit) =>
      (!area || unit.area === area) &&
      (!monitor || unit.monitors.includes(monitor)) &&
      plain(`${unit.name} ${unit.area ?? ''}`).includes(words),
  )
  const ids = new Set(units.map(({ unit_id }) => unit_id))
  const silent_terminals = units.reduce((sum, unit) => sum + unit.silent_terminals, 0)
  return {
    ...report,
    units,
    freshness: { ...report.freshness, silent_terminals },
    named_officers: report.named_officers.filter(({ unit_id }) => ids.has(unit_id)),
  }
}

/** What the address names that no unit here has. */
export function wrongNames(report: UnitsReport): Wrong[] {
  const [area, service, monitor] = [asked('area'), asked('service'), asked('monitor')]
  if (service && !servicesOf(report).includes(service)) return [wrongPart('service')]
  // Of one service alone, an area or a monitor may be left without units.
  if (service) return []
  return [
    ...(area && !areasOf(report).includes(area) ? [wrongPart('area')] : []),
    ...(monitor && !monitorsOf(report).includes(monitor) ? [wrongPart('monitor')] : []),
  ]
}

/** In words, for the page on paper too: which part of the province is seen; null = all of it. */
export function narrowedTo(): string | null {
  const [area, service, monitor, words] = [asked('area'), asked('service'), asked('monitor'), asked('q')]
  const named = [
    area && t('narrowed.area', { area }),
    service && t('narrowed.service', { service }),
    monitor && t('narrowed.monitor', { monitor }),
    words && t('narrowed.words', { words }),
  ].filter(Boolean)
  return named.length === 0 ? null : named.join(', ')
}
