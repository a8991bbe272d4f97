/** What typed visits do to figures: response per unit and counter, worst case, weights by kind of work, and the night's note. */
import t from 'tap'
import type { Episode } from '../../server/contract/episodes.ts'
import type { UnitReport, UnitsReport } from '../../server/contract/reports.ts'
import { startTestApp } from '../support/app.ts'
import { assign, batch, createOffice, pairTablet, rating } from '../support/office.ts'
import { near } from '../unit/oracles.ts'

const api = await startTestApp(t, { at: '2026-11-24T16:00:00+07:00' })

/** Two counters, one per service; an officer at each. */
async function arrange(services: (string | null)[] = ['Hộ tịch', 'Đất đai']) {
  const office = await createOffice(api.db, { counters: 2, officers: 2 })
  for (const [place, service] of services.entries()) {
    const [counter, officer] = [office.counters[place] as number, office.officers[place] as number]
    await api.db.query('update counters set service = $2 where counter_id = $1', [counter, service])
    await assign(api.db, counter, officer, '2026-01-01T00:00:00+07:00')
  }
  const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
  const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
  const commission = await api.staff('commission')
  const [one, two] = office.counters.map(String) as [string, string]
  const say = async (day: string, satisfied: number, not: number, token = office.tablets[0]?.token) => {
    const items = Array.from({ length: satisfied + not }, (_, index) =>
      rating({
        level: index < satisfied ? 5 : 2,
        rated_at: `2026-11-${day}T${String(8 + Math.floor(index / 6)).padStart(2, '0')}:${index % 6}0:00+07:00`,
      }),
    )
    const envelope = { sent_at: new Date(api.clock.now()).toISOString() }
    await api.tablet(token as string).post('/api/v1/ratings', batch(items, envelope))
    await api.count()
  }
  const came = (entries: object[]) => clerk.post('/api/v1/visits', { entries })
  const read = async (who = leader, range = 'from=2026-11-01&to=2026-11-30'): Promise<UnitReport> =>
    (await who.get(`/api/v1/reports/units/${office.unit_id}?${range}`)).body
  const notes = async (): Promise<Episode[]> =>
    (await leader.get(`/api/v1/reports/units/${office.unit_id}/episodes?from=2026-11-01&to=2026-11-30`)).body.items
  return { office, clerk, leader, commission, one, two, say, came, read, notes }
}

t.test('response, worst case and weights, counted by hand', async (t) => {
  const { office, clerk, leader, commission, one, two, say, came, read } = await arrange()
  // Civil status: 18 of 20 satisfied; land: 6 of 10. A third day at the first counter whose visits nobody told: 0 of 5.
  await say('20', 18, 2)
  await say('20', 6, 4, office.tablets[1]?.token)
  await say('23', 0, 5)
  const before = (await read()).annex
  t.match(before, { visits: null, response_rate: null, bounds: null, poststratified: null }, 'nothing known')
  await came([
    { counter_id: one, day: '2026-11-20', visits: 40 },
    { counter_id: two, day: '2026-11-20', visits: 60 },
  ])
  for (const who of [leader, commission]) {
    const { figure, response, annex, counters } = await read(who)
    t.equal(figure.n, 35, 'the figure holds the third day too')
    t.same(response, { visits: 100, ratings: 30, rate: 0.3, implausible: false }, 'the rate only what is known')
    t.equal(annex.visits, 100)
    near(t, annex.response_rate, 0.3, 'response')
    // 24 satisfied of 100 who came; 70 said nothing.
    near(t, annex.bounds?.lower, 0.24, 'all the silent dissatisfied')
    near(t, annex.bounds?.upper, 0.94, 'all the silent satisfied')
    near(t, annex.poststratified?.raw, 24 / 30, 'plain share')
    near(t, annex.poststratified?.weighted, (40 * 0.9 + 60 * 0.6) / 100, '40 who came for civil status, 60 for land')
    t.same(
      counters.map((row) => row.response),
      [
        { visits: 40, ratings: 20, rate: 0.5, implausible: false },
        { visits: 60, ratings: 10, rate: 1 / 6, implausible: false },
      ],
      'by counter',
    )
  }
  const listed = (
    (await commission.get('/api/v1/reports/units?from=2026-11-01&to=2026-11-30')).body as UnitsReport
  ).units.find(({ unit_id }) => unit_id === String(office.unit_id))
  t.same(listed?.annex.bounds, (await read(commission)).annex.bounds, 'the same beside the other units')
  const seen = await read(clerk)
  t.match(
    seen,
    { response: { rate: 0.3 }, annex: { visits: 100, bounds: null, poststratified: null }, counters: [] },
    'the clerk, who typed the visits, learns no share of one counter by typing only that counter’s',
  )
  await came([{ counter_id: two, day: '2026-11-20', visits: 9 }])
  const wrong = await read()
  t.match(wrong.counters[1]?.response, { rate: null, implausible: true }, 'ten rated, nine came')
  t.equal(wrong.annex.poststratified, null, 'no weight is made of visits that cannot be')
  near(t, wrong.annex.bounds?.upper, 43 / 49, 'the unit’s own total can be: 24 satisfied and 19 silent of 49')
  await came([{ counter_id: one, day: '2026-11-20', visits: 19 }])
  t.match((await read()).annex, { visits: 28, response_rate: null, bounds: null }, 'more rated than came')
  await came([{ counter_id: two, day: '2026-11-20', visits: null }])
  t.equal((await read()).annex.poststratified, null, 'one kind of work: nothing to weigh')
})

