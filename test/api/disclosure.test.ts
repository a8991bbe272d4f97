/** Nobody within a unit can find out one rating: a month lived through lot by lot, every answer compared with the one before. */
import t, { type Test } from 'tap'
import type { Figure } from '../../server/contract/figures.ts'
import type { UnitReport } from '../../server/contract/reports.ts'
import { requeueCounter } from '../../server/queries/assignments.ts'
import { withScope } from '../../server/queries/database.ts'
import { type Answer, type Caller, startTestApp, type TestApp } from '../support/app.ts'
import { type Figures, newSteps, readFigures } from '../support/figures.ts'
import { count } from '../support/formulas.ts'
import { assign, batch, createOffice, type Office, rating } from '../support/office.ts'
import { dice } from '../support/weeks.ts'

const BEGIN = Date.parse('2026-11-02T07:30:00+07:00')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const day = (at: number) => new Date(at + 7 * HOUR).toISOString().slice(0, 10)
/** Ends of the ranges that are asked for: every pair of them is one range. */
const EDGES = ['2026-11-02', '2026-11-05', '2026-11-10', '2026-11-30']

interface Ranged {
  from: string
  to: string
}
const RANGES: Ranged[] = EDGES.flatMap((from, index) => EDGES.slice(index).map((to) => ({ from, to })))
const contains = (outer: Ranged, inner: Ranged) => outer.from <= inner.from && inner.to <= outer.to

/** What changes with every rating and tells nothing of it: how many came today, and up to when the figures reach. */
function withoutLive(body: Record<string, unknown>): string {
  const { freshness: _f, received_today: _r, silent_at: _a, ...rest } = body
  return JSON.stringify(rest)
}

interface View {
  /** Everything each reader was answered, by reader and question. */
  answers: Map<string, string>
  /** The leader's numbers of ratings, by subject and range. */
  numbers: Map<string, { range: Ranged; subject: string; figure: Figure }>
}

class Observer {
  readonly #server: TestApp
  readonly #office: Office
  readonly #callers: [name: string, who: Caller][] = []

  constructor(server: TestApp, office: Office) {
    this.#server = server
    this.#office = office
  }

  async enter(): Promise<void> {
    const { unit_id, officers } = this.#office
    this.#callers.push(['leader', await this.#server.staff('unit_leader', { unit_id })])
    this.#callers.push(['clerk', await this.#server.staff('unit_clerk', { unit_id })])
    for (const officer_id of officers) {
      this.#callers.push([`officer ${officer_id}`, await this.#server.staff('officer', { officer_id })])
    }
  }

  /** What each officer reads of what was written at their service. */
  async remarks(): Promise<unknown[]> {
    const officers = this.#callers.filter(([name]) => name.startsWith('officer'))
    const asked = `from=${EDGES[0]}&to=${EDGES.at(-1)}`
    return Promise.all(
      officers.map(async ([, who]) => (await who.get(`/api/v1/reports/me/remarks?${asked}`)).body.items),
    )
  }

  async look(): Promise<View> {
    const view: View = { answers: new Map(), numbers: new Map() }
    const { unit_id } = this.#office
    const asked = this.#callers.flatMap(([name, who]) =>
      // Officers and clerk are asked for the whole only: it is the same sums they are shown.
      (name === 'leader' ? RANGES : RANGES.filter(({ from, to }) => from === EDGES[0] && to === EDGES.at(-1))).map(
        (range) => ({ name, who, range }),
      ),
    )
    const answers = await Promise.all(
      asked.map(({ name, who, range }) => {
        const bounds = `from=${range.from}&to=${range.to}`
        const mine = name.startsWith('officer')
        return who.get(mine ? `/api/v1/reports/me?${bounds}` : `/api/v1/reports/units/${unit_id}?${bounds}`)
      }),
    )
    for (const [index, { name, range }] of asked.entries()) {
      const { status, body } = answers[index] as Answer
      if (status !== 200) throw new Error(`${name}: ${status}`)
      view.answers.set(`${name} ${range.from} ${range.to}`, withoutLive(body))
      if (name !== 'leader') continue
      const { figure, officers, counters, unattributed } = body as UnitReport
      const put = (subject: string, shown: Figure) =>
        view.numbers.set(`${subject} ${range.from} ${range.to}`, { range, subject, figure: shown })
      put('unit', figure)
      for (const officer of officers) put(`officer ${officer.officer_id}`, officer.figure)
      for (const counter of counters) put(`counter ${counter.counter_id}`, counter.figure)
      if (unattributed !== null) put('nobody', { ...figure, n: unattributed })
    }
    return view
  }
}

