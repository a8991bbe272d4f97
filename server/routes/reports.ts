/** Reports: figures of units and officers, each cut to what its reader may see. */
import type { Role } from '../contract/accounts.ts'
import { IdParams } from '../contract/common.ts'
import { OfficerReport, RangeQuery, SeriesQuery, SeriesReport, UnitReport, UnitsReport } from '../contract/reports.ts'
import { mayReadBelowUnit, mayReadOfficerFigures, mayReadUnit, viewerOf } from '../domain/access.ts'
import {
  commitmentsShown,
  countShown,
  lowShown,
  officerFigure,
  officerStepFigure,
  placeFigure,
  unitShareShown,
} from '../domain/disclosure.ts'
import { localDay, monthsOf, parseRange, previousRange, type Range, weeksOf } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { type Trx, withScope } from '../queries/database.ts'
import {
  countOthersWithFigure,
  countReceived,
  findFreshness,
  findOfficerHead,
  findReportItems,
  findUnitHead,
  findUnitSubjects,
  findUnitsInRange,
  noSums,
  sumOfficerDays,
  sumOfficerMarks,
  sumStepsBy,
  sumUnitDays,
  sumUnitMarks,
  sumUnits,
  type UnitSource,
} from '../queries/reports.ts'
import { type App, type Services, type Staff, staffOf } from '../services.ts'
import { readId } from './ids.ts'
import {
  addUp,
  bandFor,
  comparison,
  countItems,
  groupMarks,
  inOrderOfName,
  sourceFor,
  total,
  unitFigure,
  unitShare,
} from './report-figures.ts'

const unitReaders: Role[] = ['administrator', 'commission', 'unit_leader', 'unit_clerk']
const officerReaders: Role[] = ['administrator', 'commission', 'unit_leader', 'officer']
/** A tablet that has not been heard of for a day counts as out of contact. */
const SILENT_AFTER_MS = 86_400_000

