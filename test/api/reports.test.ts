/** Reports: every number a reader gets equals a count made by hand, and nobody gets a number that is not theirs. */
import t, { type Test } from 'tap'
import type { Figure } from '../../server/contract/figures.ts'
import type { OfficerReport } from '../../server/contract/reports.ts'
import { type Caller, startTestApp, type TestApp } from '../support/app.ts'
import { band, count, isFull, satisfied, wilson } from '../support/formulas.ts'
import type { Office } from '../support/office.ts'
import { refused } from '../support/refusals.ts'
import { arrangeWeeks, isWithin, NOW, type Span, type Step } from '../support/weeks.ts'

const units = '/api/v1/reports/units'
let server: TestApp
let weeks: Awaited<ReturnType<typeof arrangeWeeks>>
let home: Office
let away: Office
const who: Record<string, Caller> = {}

t.before(async () => {
  server = await startTestApp(t, { at: NOW })
  weeks = await arrangeWeeks(server)
  home = weeks.home
  away = weeks.away
  const { unit_id } = home
  who.commission = await server.staff('commission')
  who.administrator = await server.staff('administrator')
  who.inspector = await server.staff('inspector')
  who.leader = await server.staff('unit_leader', { unit_id })
  who.clerk = await server.staff('unit_clerk', { unit_id })
  for (const [index, officer_id] of home.officers.entries()) {
    who[`officer${index}`] = await server.staff('officer', { officer_id })
  }
})

const as = (name: string) => who[name] as Caller
const query = ({ from, to }: Span) => `from=${from}&to=${to}`
const SPANS: Span[] = [
  { from: '2026-11-01', to: '2026-11-30' },
  { from: '2026-09-01', to: '2026-12-31' },
  { from: '2026-11-10', to: '2026-11-10' },
  { from: '2026-10-07', to: '2026-10-21' },
  { from: '2024-01-01', to: '2024-12-31' },
]
const ofHome = (step: Step) => home.counters.includes(step.counter)
/** What may be told of a number within a unit: 0, or five and more. */
const told = (n: number) => (n === 0 || n >= 5 ? n : null)

t.test('no log-in, wrong role', async (t) => {
  const [unit, officer] = [`${units}/${home.unit_id}`, `/api/v1/reports/officers/${home.officers[0]}`]
  for (const url of [units, unit, `${unit}/series?grain=week`, officer, '/api/v1/reports/me']) {
    refused(t, await server.stranger.get(url), 401, 'login_required')
    refused(t, await server.tablet(home.tablets[0]?.token as string).get(url), 403, 'forbidden', 'a tablet')
    refused(t, await as('inspector').get(url), 403, 'forbidden', 'an inspector')
  }
  for (const url of [units, unit, `${unit}/series?grain=week`]) {
    refused(t, await as('officer0').get(url), 403, 'forbidden', 'an officer')
  }
  refused(t, await as('clerk').get(officer), 403, 'forbidden', 'a clerk sees no officer')
  refused(t, await as('leader').get('/api/v1/reports/me'), 403, 'forbidden', 'a leader is no officer')
})

t.test('what is foreign, or no id at all, is not there', async (t) => {
  for (const name of ['leader', 'clerk']) {
    refused(t, await as(name).get(`${units}/${away.unit_id}`), 404, 'not_found')
    refused(t, await as(name).get(`${units}/${away.unit_id}/series?grain=week`), 404, 'not_found')
  }
  refused(t, await as('leader').get(`/api/v1/reports/officers/${away.officers[0]}`), 404, 'not_found')
  refused(t, await as('officer0').get(`/api/v1/reports/officers/${home.officers[1]}`), 404, 'not_found', 'a colleague')
  for (const id of ['0', '-1', '1.5', 'x', '99999999999', '2147483647', '%00', '1%20or%201=1']) {
    refused(t, await as('commission').get(`${units}/${id}`), 404, 'not_found', id)
    refused(t, await as('commission').get(`/api/v1/reports/officers/${id}`), 404, 'not_found', id)
  }
})

