/** What may be said of typed visits: rates, worst cases and weights, and nothing where it would be noise or a single rating. */
import fc from 'fast-check'
import t from 'tap'
import { responseOf, silenceOf } from '../../server/domain/visits.ts'
import { near, oracles, property } from './oracles.ts'

const row = (visits: number, ratings: number, positive: number, service: string | null = 'Hộ tịch') => ({
  ...{ service, procedure_group: null, visits, ratings, positive },
})

t.test('response: null without visits, below five ratings and when more rated than came', async (t) => {
  t.equal(responseOf(undefined), null)
  t.same(responseOf({ visits: 40, ratings: 10 }), { visits: 40, ratings: 10, rate: 0.25, implausible: false })
  t.same(responseOf({ visits: 40, ratings: 0 }), { visits: 40, ratings: 0, rate: 0, implausible: false })
  t.same(responseOf({ visits: 0, ratings: 0 }), { visits: 0, ratings: 0, rate: null, implausible: false })
  t.match(responseOf({ visits: 9, ratings: 10 }), { rate: null, implausible: true })
  for (const cut of [-5, -1, 1, 4]) t.equal(responseOf({ visits: 40, ratings: cut }), null, `${cut}: a cut correction`)
})

t.test('worst and best case against the oracle', async (t) => {
  const { bounds } = silenceOf([row(600, 70, 60), row(400, 50, 48, 'Đất đai')])
  near(t, bounds?.lower, oracles.manski_108_120_of_1000[0], '108 of 120 rated, 1000 came: worst')
  near(t, bounds?.upper, oracles.manski_108_120_of_1000[1], 'best')
  t.equal(silenceOf([]).bounds, null)
  t.equal(silenceOf([row(100, 4, 4)]).bounds, null, 'four ratings')
  t.equal(silenceOf([row(100, 6, -1)]).bounds, null, 'a cut correction')
  t.equal(silenceOf([row(5, 6, 6)]).bounds, null, 'more rated than came')
})

t.test('weights: two kinds or more, each with five ratings; a group stands in for a service', async (t) => {
  const land = { ...row(60, 10, 6, null), procedure_group: 'Đất đai' }
  near(t, silenceOf([row(40, 20, 18), land]).poststratified?.weighted, 0.72, 'by hand: (40 × 0.9 + 60 × 0.6) / 100')
  t.equal(silenceOf([row(40, 20, 18), row(60, 10, 6)]).poststratified, null, 'one kind of work')
  const worked = oracles.poststrat.groups.map(([visits, n, positive], kind) => row(visits, n, positive, String(kind)))
  near(t, silenceOf(worked).poststratified?.weighted, oracles.poststrat.weighted, 'the oracle')
  near(t, silenceOf(worked).poststratified?.raw, oracles.poststrat.raw, 'and its plain share')
  t.equal(
    silenceOf([row(40, 20, 18), { ...land, ratings: 4, positive: 4 }]).poststratified,
    null,
    'four ratings of land',
  )
  t.equal(
    silenceOf([row(40, 20, 18), { ...land, ratings: 0, positive: 0 }]).poststratified,
    null,
    'silence is not average',
  )
})

t.test('always a number between 0 and 1 or null, whatever was typed', async (t) => {
  const any = fc.record({
    service: fc.constantFrom('a', 'b', null),
    procedure_group: fc.constantFrom('c', null),
    visits: fc.integer({ min: 0, max: 100_000 }),
    ratings: fc.integer({ min: -20, max: 60 }),
    positive: fc.integer({ min: -20, max: 60 }),
  })
  let told = 0
  fc.assert(
    fc.property(fc.array(any, { maxLength: 6 }), (rows) => {
      const { bounds, poststratified } = silenceOf(rows)
      for (const value of [bounds?.lower, bounds?.upper, poststratified?.raw, poststratified?.weighted]) {
        if (value !== undefined && !(value >= 0 && value <= 1)) return false
      }
      if (bounds) told += 1
      return bounds === null || bounds.lower <= bounds.upper
    }),
    property,
  )
  t.ok(told > 20, `${told} of them with bounds`)
})
