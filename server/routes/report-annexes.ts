/** The annex of a figure: what was silent, the mix of work, chance drawn out of small samples, limits of chance. */
import type { Figure, UnitAnnex } from '../contract/figures.ts'
import { byGivenName } from '../contract/names.ts'
import type { SeriesPoint } from '../contract/reports.ts'
import { NAMED_FROM, officerFigure, sideOf } from '../domain/disclosure.ts'
import { type Funnel, funnelOf, limitsOf, type Subject } from '../domain/funnel.ts'
import { countSatisfied } from '../domain/scoring.ts'
import { type Prior, priorOf, type ShrunkShare, type SpreadSums, shrinkOne, sumSpread } from '../domain/shrinkage.ts'
import { standardise } from '../domain/standardisation.ts'
import { type responseOf, silenceOf, type Visited } from '../domain/visits.ts'
import type { OfficerSum, ServiceSum } from '../queries/annexes.ts'
import type { Sums } from '../queries/reports.ts'

/** A prior with the sums it was made from. */
type From = { prior: Prior; sums: SpreadSums }

/** How much the subjects beside one another differ beyond chance. */
export interface Beyond {
  funnel: Funnel | null
  from: From | null
}
export const nothingBeyond: Beyond = { funnel: null, from: null }
export const spreadOf = (subjects: readonly Subject[]): Beyond => ({
  funnel: funnelOf(subjects),
  from: priorFrom(sumSpread(subjects), 2),
})

/** The province by service: what is expected of anybody's mix of work. */
export type Rates = readonly (ServiceSum & { service: string })[]

/** What is known of a unit's visits. `visited` is empty for readers who may not see the ratings of single counters. */
export interface Silence {
  response: ReturnType<typeof responseOf>
  visited: readonly Visited[]
}

/** Satisfied of all; null while the figure's own levels may not be shown. */
export const subjectOf = (figure: Figure): Subject | null =>
  figure.rung === 'full' && figure.levels && figure.n ? { positive: countSatisfied(figure.levels), n: figure.n } : null

/** The share to be expected of this mix of work, and the standardised one; null when a service has no reference. */
export function standardised(sums: readonly ServiceSum[], rates: Rates) {
  const province = rates.reduce((all, { n, positive }) => ({ n: all.n + n, positive: all.positive + positive }), {
    n: 0,
    positive: 0,
  })
  const reference = new Map(rates.map(({ service, n, positive }) => [service, positive / n]))
  const groups = sums.map(({ service, n, positive }) => ({ n, positive, reference: reference.get(service ?? '') }))
  const known = groups.filter(
    (group): group is typeof group & { reference: number } => group.reference !== undefined && group.n > 0,
  )
  // A part of the work without a reference would pass for average.
  if (known.length < groups.filter(({ n }) => n !== 0).length || province.n === 0) return null
  if (known.some(({ n, positive }) => positive < 0 || positive > n)) return null
  return standardise(known, province.positive / province.n)
}

/** A unit's annex beside its figure; but for the number of visits everything is null where the figure itself is. */
export function unitAnnex(
  figure: Figure,
  sums: readonly ServiceSum[],
  rates: Rates,
  { response, visited }: Silence,
  { funnel, from }: Beyond,
): UnitAnnex {
  const subject = subjectOf(figure)
  const visits = response?.visits ?? null
  if (subject === null) return { ...emptyAnnex, visits }
  const { positive, n } = subject
  return {
    visits,
    response_rate: response?.rate ?? null,
    ...silenceOf(visited),
    standardised: standardised(sums, rates),
    shrunk: from && shrinkOne(subject, from.prior, from.sums),
    limits: funnel && limitsOf(n, funnel),
    side: funnel && sideOf(positive, n, funnel),
  }
}

const emptyAnnex: UnitAnnex = {
  visits: null,
  response_rate: null,
  bounds: null,
  poststratified: null,
  standardised: null,
  shrunk: null,
  limits: null,
  side: null,
}

/** The prior of these sums, or null with fewer than `least` subjects: with so few it would tell about single ones. */
export function priorFrom(sums: SpreadSums, least: number): From | null {
  const prior = sums.subjects < least ? null : priorOf(sums)
  return prior && { prior, sums }
}

/** An officer's shrunk share: from 30 ratings whole, from 10 its bounds, as the rung of the figure has it. */
export function officerShrunk(
  figure: Figure,
  own: Sums,
  from: From | null,
): (Omit<ShrunkShare, 'value'> & { value: number | null }) | null {
  if (from === null || figure.n === null || (figure.rung !== 'band' && figure.rung !== 'full')) return null
  const shrunk = shrinkOne({ positive: countSatisfied(own.levels), n: figure.n }, from.prior, from.sums)
  return shrunk && { ...shrunk, value: figure.rung === 'full' ? shrunk.value : null }
}

/**
 * Officers a report of the province names: 50 ratings or more and outside the over-dispersed 99.8 % limits of all officers
 * whose figure is shown in full; nobody with fewer than ten of those.
 */
export function namedOfficers(officers: readonly OfficerSum[]) {
  const shown = officers.map((officer) => ({
    officer,
    figure: officerFigure(officer.levels, officer.set_aside, 'commission'),
  }))
  const subjects = shown.flatMap(({ figure }) => subjectOf(figure) ?? [])
  const funnel = funnelOf(subjects)
  const named = shown.flatMap(({ officer, figure }) => {
    const subject = subjectOf(figure)
    const side = funnel && subject && subject.n >= NAMED_FROM ? sideOf(subject.positive, subject.n, funnel) : null
    if (side !== 'below' && side !== 'above') return []
    const { officer_id, name, unit_id, unit_name } = officer
    return [{ officer_id: String(officer_id), name, unit_id: String(unit_id), unit_name, figure, side }]
  })
  return byGivenName(named)
}

/**
 * A p-chart: beside each point what chance alone would do to so many ratings around the share of all points (exact binomial,
 * interpolated), and whether the point lies outside 99.8 % of it.
 */
export function withLimits(points: readonly Omit<SeriesPoint, 'limits' | 'side'>[]): SeriesPoint[] {
  const subjects = points.map(({ figure }) => subjectOf(figure))
  const n = subjects.reduce((sum, subject) => sum + (subject?.n ?? 0), 0)
  const positive = subjects.reduce((sum, subject) => sum + (subject?.positive ?? 0), 0)
  return points.map((point, index) => {
    const subject = subjects[index]
    if (!subject || n === 0) return { ...point, limits: null, side: null }
    const centre = { pooled: positive / n, tau2: 0 }
    return { ...point, limits: limitsOf(subject.n, centre), side: sideOf(subject.positive, subject.n, centre) }
  })
}