t.test('where a counter names no service, the one group of procedures its visits name does', async (t) => {
  const { one, two, say, came, read, office } = await arrange([null, null])
  await say('20', 18, 2)
  await say('20', 6, 4, office.tablets[1]?.token)
  await came([
    { counter_id: one, month: '2026-11', procedure_group: 'Hộ tịch', visits: 40 },
    { counter_id: two, month: '2026-11', procedure_group: 'Đất đai', visits: 60 },
  ])
  near(t, (await read()).annex.poststratified?.weighted, 0.72, 'weighted by group')
  t.equal((await read(undefined, 'from=2026-11-01&to=2026-11-29')).annex.visits, null, 'a month says nothing of a part')
  await came([{ counter_id: two, month: '2026-11', procedure_group: 'Hộ tịch', visits: 10 }])
  const mixed = (await read()).annex
  t.equal(mixed.visits, 110)
  near(t, mixed.poststratified?.weighted, (40 * 0.9 + 70 * 0.6) / 110, 'two groups at one counter: one kind, unnamed')
})

t.test('more ratings than visits: noted at night, also when visits are told or corrected days later', async (t) => {
  const { office, one, say, came, notes, leader, commission, read } = await arrange()
  const note = async () => {
    await api.night()
    return (await notes()).filter(({ rule }) => rule === 'more_than_visits').map((one) => one.at_least)
  }
  await say('23', 10, 2)
  t.same(await note(), [], 'visits are not known')
  await came([{ counter_id: one, day: '2026-11-23', visits: 9 }])
  t.same(await note(), [10], 'twelve rated, nine came')
  t.match((await notes())[0], { sets_aside: false, counter: { counter_id: one } })
  t.equal((await read(commission)).figure.n, 12, 'and all of them count')
  await came([{ counter_id: one, day: '2026-11-23', visits: 10 }])
  t.same(await note(), [], 'within the five that are not told apart')
  await came([{ counter_id: one, day: '2026-11-23', visits: 9 }])
  t.same(await note(), [10])
  await came([{ counter_id: one, day: '2026-11-23', visits: null }])
  t.same(await note(), [], 'taken away: not known again')
  await came([{ counter_id: one, month: '2026-11', visits: 4 }])
  t.same(await note(), [10], 'more on one day than in the whole month')
  const [episode] = await notes()
  const asked = await leader.post('/api/v1/proposals', {
    unit_id: String(office.unit_id),
    local_day: '2026-11-23',
    rule: 'more_than_visits',
    episode_id: episode?.episode_id,
    wants: 'set_aside',
    reason: 'Máy để ở cổng chợ',
  })
  const answer = { outcome: 'accepted', answer: 'Đồng ý' }
  t.equal((await commission.patch(`/api/v1/proposals/${asked.body.proposal_id}`, answer)).status, 200)
  await api.night()
  t.match((await read(commission)).figure, { n: 0, set_aside: 12 }, 'set aside by a person’s decision alone')
  t.same((await api.verify()).differences, [])
})

t.test('two tablets at one counter on one day: their ratings together, whichever is judged first', async (t) => {
  const { office, one, say, came, notes } = await arrange()
  const second = await pairTablet(api.db, office.counters[0] as number)
  await came([{ counter_id: one, day: '2026-11-23', visits: 11 }])
  await say('23', 8, 0)
  await api.night()
  t.same(await notes(), [], 'eight of eleven')
  await say('23', 7, 0, second.token)
  await api.night()
  t.same(
    (await notes()).map(({ rule, at_least }) => [rule, at_least]),
    [
      ['more_than_visits', 5],
      ['more_than_visits', 5],
    ],
    'fifteen of eleven: both tablets’ day',
  )
  t.equal((await api.night()).requeued, 0, 'and the night comes to an end')
})