export async function reportsRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock } = services
  const today = () => localDay(clock.now())

  function rangeOf(query: { from?: string; to?: string }): Range {
    const range = parseRange(query, today())
    if ('code' in range) fail(range.code, undefined, range.message)
    return range
  }

  /**
   * What a page says of its own age. The newest arrival is the moment of one citizen's visit, so it is told by the minute
   * to the province and by the hour to whoever belongs to a unit and sees people come and go.
   */
  async function freshness(trx: Trx, source: UnitSource, unitId: number | null) {
    const found = await findFreshness(trx, unitId, new Date(clock.now() - SILENT_AFTER_MS))
    const grain = source === 'unit_tallies' ? 60_000 : 3_600_000
    const through = found.counted_through?.getTime() ?? null
    // Refreshes what the clock is compared with, when no tablet has asked lately.
    await services.directory.epoch()
    return {
      ...found,
      counted_through: through === null ? null : new Date(through - (through % grain)).toISOString(),
      clock_behind: services.directory.isClockBehind(),
    }
  }

  app.get(
    '/api/v1/reports/units',
    {
      config: { access: { roles: unitReaders } },
      schema: { querystring: RangeQuery, response: { 200: UnitsReport } },
    },
    async (request) => {
      const staff = staffOf(request)
      const range = rangeOf(request.query)
      const before = request.query.compare ? previousRange(range.from, range.to) : null
      const source = sourceFor(staff)
      return withScope(pools.app, staff.scope, async (trx) => {
        const units = await findUnitsInRange(trx, range)
        const sums = await sumUnits(trx, source, range, null)
        const earlier = before && (await sumUnits(trx, source, before, null))
        const marks = groupMarks(await sumUnitMarks(trx, source, range, null))
        const items = await findReportItems(trx)
        return {
          ...range,
          freshness: await freshness(trx, source, null),
          commitments: items.map(({ commitment, family, kind, labels }) => ({ commitment, family, kind, labels })),
          units: inOrderOfName(units.filter(({ unit_id }) => mayReadUnit(staff.scope, unit_id))).map(
            ({ unit_id, name, kind }) => {
              const own = sums.get(unit_id) ?? noSums()
              const figure = unitFigure(own, source)
              return {
                unit_id: String(unit_id),
                name,
                kind,
                figure,
                low: lowShown(figure, own.service_only),
                commitments: commitmentsShown(countItems(items, marks.get(unit_id)), figure).map(
                  ({ commitment, kept, broken }) => ({ commitment, kept, broken }),
                ),
                previous: before && comparison(own, earlier?.get(unit_id) ?? noSums(), before, source),
              }
            },
          ),
        }
      })
    },
  )

  app.get(
    '/api/v1/reports/units/:id',
    {
      config: { access: { roles: unitReaders } },
      schema: { params: IdParams, querystring: RangeQuery, response: { 200: UnitReport } },
    },
    async (request) => {
      const staff = staffOf(request)
      const unitId = readId(request.params.id)
      const range = rangeOf(request.query)
      const before = request.query.compare ? previousRange(range.from, range.to) : null
      const source = sourceFor(staff)
      return withScope(pools.app, staff.scope, async (trx) => {
        const unit = await findUnitHead(trx, unitId)
        if (!unit || !mayReadUnit(staff.scope, unitId)) fail('not_found')
        const own = (await sumUnits(trx, source, range, unitId)).get(unitId) ?? noSums()
        const earlier = before && ((await sumUnits(trx, source, before, unitId)).get(unitId) ?? noSums())
        const items = await findReportItems(trx)
        const marks = groupMarks(await sumUnitMarks(trx, source, range, unitId))
        const figure = unitFigure(own, source)
        return {
          ...range,
          freshness: await freshness(trx, source, unitId),
          unit: { unit_id: String(unitId), name: unit.name, kind: unit.kind },
          figure,
          previous: before && earlier && comparison(own, earlier, before, source),
          low: lowShown(figure, own.service_only),
          commitments: commitmentsShown(countItems(items, marks.get(unitId)), figure),
          steps: (await sumUnitDays(trx, 'unit_steps', range, unitId)).map((day) => ({
            date: day.date,
            figure: placeFigure(day.levels, day.set_aside),
          })),
          received_today: await countReceived(trx, unitId, { from: today(), to: today() }),
          ...(await belowUnit(trx, staff, unitId, range)),
        }
      })
    },
  )

  app.get(
    '/api/v1/reports/units/:id/series',
    {
      config: { access: { roles: unitReaders } },
      schema: { params: IdParams, querystring: SeriesQuery, response: { 200: SeriesReport } },
    },
    async (request) => {
      const staff = staffOf(request)
      const unitId = readId(request.params.id)
      const range = rangeOf(request.query)
      const source = sourceFor(staff)
      const parts = request.query.grain === 'week' ? weeksOf(range.from, range.to) : monthsOf(range.from, range.to)
      return withScope(pools.app, staff.scope, async (trx) => {
        const unit = await findUnitHead(trx, unitId)
        if (!unit || !mayReadUnit(staff.scope, unitId)) fail('not_found')
        const days = await sumUnitDays(trx, source, range, unitId)
        return {
          ...range,
          points: parts.map((part) => ({
            ...part,
            figure: unitFigure(addUp(days.filter((day) => day.date >= part.from && day.date <= part.to)), source),
          })),
        }
      })
    },
  )

  async function officerReport(staff: Staff, officerId: number, range: Range): Promise<OfficerReport> {
    return withScope(pools.app, staff.scope, async (trx) => {
      const officer = await findOfficerHead(trx, officerId)
      const { scope } = staff
      if (!officer || !mayReadOfficerFigures(scope, officer.unit_id, officerId)) fail('not_found')
      const days = await sumOfficerDays(trx, range, officerId)
      const own = addUp(days)
      const viewer = viewerOf(scope, officer.unit_id, officerId)
      const figure = officerFigure(own.levels, own.set_aside, viewer)
      const items = await findReportItems(trx)
      const marks = groupMarks(await sumOfficerMarks(trx, range, officerId))
      const unit = (await sumUnits(trx, 'unit_steps', range, officer.unit_id)).get(officer.unit_id) ?? noSums()
      const share = unitShare(unit)
      const others = await countOthersWithFigure(trx, officer.unit_id, officerId, range)
      const bandVisible = share !== null && (viewer !== 'self' || unitShareShown(others))
      return {
        ...range,
        officer: {
          officer_id: String(officerId),
          name: officer.name,
          unit_id: String(officer.unit_id),
          unit_name: officer.unit_name,
        },
        figure,
        band: bandVisible ? bandFor(own, share.value) : null,
        low: lowShown(figure, own.service_only),
        unit_satisfaction: bandVisible ? share : null,
        commitments: commitmentsShown(countItems(items, marks.get(officerId)), figure),
        steps: days.map((day) => ({
          date: day.date,
          figure: officerStepFigure(day.levels, day.set_aside, viewer, figure),
        })),
      }
    })
  }

  app.get(
    '/api/v1/reports/officers/:id',
    {
      config: { access: { roles: officerReaders } },
      schema: { params: IdParams, querystring: RangeQuery, response: { 200: OfficerReport } },
    },
    (request) => officerReport(staffOf(request), readId(request.params.id), rangeOf(request.query)),
  )

  app.get(
    '/api/v1/reports/me',
    {
      config: { access: { roles: ['officer'] } },
      schema: { querystring: RangeQuery, response: { 200: OfficerReport } },
    },
    (request) => {
      const staff = staffOf(request)
      const range = rangeOf(request.query)
      if (staff.scope.officer_id === null) fail('not_found')
      return officerReport(staff, staff.scope.officer_id, range)
    },
  )
}

/** Officers, counters and the unattributed of a unit; empty for those who see the unit's own figure only. */
async function belowUnit(trx: Trx, staff: Staff, unitId: number, range: Range) {
  if (!mayReadBelowUnit(staff.scope, unitId)) return { unattributed: null, officers: [], counters: [] }
  const { officers, counters } = await findUnitSubjects(trx, unitId)
  const byOfficer = await sumStepsBy(trx, 'officer_id', range, unitId)
  const byCounter = await sumStepsBy(trx, 'counter_id', range, unitId)
  const share = unitShare((await sumUnits(trx, 'unit_steps', range, unitId)).get(unitId) ?? noSums())
  return {
    unattributed: countShown(total(byOfficer.get(null) ?? noSums())),
    officers: inOrderOfName(officers)
      .filter(({ officer_id, active }) => active || byOfficer.has(officer_id))
      .map(({ officer_id, name }) => {
        const own = byOfficer.get(officer_id) ?? noSums()
        return {
          officer_id: String(officer_id),
          name,
          figure: officerFigure(own.levels, own.set_aside, viewerOf(staff.scope, unitId, officer_id)),
          band: share === null ? null : bandFor(own, share.value),
        }
      }),
    counters: inOrderOfName(counters)
      .filter(({ counter_id, active }) => active || byCounter.has(counter_id))
      .map(({ counter_id, name, service }) => {
        const own = byCounter.get(counter_id) ?? noSums()
        return { counter_id: String(counter_id), name, service, figure: placeFigure(own.levels, own.set_aside) }
      }),
  }
}
