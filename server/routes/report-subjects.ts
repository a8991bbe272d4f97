/** Reports on what lies below a unit: one officer, and a unit's officers and counters, each cut to what its reader may see. */
import { byGivenName, byName } from '../contract/names.ts'
import type { OfficerReport } from '../contract/reports.ts'
import { mayReadBelowUnit, mayReadOfficerFigures, viewerOf } from '../domain/access.ts'
import {
  attributionOf,
  commitmentsShown,
  countShown,
  lowShown,
  MIN_OTHERS,
  officerFigure,
  officerSide,
  officerStepFigure,
  placeFigure,
  trustedFigure,
  unitShareShown,
} from '../domain/disclosure.ts'
import { FUNNEL_MIN_SUBJECTS, funnelOf, limitsOf } from '../domain/funnel.ts'
import { coverRange, type Range } from '../domain/time.ts'
import { responseOf } from '../domain/visits.ts'
import { fail } from '../errors.ts'
import { findOfficerSpread, findUnattributedShares, sumByService } from '../queries/annexes.ts'
import { type Pools, type Trx, withScope } from '../queries/database.ts'
import {
  countOthersWithFigure,
  findOfficerHead,
  findReportItems,
  findUnitSubjects,
  noSums,
  sumOfficer,
  sumOfficerDays,
  sumStepsBy,
  sumUnits,
} from '../queries/reports.ts'
import type { VisitedRow } from '../queries/visits.ts'
import type { Staff } from '../services.ts'
import { officerShrunk, priorFrom, standardised, subjectOf } from './report-annexes.ts'
import { bandFor, countItems, idsOf, total, unitShare, usualFor } from './report-figures.ts'
import type { References } from './report-references.ts'

/** One officer as this reader may see them. Throws `not_found` for officers out of reach. */
export async function officerReport(
  pools: Pools,
  references: References,
  staff: Staff,
  officerId: number,
  range: Range,
): Promise<OfficerReport> {
  const provinceSpread = await references.provinceSpread(staff, range)
  const rates = await references.serviceRates(staff, range)
  return withScope(pools.app, staff.scope, async (trx) => {
    const officer = await findOfficerHead(trx, officerId)
    const { scope } = staff
    if (!officer || !mayReadOfficerFigures(scope, officer.unit_id, officerId)) fail('not_found')
    const days = await sumOfficerDays(trx, range, officerId)
    const months = coverRange(range, { years: false })
    const items = await findReportItems(trx)
    const own = await sumOfficer(trx, months, officerId, idsOf(items))
    const viewer = viewerOf(scope, officer.unit_id, officerId)
    const shares = await findUnattributedShares(trx, [officer.unit_id], months)
    const attribution = attributionOf(shares.get(officerId))
    const figure = trustedFigure(officerFigure(own.levels, own.set_aside, viewer), attribution)
    const unit =
      (await sumUnits(trx, 'unit_steps', coverRange(range), officer.unit_id)).get(officer.unit_id) ?? noSums()
    const share = unitShare(unit)
    const others = await countOthersWithFigure(trx, officer.unit_id, officerId, months)
    const trusted = attribution !== 'low'
    const bandVisible = trusted && share !== null && (viewer !== 'self' || unitShareShown(others))
    return {
      ...range,
      officer: {
        officer_id: String(officerId),
        name: officer.name,
        unit_id: String(officer.unit_id),
        unit_name: officer.unit_name,
      },
      figure,
      attribution,
      band: bandVisible ? bandFor(own, share.value) : null,
      usual: bandVisible ? usualFor(own, share.value) : null,
      low: lowShown(figure, own.service_only),
      unit_satisfaction: bandVisible ? share : null,
      annex: {
        // Of a unit with few officers the spread would tell the officer about the others.
        shrunk_unit: bandVisible
          ? officerShrunk(figure, own, priorFrom(await findOfficerSpread(trx, officer.unit_id, months), MIN_OTHERS + 1))
          : null,
        shrunk_province: officerShrunk(figure, own, priorFrom(provinceSpread, FUNNEL_MIN_SUBJECTS)),
        standardised:
          figure.rung === 'full' ? standardised(await sumByService(trx, 'officer_id', officerId, months), rates) : null,
      },
      commitments: commitmentsShown(countItems(items, own.marks), figure),
      // Of figures that are told to nobody their days are not told either.
      steps: (figure.rung === 'none' ? [] : days).map((day) => ({
        date: day.date,
        figure: officerStepFigure(day.levels, day.set_aside, viewer, figure),
      })),
    }
  })
}

/** Officers, counters and the unattributed of a unit; empty for those who see the unit's own figure only. */
export async function belowUnit(trx: Trx, staff: Staff, unitId: number, range: Range, visited: readonly VisitedRow[]) {
  if (!mayReadBelowUnit(staff.scope, unitId)) {
    return { unattributed: null, officers: [], officer_funnel: null, counters: [] }
  }
  const { officers, counters } = await findUnitSubjects(trx, unitId)
  const months = coverRange(range, { years: false })
  const byOfficer = await sumStepsBy(trx, 'officer_id', months, unitId)
  const byCounter = await sumStepsBy(trx, 'counter_id', months, unitId)
  const shares = await findUnattributedShares(trx, [unitId], months)
  const attributed = (officer_id: number) => attributionOf(shares.get(officer_id))
  const share = unitShare((await sumUnits(trx, 'unit_steps', coverRange(range), unitId)).get(unitId) ?? noSums())
  const figureOf = (officer_id: number) => {
    const own = byOfficer.get(officer_id) ?? noSums()
    const figure = officerFigure(own.levels, own.set_aside, viewerOf(staff.scope, unitId, officer_id))
    return trustedFigure(figure, attributed(officer_id))
  }
  const funnel = funnelOf(officers.flatMap(({ officer_id }) => subjectOf(figureOf(officer_id)) ?? []))
  const prior = priorFrom(await findOfficerSpread(trx, unitId, months), MIN_OTHERS + 1)
  return {
    officer_funnel: funnel,
    unattributed: countShown(total(byOfficer.get(null) ?? noSums())),
    officers: byGivenName(officers)
      .filter(({ officer_id, active }) => active || byOfficer.has(officer_id))
      .map(({ officer_id, name }) => {
        const own = byOfficer.get(officer_id) ?? noSums()
        const figure = figureOf(officer_id)
        const subject = subjectOf(figure)
        const compared = share !== null && attributed(officer_id) !== 'low'
        return {
          officer_id: String(officer_id),
          name,
          figure,
          attribution: attributed(officer_id),
          band: compared ? bandFor(own, share.value) : null,
          usual: compared ? usualFor(own, share.value) : null,
          shrunk: officerShrunk(figure, own, prior),
          limits: funnel && subject && limitsOf(subject.n, funnel),
          side: subject && officerSide(subject.positive, subject.n, funnel),
        }
      }),
    counters: byName(counters)
      .filter(({ counter_id, active }) => active || byCounter.has(counter_id))
      .map(({ counter_id, name, service }) => {
        const own = byCounter.get(counter_id) ?? noSums()
        const figure = placeFigure(own.levels, own.set_aside)
        return { counter_id: String(counter_id), name, service, figure, response: responseAt(counter_id, visited) }
      }),
  }
}

/** Of one counter: its groups of procedures together. */
function responseAt(counterId: number, visited: readonly VisitedRow[]) {
  const own = visited.filter((row) => row.counter_id === counterId)
  if (own.length === 0) return null
  return responseOf({
    visits: own.reduce((sum, row) => sum + row.visits, 0),
    ratings: own.reduce((sum, row) => sum + row.ratings, 0),
  })
}