t.test('a range that cannot be is refused by name', async (t) => {
  const bad = [
    ...['from=2026-11-24&to=2026-11-23', 'from=2026-02-30', 'to=2026-13-01', 'from=yesterday', 'from=', 'from=%00'],
    ...['from=2023-01-01&to=2026-01-06', 'from=2016-01-01&to=2026-01-01', 'from=20260101', 'from=0000-01-01'],
    'from=2026-11-24T00:00:00Z',
  ]
  const unit = `${units}/${home.unit_id}`
  for (const asked of bad) {
    for (const url of [units, unit, `/api/v1/reports/officers/${home.officers[0]}`]) {
      refused(t, await as('commission').get(`${url}?${asked}`), 400, 'invalid_range', asked)
    }
    refused(t, await as('commission').get(`${unit}/series?grain=week&${asked}`), 400, 'invalid_range', asked)
    refused(t, await as('officer0').get(`/api/v1/reports/me?${asked}`), 400, 'invalid_range', asked)
  }
  for (const asked of ['from=2026-11-01&from=2026-11-02', 'since=2026-11-01', 'compare=last', 'grain=day']) {
    refused(t, await as('commission').get(`${units}?${asked}`), 400, 'invalid_query', asked)
  }
  refused(t, await as('commission').get(`${unit}/series`), 400, 'invalid_query', 'no grain')
  refused(t, await as('commission').get(`${unit}/series?grain=day`), 400, 'invalid_query', 'another grain')
  const ranges: [asked: string, from: string, to: string][] = [
    ['', '2026-11-01', '2026-11-30'],
    ['from=2026-11-10', '2026-11-10', '2026-11-24'],
    ['from=2026-12-10', '2026-12-10', '2026-12-31'],
    ['to=2026-10-10', '2026-10-01', '2026-10-10'],
    ['from=2024-02-29&to=2024-02-29', '2024-02-29', '2024-02-29'],
    ['from=2023-01-01&to=2026-01-04', '2023-01-01', '2026-01-04'],
  ]
  for (const [asked, from, to] of ranges) {
    const { status, body } = await as('commission').get(`${units}?${asked}`)
    t.match({ status, ...body }, { status: 200, from, to }, asked)
  }
})

t.test('the commission sees every unit at once, to the last rating', async (t) => {
  for (const span of SPANS) {
    const { body } = await as('commission').get(`${units}?${query(span)}`)
    const names = body.units.map((unit: { name: string }) => unit.name)
    t.same(names, ['Phường Quyết Thắng', 'Xã Chiềng Khương'])
    const [first, second] = body.units
    const levels = weeks.live(home, span)
    const nothing = { n: 0, satisfaction: null, index: null, suppressed: false }
    if (count(levels) === 0) t.match(first.figure, nothing, 'nothing is 0, not NaN')
    else isFull(t, first.figure, levels, count(weeks.live(home, span, true)), `${span.from} to ${span.to}`)
    const low = weeks.counted(home, span).filter((tap) => tap.level <= 3)
    const onlyService = low.filter((tap) => {
      const broken = tap.marks.filter((mark) => !mark.kept)
      return broken.length > 0 && broken.every((mark) => mark.commitment.startsWith('service_'))
    })
    t.same(first.low, { low: low.length, service_only: onlyService.length })
    const shown = first.commitments as { commitment: string; kept: number; broken: number }[]
    for (const { commitment, kept, broken } of shown) {
      const marked = (wanted: boolean) =>
        weeks
          .counted(home, span)
          .filter((tap) => tap.marks.some((mark) => mark.commitment === commitment && mark.kept === wanted)).length
      t.same([kept, broken], [marked(true), marked(false)], commitment)
    }
    t.equal(shown.length, count(levels) === 0 ? 0 : 13, 'every tile has its row, accusations none')
    const few = count(weeks.live(away, span))
    const number = { n: few, satisfaction: null, index: null, rung: 'none', suppressed: few > 0 }
    t.match(second.figure, number, 'below five: the number alone')
    t.same((await as('administrator').get(`${units}?${query(span)}`)).body, body, 'the administrator sees the same')
  }
})

t.test('leader and clerk see their unit, in whole steps', async (t) => {
  const today = { from: '2026-11-24', to: '2026-11-24' }
  const received = count(weeks.live(home, today)) + count(weeks.live(home, today, true))
  for (const span of SPANS) {
    const levels = weeks.published(span, ofHome)
    const aside = told(count(weeks.published(span, ofHome, true)))
    const within = weeks.steps.filter((step) => ofHome(step) && isWithin(step.day, span))
    const days = [...new Set(within.map((step) => step.day))].sort()
    for (const name of ['leader', 'clerk']) {
      const list = (await as(name).get(`${units}?${query(span)}`)).body.units
      t.same(
        list.map((unit: { unit_id: string }) => unit.unit_id),
        [String(home.unit_id)],
      )
      const { body } = await as(name).get(`${units}/${home.unit_id}?${query(span)}`)
      t.same(body.figure, list[0].figure)
      if (count(levels) === 0) t.match(body.figure, { n: 0, satisfaction: null })
      else isFull(t, body.figure, levels, aside, `${name}, ${span.from} to ${span.to}`)
      t.same(
        body.steps.map((step: { date: string }) => step.date),
        days,
      )
      t.equal(body.received_today, received, 'how many came today is a number without levels')
      if (name === 'clerk') t.match(body, { officers: [], counters: [], unattributed: null }, 'nothing below the unit')
    }
  }
})

/** What is shaded behind an officer's share says the same as the verdict beside it. */
function checkShaded(t: Test, told: Pick<OfficerReport, 'band' | 'usual'>, levels: number[]): void {
  t.equal(told.usual === null, told.band === null)
  if (!told.usual) return
  const own = satisfied(levels) / count(levels)
  t.equal(own >= told.usual.lower && own <= told.usual.upper, told.band === 'usual', 'what is shaded says the same')
}

