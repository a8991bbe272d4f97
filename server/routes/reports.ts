/** Reports: figures of units and officers, each cut to what its reader may see. */
import type { Role } from '../contract/accounts.ts'
import { IdParams } from '../contract/common.ts'
import { byName } from '../contract/names.ts'
import { rangeBefore } from '../contract/periods.ts'
import {
  OfficerReport,
  RangeQuery,
  SeriesQuery,
  SeriesReport,
  UnitQuery,
  UnitReport,
  UnitsQuery,
  UnitsReport,
} from '../contract/reports.ts'
import { mayCountCases, mayReadBelowUnit, mayReadUnit } from '../domain/access.ts'
import { lowShown, placeFigure } from '../domain/disclosure.ts'
import { coverRange, localDay, monthsOf, parseRange, type Range, weeksOf } from '../domain/time.ts'
import { responseOf, sumDossiers } from '../domain/visits.ts'
import { fail } from '../errors.ts'
import { sumByService } from '../queries/annexes.ts'
import { countCasesInTime } from '../queries/cases.ts'
import { withScope } from '../queries/database.ts'
import { sumPaperSlips } from '../queries/paper-slips.ts'
import {
  countSigned,
  countSilent,
  findMonitors,
  findServices,
  findSilentAtDesk,
  listUnitsOfReport,
} from '../queries/report-parts.ts'
import {
  countReceived,
  findPredecessorHeads,
  findReportItems,
  findUnitHead,
  noSums,
  sumUnitDays,
  sumUnits,
} from '../queries/reports.ts'
import { findResponses, findVisited, listDossiers } from '../queries/visits.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId } from './ids.ts'
import { nothingBeyond, spreadOf, subjectOf, unitAnnex, withLimits } from './report-annexes.ts'
import {
  addUp,
  comparison,
  countItems,
  groupByUnit,
  idsOf,
  sourceFor,
  unitFigure,
  unitsToTell,
} from './report-figures.ts'
import { freshnessOf, SILENT_AFTER_MS } from './report-freshness.ts'
import {
  checkPart,
  itemsShown,
  mayReadPart,
  noResponses,
  noServices,
  noSlips,
  partOf,
  spansOf,
} from './report-parts.ts'
import { createReferences } from './report-references.ts'
import { belowUnit, officerReport } from './report-subjects.ts'

const unitReaders: Role[] = ['administrator', 'commission', 'unit_leader', 'unit_clerk']
const officerReaders: Role[] = ['administrator', 'commission', 'unit_leader', 'officer']
const noCases = { due: 0, in_time: 0, overdue: 0 }

