/** The units that an address leaves of all: those of an area, or whose name holds some words. */
import type { UnitsReport } from '../../../server/contract/reports.ts'
import { asked, plain, type Wrong, wrongPart } from '../../filters.ts'
import { t } from '../../i18n/index.tsx'

const collator = new Intl.Collator('vi', { numeric: true })

export const areasOf = ({ units }: UnitsReport): string[] =>
  [...new Set(units.flatMap(({ area }) => area ?? []))].sort(collator.compare)

/** The report with those units alone; limits and what is named otherwise stay as all units make them. */
export function narrow(report: UnitsReport): UnitsReport {
  const area = asked('area')
  const words = plain(asked('q') ?? '')
  if (!area && !words) return report
  const units = report.units.filter(
    (unit) => (!area || unit.area === area) && plain(`${unit.name} ${unit.area ?? ''}`).includes(words),
  )
  const ids = new Set(units.map(({ unit_id }) => unit_id))
  return { ...report, units, named_officers: report.named_officers.filter(({ unit_id }) => ids.has(unit_id)) }
}

/** What the address names that no unit here has. */
export function wrongNames(report: UnitsReport): Wrong[] {
  const [area, service] = [asked('area'), asked('service')]
  return [
    ...(service && !report.services.includes(service) ? [wrongPart('service')] : []),
    // Of one service alone, an area may be left without units.
    ...(area && !service && !areasOf(report).includes(area) ? [wrongPart('area')] : []),
  ]
}

/** In words, for the page on paper too: which part of the province is seen; null = all of it. */
export function narrowedTo(): string | null {
  const [area, service, words] = [asked('area'), asked('service'), asked('q')]
  const named = [
    area && t('narrowed.area', { area }),
    service && t('narrowed.service', { service }),
    words && t('narrowed.words', { words }),
  ].filter(Boolean)
  return named.length === 0 ? null : named.join(', ')
}