/** An office of three officers at two counters; ratings are sent through `tap`, late ones by the wall clock. */
async function arrange(t: Test, name: string) {
  const server = await startTestApp(t, { at: new Date(BEGIN).toISOString() })
  const office = await createOffice(server.db, { counters: 2, officers: 3, name })
  for (const [index, counter] of office.counters.entries()) {
    await assign(server.db, counter, office.officers[index] as number, '2026-10-01T00:00:00+07:00')
  }
  const observer = new Observer(server, office)
  await observer.enter()
  const tap = async (counter: number, moments: number[], roll: (sides: number) => number) => {
    const items = moments.map((at) =>
      rating({
        level: 1 + roll(5),
        rated_at: new Date(at).toISOString(),
        comment: `Góp ý ${at}`,
        marks: roll(2) === 0 ? [{ commitment: 'always_smile', kept: roll(2) === 0 }] : [],
      }),
    )
    const envelope = { sent_at: new Date(server.clock.now()).toISOString() }
    const tablet = server.tablet(office.tablets[counter]?.token as string)
    const { body } = await tablet.post('/api/v1/ratings', batch(items, envelope))
    for (const { status } of body.results) if (status !== 'stored') throw new Error(JSON.stringify(body))
    await server.count()
  }
  return { server, office, observer, tap }
}

t.test('without corrections: any two numbers a leader can obtain differ by none or by five and more', async (t) => {
  const { server, office, observer, tap } = await arrange(t, 'Xã A')
  const roll = dice(3)
  const views: View[] = [await observer.look()]
  let steps = (await readFigures(server.db, office.unit_id)).steps.length
  let [silent, published] = [0, 0]
  for (let lot = 0; lot < 18; lot += 1) {
    server.clock.advance(20 * HOUR + roll(8) * HOUR)
    const now = server.clock.now()
    // One to four at a time, half an hour apart; every fifth lot hands in what a tablet kept for days.
    const back = lot % 5 === 4 ? (1 + roll(4)) * DAY : 0
    const moments = Array.from({ length: 1 + roll(4) }, (_, index) => now - back - index * 1_800_000)
    const read = await observer.remarks()
    await tap(roll(2), moments, roll)
    const before = views.at(-1) as View
    const view = await observer.look()
    views.push(view)
    const now_published = (await readFigures(server.db, office.unit_id)).steps.length
    if (now_published === steps) {
      silent += 1
      t.same([...view.answers], [...before.answers], `lot ${lot}: nobody’s answer moved while all of it waits`)
      t.same(await observer.remarks(), read, 'nor any officer’s remarks')
    } else published += 1
    steps = now_published
  }
  t.ok(silent >= 5 && published >= 5, `${silent} silent lots, ${published} with steps`)

  let [compared, withheld] = [0, 0]
  for (const [index, view] of views.entries()) {
    for (const { range, subject, figure } of view.numbers.values()) {
      if (figure.n === null && !subject.startsWith('officer')) {
        t.fail(`${subject} ${range.from}: a number was withheld, so it was below five`)
      }
      // The same subject in every range inside, now and before.
      for (const earlier of views.slice(0, index + 1)) {
        for (const other of earlier.numbers.values()) {
          if (other.subject !== subject || !contains(range, other.range)) continue
          const difference = (figure.n ?? 0) - (other.figure.n ?? 0)
          compared += 1
          if (difference !== 0 && difference < 5) {
            t.fail(`${subject} ${JSON.stringify(range)} less ${JSON.stringify(other.range)}: ${difference}`)
          }
        }
      }
    }
    for (const range of RANGES) {
      const of = (prefix: string) =>
        count(
          [...view.numbers.values()]
            .filter((one) => one.range === range && one.subject.startsWith(prefix))
            .map((one) => one.figure.n ?? 0),
        )
      const officers = [...view.numbers.values()].filter(
        ({ range: asked, subject }) => asked === range && subject.startsWith('officer'),
      )
      const hidden = officers.filter(({ figure }) => figure.n === null).length
      const rest = of('unit') - of('officer') - of('nobody')
      t.ok(
        rest >= 5 * hidden && rest <= 9 * hidden,
        'officers add up to the unit, five to nine of each who is not told',
      )
      withheld += hidden
      t.equal(of('counter'), of('unit'), 'and so do counters')
    }
  }
  t.ok(compared > 10_000 && withheld > 0, `${compared} pairs compared, ${withheld} officers not told of`)
})

/** The published steps that a range holds, added up level by level. */
function sumOf(figures: Figures, range: Ranged, of: (counter: string, officer: string) => boolean): number[] {
  const levels = [0, 0, 0, 0, 0]
  for (const [name, sum] of figures.steps) {
    const [counter = '', officer = '', aside, date = ''] = name.split(' ')
    if (aside === 'aside' || date < range.from || date > range.to || !of(counter, officer)) continue
    for (const [place, n] of sum.levels.entries()) levels[place] = (levels[place] ?? 0) + n
  }
  return levels
}