export async function reportsRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock } = services
  const references = createReferences(services)
  const today = () => localDay(clock.now())

  function rangeOf(query: { from?: string; to?: string }): Range {
    const range = parseRange(query, today())
    if ('code' in range) fail(range.code, undefined, range.message)
    return range
  }

  app.get(
    '/api/v1/reports/units',
    {
      config: { access: { roles: unitReaders }, stands: true },
      schema: { querystring: UnitsQuery, response: { 200: UnitsReport } },
    },
    async (request) => {
      const staff = staffOf(request)
      const range = rangeOf(request.query)
      const before = request.query.compare ? rangeBefore(range, request.query.compare) : null
      const part = partOf(request.query)
      const source = part ?? sourceFor(staff)
      const province = sourceFor(staff) === 'unit_tallies'
      const rates = part ? [] : await references.serviceRates(staff, range)
      const byService = part ? noServices : await references.unitsByService(staff, range)
      const named_officers = province && !part ? await references.namedOfficers(staff, range) : []
      return withScope(pools.app, staff.scope, async (trx) => {
        const all = await listUnitsOfReport(trx, range, request.query.service)
        const readable = all.filter(
          ({ unit_id }) => mayReadUnit(staff.scope, unit_id) && mayReadPart(staff, unit_id, part),
        )
        if (all.length > 0 && readable.length === 0 && part) fail('forbidden')
        const items = await findReportItems(trx)
        // Of one unit by its key: the days of all others need not be read to find that they are not the reader's.
        const only = readable.length === 1 ? (readable[0]?.unit_id ?? null) : null
        const sums = await sumUnits(trx, source, spansOf(range, part), only, idsOf(items))
        const units = unitsToTell(readable, sums)
        const earlier = before && (await sumUnits(trx, source, spansOf(before, part), only))
        // What is known of visits is known of whole counters and times, whatever their ratings were about.
        const responses = part ? noResponses : await findResponses(trx, range)
        const slips = part ? noSlips : await sumPaperSlips(trx, range)
        const dossiers = groupByUnit(part ? [] : await listDossiers(trx, null, range))
        const cases = await countCasesInTime(trx, null, range, today())
        const signed = await countSigned(trx, range)
        const monitors = await findMonitors(trx)
        const silent = await countSilent(trx, new Date(clock.now() - SILENT_AFTER_MS))
        const visited = groupByUnit(responses.size === 0 ? [] : await findVisited(trx, null, range))
        // The spread between units is told to those who see all of them anyway.
        const shown = units.flatMap(({ unit_id }) => subjectOf(unitFigure(sums.get(unit_id) ?? noSums(), source)) ?? [])
        const beyond = province ? spreadOf(shown) : nothingBeyond
        return {
          ...range,
          freshness: await freshnessOf(services, trx, sourceFor(staff), null),
          commitments: items.map(({ commitment, family, kind, labels }) => ({ commitment, family, kind, labels })),
          services: byName(await findServices(trx)).map(({ name }) => name),
          units: byName(units).map(({ unit_id, name, kind, area }) => {
            const own = sums.get(unit_id) ?? noSums()
            const figure = unitFigure(own, source)
            const response = responseOf(responses.get(unit_id))
            const below = mayReadBelowUnit(staff.scope, unit_id)
            const silence = { response, visited: (below && visited.get(unit_id)) || [] }
            return {
              unit_id: String(unit_id),
              name,
              kind,
              area,
              monitors: monitors.get(unit_id) ?? [],
              figure,
              low: lowShown(figure, own.service_only),
              commitments: itemsShown(countItems(items, own.marks), figure, part).map(
                ({ commitment, kept, broken }) => ({ commitment, kept, broken }),
              ),
              previous: before && comparison(own, earlier?.get(unit_id) ?? noSums(), { range, before }, source),
              response,
              paper_slips: slips.get(unit_id) ?? null,
              dossiers: sumDossiers(dossiers.get(unit_id) ?? [], range),
              cases: part || !mayCountCases(staff.scope, unit_id) ? null : (cases.get(unit_id) ?? noCases),
              officers: signed.get(unit_id) ?? { active: 0, signed: 0 },
              silent_terminals: silent.get(unit_id) ?? 0,
              annex: unitAnnex(figure, byService.get(unit_id) ?? [], rates, silence, beyond),
            }
          }),
          funnel: beyond.funnel,
          named_officers,
        }
      })
    },
  )

  app.get(
    '/api/v1/reports/units/:id',
    {
      config: { access: { roles: unitReaders }, stands: true },
      schema: { params: IdParams, querystring: UnitQuery, response: { 200: UnitReport } },
    },
    async (request) => {
      const staff = staffOf(request)
      const unitId = readId(request.params.id)
      const range = rangeOf(request.query)
      const before = request.query.compare ? rangeBefore(range, request.query.compare) : null
      const part = partOf(request.query)
      const source = part ?? sourceFor(staff)
      if (!mayReadUnit(staff.scope, unitId)) fail('not_found')
      const rates = await references.serviceRates(staff, range)
      return withScope(pools.app, staff.scope, async (trx) => {
        const unit = await findUnitHead(trx, unitId)
        if (!unit) fail('not_found')
        await checkPart(trx, staff, unitId, part)
        const items = await findReportItems(trx)
        const own = (await sumUnits(trx, source, spansOf(range, part), unitId, idsOf(items))).get(unitId) ?? noSums()
        const earlier = before && ((await sumUnits(trx, source, spansOf(before, part), unitId)).get(unitId) ?? noSums())
        const figure = unitFigure(own, source)
        const told = responseOf((await findResponses(trx, range)).get(unitId))
        const response = part ? null : told
        const below = mayReadBelowUnit(staff.scope, unitId)
        const visited = below && told ? await findVisited(trx, unitId, range) : []
        return {
          ...range,
          freshness: await freshnessOf(services, trx, sourceFor(staff), unitId),
          unit: { unit_id: String(unitId), name: unit.name, kind: unit.kind, counters_only: unit.counters_only },
          figure,
          previous: before && earlier && comparison(own, earlier, { range, before }, source),
          response,
          paper_slips: (part ? noSlips : await sumPaperSlips(trx, range)).get(unitId) ?? null,
          dossiers: part ? null : sumDossiers(await listDossiers(trx, unitId, range), range),
          cases:
            part || !mayCountCases(staff.scope, unitId)
              ? null
              : ((await countCasesInTime(trx, unitId, range, today())).get(unitId) ?? noCases),
          valid_from: unit.valid_from,
          predecessors: (await findPredecessorHeads(trx, unitId)).map((head) => ({
            ...head,
            unit_id: String(head.unit_id),
          })),
          low: lowShown(figure, own.service_only),
          commitments: itemsShown(countItems(items, own.marks), figure, part),
          steps: (await sumUnitDays(trx, part ?? 'unit_steps', range, unitId)).map((day) => ({
            date: day.date,
            figure: placeFigure(day.levels, day.set_aside),
          })),
          received_today: await countReceived(trx, unitId, { from: today(), to: today() }),
          annex: unitAnnex(
            figure,
            part ? [] : await sumByService(trx, 'unit_id', unitId, coverRange(range, { years: false })),
            rates,
            { response, visited: part ? [] : visited },
            nothingBeyond,
          ),
          ...(await belowUnit(trx, staff, unitId, range, visited)),
        }
      })
    },
  )

  app.get(
    '/api/v1/reports/units/:id/series',
    {
      config: { access: { roles: unitReaders }, stands: true },
      schema: { params: IdParams, querystring: SeriesQuery, response: { 200: SeriesReport } },
    },
    async (request) => {
      const staff = staffOf(request)
      const unitId = readId(request.params.id)
      const range = rangeOf(request.query)
      const part = partOf(request.query)
      const source = part ?? sourceFor(staff)
      const parts = request.query.grain === 'week' ? weeksOf(range.from, range.to) : monthsOf(range.from, range.to)
      return withScope(pools.app, staff.scope, async (trx) => {
        const unit = await findUnitHead(trx, unitId)
        if (!unit || !mayReadUnit(staff.scope, unitId)) fail('not_found')
        await checkPart(trx, staff, unitId, part)
        const days = await sumUnitDays(trx, source, range, unitId)
        return {
          ...range,
          points: withLimits(
            parts.map((part) => ({
              ...part,
              figure: unitFigure(addUp(days.filter((day) => day.date >= part.from && day.date <= part.to)), source),
            })),
          ),
        }
      })
    },
  )

  app.get(
    '/api/v1/reports/officers/:id',
    {
      config: { access: { roles: officerReaders }, stands: true },
      schema: { params: IdParams, querystring: RangeQuery, response: { 200: OfficerReport } },
    },
    (request) => officerReport(pools, references, staffOf(request), readId(request.params.id), rangeOf(request.query)),
  )

  app.get(
    '/api/v1/reports/me',
    {
      config: { access: { roles: ['officer'] }, stands: true },
      schema: { querystring: RangeQuery, response: { 200: OfficerReport } },
    },
    async (request) => {
      const staff = staffOf(request)
      const range = rangeOf(request.query)
      const officerId = staff.scope.officer_id
      if (officerId === null) fail('not_found')
      const now = clock.now()
      const silent_at = await withScope(pools.app, staff.scope, (trx) =>
        findSilentAtDesk(trx, new Date(now), new Date(now - SILENT_AFTER_MS)),
      )
      return { ...(await officerReport(pools, references, staff, officerId, range)), silent_at }
    },
  )
}