/** What may be shown of one officer, by how many ratings there are. Returns the rung. */
function checkOfficer(t: Test, figure: Figure, levels: number[], aside: number | null, self: boolean): string {
  const n = count(levels)
  if (n >= 30) isFull(t, figure, levels, aside, 'from 30: everything')
  else if (n >= 10) {
    const { lower, upper } = wilson(satisfied(levels), n)
    const bounds = { rung: 'band', n, levels: null, index: null, set_aside: aside, satisfaction: { value: null } }
    t.match(figure, bounds, 'from 10: the bounds')
    const shown = figure.satisfaction
    t.ok(Math.abs((shown?.lower ?? 9) - lower) + Math.abs((shown?.upper ?? 9) - upper) < 1e-6, `${lower} to ${upper}`)
  } else if (n >= 5 && self) {
    t.match(
      figure,
      { rung: 'count', n, levels, satisfaction: null, index: null },
      'from 5: to oneself number and levels',
    )
  } else {
    const nothing = { rung: 'none', n: n === 0 ? 0 : null, levels: null, satisfaction: null, set_aside: null }
    t.match(figure, { ...nothing, suppressed: n !== 0 }, 'below 5, to others below 10: nothing')
  }
  return figure.rung
}

t.test('below the unit: officers by rung, counters from five, and what nobody was assigned for', async (t) => {
  const rungs = new Set<string>()
  for (const span of SPANS) {
    const share = weeks.published(span, ofHome)
    for (const name of ['leader', 'commission']) {
      const { body } = await as(name).get(`${units}/${home.unit_id}?${query(span)}`)
      t.equal(body.officers.length, 5)
      for (const officer of body.officers) {
        const own = (step: Step) => step.officer === Number(officer.officer_id)
        const levels = weeks.published(span, own)
        rungs.add(checkOfficer(t, officer.figure, levels, told(count(weeks.published(span, own, true))), false))
        const n = count(levels)
        t.equal(officer.band, n >= 10 ? band(satisfied(levels), n, satisfied(share) / count(share)) : null)
        checkShaded(t, officer, levels)
      }
      for (const counter of body.counters) {
        const own = (step: Step) => step.counter === Number(counter.counter_id)
        const levels = weeks.published(span, own)
        if (count(levels) === 0) t.match(counter.figure, { n: 0, satisfaction: null, suppressed: false })
        else isFull(t, counter.figure, levels, told(count(weeks.published(span, own, true))), counter.name)
      }
      t.equal(body.unattributed, count(weeks.published(span, (step) => ofHome(step) && step.officer === null)))
    }
  }
  t.same([...rungs].sort(), ['band', 'full', 'none'], 'every rung was met that others are told of')
})

t.test('an officer sees their own figure, and the unit’s only beside three others', async (t) => {
  let [withUnit, without] = [0, 0]
  const rungs = new Set<string>()
  for (const span of SPANS) {
    const share = weeks.published(span, ofHome)
    for (const [index, id] of home.officers.entries()) {
      const { body } = await as(`officer${index}`).get(`/api/v1/reports/me?${query(span)}`)
      const { silent_at, ...figures } = body
      t.same((await as(`officer${index}`).get(`/api/v1/reports/officers/${id}?${query(span)}`)).body, figures)
      t.same(silent_at, [])
      t.equal(body.officer.officer_id, String(id))
      const own = (step: Step) => step.officer === id
      const levels = weeks.published(span, own)
      const aside = told(count(weeks.published(span, own, true)))
      rungs.add(checkOfficer(t, body.figure, levels, aside, true))
      const others = home.officers.filter(
        (other) => other !== id && count(weeks.published(span, (step) => step.officer === other)) >= 5,
      )
      if (others.length < 3) {
        without += 1
        t.match(body, { unit_satisfaction: null, band: null, usual: null })
      } else {
        withUnit += 1
        t.equal(body.unit_satisfaction.value, satisfied(share) / count(share))
        checkShaded(t, body, levels)
      }
      const numbers = body.steps.map((step: { figure: Figure }) => step.figure.n ?? 0)
      if (body.figure.n !== null) t.equal(count(numbers), count(levels), 'the steps add up')
      const seen = await as('leader').get(`/api/v1/reports/officers/${id}?${query(span)}`)
      checkOfficer(t, seen.body.figure, levels, aside, false)
      if (seen.body.figure.n === null)
        t.same(seen.body.steps.map((step: { figure: Figure }) => step.figure.n).filter(Boolean), [])
    }
  }
  t.same([...rungs].sort(), ['band', 'count', 'full', 'none'], 'every rung was met')
  t.ok(withUnit >= 2 && without >= 2, `${withUnit} with the unit's share, ${without} without`)
})