t.test('with corrections: a step never changes nor goes, and what is shown is a sum of whole steps', async (t) => {
  const { server, office, observer, tap } = await arrange(t, 'Xã B')
  const roll = dice(11)
  let figures = await readFigures(server.db, office.unit_id)
  let view = await observer.look()
  let [withheld, corrections, silent] = [0, 0, 0]
  for (let lot = 0; lot < 16; lot += 1) {
    server.clock.advance(10 * HOUR + roll(10) * HOUR)
    const now = server.clock.now()
    if (lot % 4 === 3) {
      // Somebody notices that for some days another officer sat there.
      const counter = office.counters[roll(2)] as number
      const from = new Date(now - (2 + roll(6)) * DAY)
      await server.db.query('delete from assignments where counter_id = $1 and lower(during) >= $2', [counter, from])
      await server.db.query(
        'update assignments set during = tstzrange(lower(during), $2) where counter_id = $1 and (upper_inf(during) or upper(during) > $2)',
        [counter, from],
      )
      await assign(server.db, counter, office.officers[roll(3)] as number, from.toISOString())
      const scope = { account_id: null, roles: ['unit_leader'], units: [office.unit_id], officer_id: null }
      await withScope(server.pools.app, scope, (trx) => requeueCounter(trx, counter, from, null))
      await server.count()
    } else {
      // Now and then the same hand four times within a minute, handed in out of order.
      const gap = roll(4) === 0 ? 9_000 : 1_900_000
      const moments = Array.from({ length: 1 + roll(5) }, (_, index) => now - roll(3) * DAY - index * gap)
      await tap(roll(2), moments, roll)
    }
    const next = await readFigures(server.db, office.unit_id)
    for (const [name, sum] of newSteps(figures.steps, next.steps)) {
      t.ok(Number(name.split(' ').at(-1)) >= 5, 'each new one holds five changes or more')
      if (sum.levels.some((n) => n < 0)) corrections += 1
    }
    const seen = await observer.look()
    if (next.steps.length === figures.steps.length) {
      silent += 1
      t.same([...seen.answers], [...view.answers], 'and without a new one nothing moved')
    }
    for (const { range, subject, figure } of seen.numbers.values()) {
      const id = subject.split(' ')[1]
      const levels = sumOf(
        next,
        range,
        (counter, officer) =>
          subject === 'unit' ||
          (subject === 'nobody'
            ? officer === 'nobody'
            : subject.startsWith('officer')
              ? officer === id
              : counter === id),
      )
      const n = count(levels)
      const cut = levels.some((many) => many < 0)
      // Of an officer nobody else is told anything below ten.
      if (cut || (n > 0 && n < (subject.startsWith('officer') ? 10 : 5))) {
        withheld += 1
        if (subject !== 'nobody')
          t.match(figure, { n: null, levels: null, satisfaction: null, suppressed: true }, subject)
      } else if (figure.n !== n) t.fail(`${subject} ${JSON.stringify(range)}: ${figure.n}, steps say ${n}`)
      if (figure.levels !== null && subject !== 'nobody') t.same(figure.levels, levels)
    }
    figures = next
    view = seen
  }
  t.ok(
    corrections > 0 && silent >= 4,
    `${corrections} steps with corrections, ${silent} silent lots, ${withheld} figures withheld`,
  )
  t.same((await server.verify()).differences, [])
})

t.test('what the leader sees at once is a number without levels; the commission sees the total', async (t) => {
  const { server, office, tap } = await arrange(t, 'Xã C')
  const leader = await server.staff('unit_leader', { unit_id: office.unit_id })
  const commission = await server.staff('commission')
  const url = `/api/v1/reports/units/${office.unit_id}?from=${day(BEGIN)}&to=${day(BEGIN)}`
  for (let tapped = 1; tapped <= 5; tapped += 1) {
    server.clock.advance(600_000)
    await tap(0, [server.clock.now()], () => 0)
    const [inside, above] = [(await leader.get(url)).body, (await commission.get(url)).body]
    t.equal(inside.received_today, tapped)
    t.equal(inside.figure.n, tapped < 5 ? 0 : 5, 'within the unit: in fives')
    t.equal(above.figure.n, tapped, 'the province: at once')
    t.same(above.figure.levels, tapped < 5 ? null : [5, 0, 0, 0, 0], 'its levels from five on')
    t.same(
      above.officers.map((officer: { figure: Figure }) => officer.figure.n),
      inside.officers.map((officer: { figure: Figure }) => officer.figure.n),
      'below the unit the province sees steps too',
    )
  }
})
