/** Reads what an official report says, from published steps alone: a paper travels further than a page. */
import { headOf, writeHead } from '../audit/chain.ts'
import type { CasesInTime } from '../contract/cases.ts'
import { byName } from '../contract/names.ts'
import { rangeBefore } from '../contract/periods.ts'
import { composeReport, type Dossiers, type Subject } from '../documents/compose.ts'
import type { OfficialReport } from '../documents/document.ts'
import { formatMoment } from '../documents/numbers.ts'
import { commitmentsShown, lowShown, placeFigure } from '../domain/disclosure.ts'
import { coverRange, localDay, type Range } from '../domain/time.ts'
import { responseOf, sumDossiers } from '../domain/visits.ts'
import { fail } from '../errors.ts'
import { findAuditHead } from '../queries/audit.ts'
import { countCasesInTime } from '../queries/cases.ts'
import type { Trx } from '../queries/database.ts'
import { countRoster, findLetterhead, type LetterheadRow } from '../queries/issued-reports.ts'
import { sumPaperSlips } from '../queries/paper-slips.ts'
import { listUnitsOfReport } from '../queries/report-parts.ts'
import {
  findReportItems,
  findUnitHead,
  findUnitSubjects,
  noSums,
  type Sums,
  sumStepsBy,
  sumUnits,
} from '../queries/reports.ts'
import { findResponses, listDossiers } from '../queries/visits.ts'
import type { Services } from '../services.ts'
import { addUp, comparison, countItems, groupByUnit, idsOf, unitsToTell } from './report-figures.ts'
import { SILENT_AFTER_MS } from './report-freshness.ts'

export interface Asked {
  /** Null = the province. */
  unitId: number | null
  range: Range
  language: 'vi' | 'en'
  /** Null = a draft. */
  number: number | null
}

/** The report in words and tables. Throws `not_found` when the unit is not there for the reader. */
export async function loadReport(
  trx: Trx,
  { clock }: Pick<Services, 'clock'>,
  { unitId, range, language, number }: Asked,
): Promise<{ report: OfficialReport; cut_off: Date; audit_head: string }> {
  const now = clock.now()
  const unit = unitId === null ? null : ((await findUnitHead(trx, unitId)) ?? fail('not_found'))
  const items = await findReportItems(trx)
  const load = unitId === null ? loadUnits(trx, range, idsOf(items)) : loadCounters(trx, unitId, range, idsOf(items))
  const { whole, parts } = await load
  const responses = await findResponses(trx, range)
  const slips = await sumPaperSlips(trx, range)
  const dossiers = await loadDossiers(trx, unitId, range)
  const cases = await countCasesInTime(trx, unitId, range, localDay(now))
  const wholeCases = addCases(
    (unitId === null ? parts : [{ unit_id: unitId }]).flatMap(({ unit_id }) => cases.get(unit_id ?? 0) ?? []),
  )
  const roster = await countRoster(trx, unitId, range, new Date(now - SILENT_AFTER_MS))
  const audit_head = writeHead(headOf(await findAuditHead(trx)))
  const figure = placeFigure(whole.now.levels, whole.now.set_aside)
  const report = composeReport({
    language,
    letterhead: await letterheadOf(trx, unitId),
    number,
    dated: localDay(now),
    unit: unit?.name ?? null,
    range,
    cut_off: formatMoment(now, language),
    audit_head,
    whole: subject(unit?.name ?? totalName[language], whole, range, addResponses(unitId, responses), wholeCases),
    parts: parts.map(({ name, sums, unit_id }) =>
      subject(
        name,
        sums,
        range,
        unit_id === null ? undefined : responses.get(unit_id),
        unit_id === null ? null : (cases.get(unit_id) ?? addCases([])),
      ),
    ),
    low: lowShown(figure, whole.now.service_only),
    commitments: commitmentsShown(countItems(items, whole.now.marks), figure).map(({ labels, kept, broken }) => ({
      label: labels[language]?.official ?? labels.vi?.official ?? '',
      kept,
      broken,
    })),
    roster,
    fleet: { terminals: roster.terminals, silent: roster.silent },
    paper_slips: [...slips].reduce((sum, [unit_id, n]) => (unitId === null || unit_id === unitId ? sum + n : sum), 0),
    dossiers: dossiers?.sum ?? null,
    known: unitId === null ? { visits: responses.size, dossiers: dossiers?.units ?? 0 } : null,
  })
  return { report, cut_off: new Date(now), audit_head }
}

const totalName = { vi: 'Toàn tỉnh', en: 'The province' } as const

/** Visits told, and the published ratings of the counters and times they were told of. */
interface Told {
  visits: number
  ratings: number
}

/** Sums of the range and of the same number of days before it. */
interface Both {
  now: Sums
  before: Sums
}

interface Part {
  name: string
  /** Null = a counter. */
  unit_id: number | null
  sums: Both
}

async function loadUnits(trx: Trx, range: Range, items: number[]): Promise<{ whole: Both; parts: Part[] }> {
  const all = byName(await listUnitsOfReport(trx, range))
  const now = await sumUnits(trx, 'unit_steps', coverRange(range), null, items)
  const before = await sumUnits(trx, 'unit_steps', coverRange(rangeBefore(range, 'previous')), null)
  const parts = unitsToTell(all, now).map(({ unit_id, name }) => ({
    name,
    unit_id,
    sums: { now: now.get(unit_id) ?? noSums(), before: before.get(unit_id) ?? noSums() },
  }))
  return {
    parts,
    whole: { now: addUp(parts.map(({ sums }) => sums.now)), before: addUp(parts.map(({ sums }) => sums.before)) },
  }
}

async function loadCounters(
  trx: Trx,
  unitId: number,
  range: Range,
  items: number[],
): Promise<{ whole: Both; parts: Part[] }> {
  const earlier = rangeBefore(range, 'previous')
  const { counters } = await findUnitSubjects(trx, unitId)
  const now = await sumStepsBy(trx, 'counter_id', coverRange(range, { years: false }), unitId)
  const before = await sumStepsBy(trx, 'counter_id', coverRange(earlier, { years: false }), unitId)
  return {
    whole: {
      now: (await sumUnits(trx, 'unit_steps', coverRange(range), unitId, items)).get(unitId) ?? noSums(),
      before: (await sumUnits(trx, 'unit_steps', coverRange(earlier), unitId)).get(unitId) ?? noSums(),
    },
    parts: byName(counters)
      .filter(({ counter_id, active }) => active || now.has(counter_id))
      .map(({ counter_id, name }) => ({
        name,
        unit_id: null,
        sums: { now: now.get(counter_id) ?? noSums(), before: before.get(counter_id) ?? noSums() },
      })),
  }
}

/** Visits and ratings of the one unit, or of all units that told visits. */
function addResponses(unitId: number | null, responses: Map<number, Told>): Told | undefined {
  const told = unitId === null ? [...responses.values()] : [responses.get(unitId) ?? []].flat()
  if (told.length === 0) return undefined
  return {
    visits: told.reduce((sum, { visits }) => sum + visits, 0),
    ratings: told.reduce((sum, { ratings }) => sum + ratings, 0),
  }
}

function addCases(cases: readonly CasesInTime[]): CasesInTime {
  const sum = { due: 0, in_time: 0, overdue: 0 }
  for (const { due, in_time, overdue } of cases) {
    sum.due += due
    sum.in_time += in_time
    sum.overdue += overdue
  }
  return sum
}

/** Dossiers of the one unit or of all units that told some, and how many did. Null = none. */
async function loadDossiers(trx: Trx, unitId: number | null, range: Range) {
  const byUnit = groupByUnit(await listDossiers(trx, unitId, range))
  const sums = [...byUnit.values()].flatMap((told) => sumDossiers(told, range) ?? [])
  if (sums.length === 0) return null
  const total = (key: keyof Dossiers) => sums.reduce((sum, each) => sum + each[key], 0)
  const sum = {
    same_day: total('same_day'),
    early: total('early'),
    on_time: total('on_time'),
    overdue: total('overdue'),
  }
  return { sum, units: sums.length }
}

function subject(
  name: string,
  { now, before }: Both,
  range: Range,
  told: Told | undefined,
  cases: CasesInTime | null,
): Subject {
  return {
    name,
    figure: placeFigure(now.levels, now.set_aside),
    change: comparison(now, before, { range, before: rangeBefore(range, 'previous') }, 'unit_steps').change,
    response: responseOf(told),
    cases,
  }
}

/**
 * A unit that has written none yet writes as its People's Committee, which names no superior (Decree 30/2020/NĐ-CP, annex I).
 * Where the name is too long for one line it parts before the name of the place.
 */
export async function letterheadOf(trx: Trx, unitId: number | null): Promise<LetterheadRow> {
  const own = await findLetterhead(trx, unitId)
  if (own) return own
  const unit = unitId === null ? undefined : await findUnitHead(trx, unitId)
  if (unitId !== null && !unit) fail('not_found')
  return {
    form: 'state',
    superior: '',
    body: unit ? `ỦY BAN NHÂN DÂN ${unit.name.toLocaleUpperCase('vi').replaceAll(' ', '\u00a0')}` : '',
    place: unit?.name ?? '',
    code: 'BC-UBND',
    signer_title: 'CHỦ TỊCH',
    signer_name: '',
    recipients: [],
  }
}
