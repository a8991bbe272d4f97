/** Counting against a recount by hand: whatever arrives in whatever order, however the roster moves, every figure is right. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type pg from 'pg'
import t from 'tap'
import { countLot } from '../../server/count/lot.ts'
import { requeueCounter } from '../../server/queries/assignments.ts'
import { withScope } from '../../server/queries/database.ts'
import { setupScope } from '../../server/queries/setup.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { tiles } from '../support/bad-ratings.ts'
import { newSteps, readFigures } from '../support/figures.ts'
import { batch, createOffice, type Office, rating } from '../support/office.ts'
import { property } from '../support/property.ts'
import * as hand from '../support/recount.ts'

const SECOND = 1000
const DAY = 86_400_000

/** How a tap's moment reaches the server: by the page's own clock, by the wall clock, or not at all. */
const taps = fc.record({
  daysAgo: fc.integer({ min: 0, max: 4 }),
  // In office hours and around midnight, close enough for slips, bursts and days that end between two taps.
  from: fc.constantFrom('09:00:00', '09:00:00', '23:59:40'),
  seconds: fc.integer({ min: 0, max: 180 }),
  milliseconds: fc.constantFrom(0, 0, 1, 999),
  level: fc.integer({ min: 1, max: 5 }),
  marks: fc.uniqueArray(fc.record({ commitment: fc.constantFrom(...tiles), kept: fc.boolean() }), {
    maxLength: 3,
    selector: (mark) => mark.commitment,
  }),
  dwell_ms: fc.constantFrom(null, 150, 399, 400, 2500, 2500, 2500),
  sequence: fc.option(fc.integer({ min: 1, max: 60 })),
  clock: fc.constantFrom('monotonic', 'monotonic', 'wall', 'received'),
})
const shifts = fc.array(
  fc.record({ hoursAgo: fc.integer({ min: 0, max: 5 * 24 }), officer: fc.option(fc.integer({ min: 0, max: 2 })) }),
  { maxLength: 4 },
)
const commands = fc.oneof(
  { arbitrary: fc.record({ send: fc.array(taps, { minLength: 1, maxLength: 14 }), tablet: fc.nat(2) }), weight: 6 },
  { arbitrary: fc.record({ count: fc.integer({ min: 1, max: 12 }) }), weight: 3 },
  { arbitrary: fc.record({ roster: shifts, counter: fc.nat(1) }), weight: 2 },
  { arbitrary: fc.record({ requeue: fc.nat(1) }), weight: 1 },
  { arbitrary: fc.constant({ drain: true as const }), weight: 2 },
)
type Command = typeof commands extends fc.Arbitrary<infer C> ? C : never

/** A change that waits, and the group it waits in. */
type Held = hand.Moved & { group: string }

/** One office, what was tapped in it, who was assigned, and what was last seen of its figures. */
class History {
  readonly #taps: hand.Tap[] = []
  #roster: hand.Shift[] = []
  /** The server's clock never goes back: what it has counted once would make it distrust itself. */
  readonly #begun: number
  #verdicts = new Map<string, hand.Verdict>()
  #waiting: Held[] = []
  readonly #shown = new hand.Shown()
  #steps: [string, hand.Sum][] = []
  readonly #server: TestApp
  readonly #office: Office
  readonly #client: pg.Client

  constructor(server: TestApp, office: Office, client: pg.Client) {
    this.#server = server
    this.#office = office
    this.#client = client
    this.#begun = server.clock.now()
  }

  async run(command: Command): Promise<void> {
    if ('send' in command) await this.#send(command.send, command.tablet)
    else if ('count' in command) await this.#lot(command.count)
    else if ('roster' in command) await this.#reassign(command.roster, this.#office.counters[command.counter] as number)
    else if ('requeue' in command) await this.#requeue(this.#office.counters[command.requeue] as number)
    else await this.drain()
  }

  async #send(wanted: (typeof taps extends fc.Arbitrary<infer T> ? T : never)[], index: number): Promise<void> {
    const tablet = this.#office.tablets[index % this.#office.tablets.length]
    assert.ok(tablet)
    const { unit_id, counter_id, terminal_id } = tablet
    const now = this.#server.clock.now()
    const items = wanted.map((tap) => {
      const day = hand.dayAt(now - (tap.daysAgo + 1) * DAY)
      const at =
        tap.clock === 'received'
          ? now
          : Date.parse(`${day}T${tap.from}+07:00`) + tap.seconds * SECOND + tap.milliseconds
      const { level, marks, dwell_ms, sequence } = tap
      const id = randomUUID()
      const timed = tap.clock !== 'received'
      this.#taps.push({ id, unit_id, counter_id, terminal_id, level, marks, at, sequence, dwell_ms, timed })
      return rating({
        ...{ id, level, marks },
        // The wall clock of a tablet that went back before sending says nothing; that of the page always does.
        rated_at: new Date(tap.clock === 'wall' ? at : now + 1).toISOString(),
        ...(tap.clock === 'monotonic' ? { clock_session: 'page', elapsed_ms: 5 * DAY - (now - at) + 10 * DAY } : {}),
        ...(dwell_ms === null ? {} : { dwell_ms }),
        ...(sequence === null ? {} : { sequence }),
      })
    })
    const envelope = { sent_at: new Date(now).toISOString(), clock_session: 'page', sent_ms: 15 * DAY }
    const answer = await this.#server.tablet(tablet.token).post('/api/v1/ratings', batch(items, envelope))
    assert.deepEqual(
      new Set(answer.body.results.map((result: { status: string }) => result.status)),
      new Set(['stored']),
    )
    this.#server.clock.advance(61 * SECOND)
  }

  /** Puts another roster in the place of a counter's, as far back as anything was tapped. */
  async #reassign(wanted: typeof shifts extends fc.Arbitrary<infer S> ? S : never, counterId: number): Promise<void> {
    const starts = [...new Map(wanted.map((shift) => [shift.hoursAgo, shift])).values()].sort(
      (a, b) => b.hoursAgo - a.hoursAgo,
    )
    const times = starts.map(({ hoursAgo }) => this.#begun - hoursAgo * 3_600_000)
    const roster: hand.Shift[] = starts.flatMap(({ officer }, index) =>
      officer === null
        ? []
        : [
            {
              counter_id: counterId,
              officer_id: this.#office.officers[officer] as number,
              from: times[index] as number,
              to: times[index + 1] ?? null,
            },
          ],
    )
    await this.#server.db.query('delete from assignments where counter_id = $1', [counterId])
    for (const { officer_id, from, to } of roster) {
      await this.#server.db.query(
        `insert into assignments (unit_id, counter_id, officer_id, during) values ($1, $2, $3, tstzrange($4, $5))`,
        [this.#office.unit_id, counterId, officer_id, new Date(from), to === null ? null : new Date(to)],
      )
    }
    this.#roster = [...this.#roster.filter((shift) => shift.counter_id !== counterId), ...roster]
    await this.#requeue(counterId)
  }

  async #requeue(counterId: number): Promise<void> {
    await withScope(this.#server.pools.app, { ...setupScope, purpose: undefined as never }, (trx) =>
      requeueCounter(trx, counterId, new Date(this.#begun - 30 * DAY), null),
    )
  }

  /** One lot: what left the waiting room must be what the rule of five says of what was there and what came. */
  async #lot(limit: number): Promise<number> {
    const taken = await countLot(this.#client, Date.now(), limit)
    const now = await readFigures(this.#server.db, this.#office.unit_id)
    const expected: [string, hand.Sum][] = []
    const groups = new Map<string, hand.Moved[]>()
    const moved = (key: string, change: hand.Moved) => groups.set(key, [...(groups.get(key) ?? []), change])
    for (const { group, tap, sign } of this.#waiting) moved(group, hand.moved(tap, sign))
    const touched = new Set<string>()
    for (const tap of this.#taps) {
      const [before, after] = [this.#verdicts.get(tap.id), now.verdicts.get(tap.id)]
      const [old, fresh] = [before && hand.groupOf(tap, before), after && hand.groupOf(tap, after)]
      if (old === fresh) continue
      if (old !== undefined) moved(old, hand.moved(tap, -1))
      if (fresh !== undefined) moved(fresh, hand.moved(tap, 1))
      for (const group of [old, fresh]) if (group !== undefined) touched.add(group)
    }
    const next: Held[] = []
    for (const [group, changes] of [...groups].sort(([a], [b]) => inOrder(a, b))) {
      // Left and came back before anybody saw it: it never moved.
      const net = changes.filter(({ tap }) => changes.filter((other) => other.tap === tap).length === 1)
      const { steps, waiting: rest } = touched.has(group) ? hand.publish(net, this.#shown) : { steps: [], waiting: net }
      for (const { day, changes: inStep } of steps) {
        const sums = new Map<string, hand.Sum>()
        for (const { tap, sign } of inStep) hand.addTap(sums, 'sum', tap, sign)
        expected.push([`${group} ${day} ${inStep.length}`, sums.get('sum') as hand.Sum])
      }
      next.push(...rest.map((change) => ({ group, ...change })))
    }
    const key = ([name, sum]: [string, hand.Sum]) => `${name} ${JSON.stringify(sum)}`
    assert.deepEqual(newSteps(this.#steps, now.steps).map(key).sort(), expected.map(sortMarks).map(key).sort())
    assert.deepEqual(now.waiting.sort(), next.map(({ group, tap, sign }) => `${group} ${tap.id} ${sign}`).sort())
    this.#steps = now.steps
    this.#verdicts = now.verdicts
    this.#waiting = next
    return taken
  }

  /** When nothing is left to count, every verdict and every sum is what the rules say of what was tapped. */
  async drain(): Promise<void> {
    while ((await this.#lot(50)) > 0);
    const verdicts = hand.judgeAll(this.#taps, this.#roster)
    assert.deepEqual(new Map([...this.#verdicts].sort()), new Map([...verdicts].sort()))
    const { cells, unitDays, unitSpans } = hand.sumUp(this.#taps, verdicts)
    const shown = await readFigures(this.#server.db, this.#office.unit_id)
    assert.deepEqual(shown.tallies, cells.map(sortMarks))
    assert.deepEqual(shown.unitTallies, unitDays.map(sortMarks))
    assert.deepEqual(shown.unitTallySpans, unitSpans.map(sortMarks))
    const published = new Map<string, hand.Sum>()
    const byUnit = new Map<string, hand.Sum>()
    const byUnitSpan = new Map<string, hand.Sum>()
    const byMonth = new Map<string, hand.Sum>()
    for (const [name, sum] of shown.steps) {
      const [counter, officer, aside, day] = name.split(' ')
      addSum(published, `${counter} ${officer} ${aside}`, sum)
      addSum(byUnit, `${aside} ${day}`, sum)
      for (const length of [7, 4]) addSum(byUnitSpan, `${aside} ${day?.slice(0, length)}`, sum)
      addSum(byMonth, `${counter} ${officer} ${aside} ${day?.slice(0, 7)}-01`, sum)
    }
    assert.deepEqual(shown.unitSteps, hand.settled(byUnit).map(sortMarks))
    assert.deepEqual(shown.unitStepSpans, hand.settled(byUnitSpan).map(sortMarks))
    assert.deepEqual(shown.stepMonths, hand.settled(byMonth).map(sortMarks))
    for (const { group, tap, sign } of this.#waiting) hand.addTap(published, group, tap, sign)
    const tallied = new Map<string, hand.Sum>()
    for (const tap of this.#taps) hand.addTap(tallied, hand.groupOf(tap, verdicts.get(tap.id) as hand.Verdict), tap, 1)
    assert.deepEqual(
      hand.settled(published).map(sortMarks),
      hand.settled(tallied).map(sortMarks),
      'steps + waiting = tallies',
    )
  }
}

/** Groups go by the ids of counter and officer, nobody and what counts first: one that parts what appeared together is before the next. */
function inOrder(a: string, b: string): number {
  const parts = (group: string) => {
    const [counter, officer, aside] = group.split(' ')
    return [Number(counter), officer === 'nobody' ? 0 : Number(officer), aside === 'aside' ? 1 : 0]
  }
  const [left, right] = [parts(a), parts(b)]
  return left.map((part, place) => part - (right[place] as number)).find((apart) => apart !== 0) ?? 0
}

function sortMarks([name, sum]: [string, hand.Sum]): [string, hand.Sum] {
  return [name, { ...sum, marks: Object.fromEntries(Object.entries(sum.marks).sort()) }]
}

function addSum(sums: Map<string, hand.Sum>, key: string, sum: hand.Sum): void {
  const into = sums.get(key) ?? { levels: [0, 0, 0, 0, 0], service_only: 0, marks: {} }
  sums.set(key, into)
  into.levels = into.levels.map((count, place) => count + (sum.levels[place] as number))
  into.service_only += sum.service_only
  for (const [name, count] of Object.entries(sum.marks)) {
    into.marks[name] = (into.marks[name] ?? 0) + count
    if (into.marks[name] === 0) delete into.marks[name]
  }
}

t.test('random histories equal a recount by hand after every lot', async (t) => {
  const server = await startTestApp(t, { at: '2026-11-24T18:00:00+07:00' })
  const client = await server.pools.openCountClient()
  t.teardown(() => client.end())
  await property(
    t,
    'verdicts, tallies, unit totals, steps, waiting',
    fc.array(commands, { minLength: 6, maxLength: 16 }),
    async (list) => {
      const history = new History(server, await createOffice(server.db, { counters: 2, officers: 3 }), client)
      // Somebody at each counter from the start; the list may leave it empty later.
      for (const counter of [0, 1]) await history.run({ roster: [{ hoursAgo: 240, officer: counter }], counter })
      for (const command of list) await history.run(command)
      await history.drain()
    },
    45,
  )
  const { differences, ratings, rederived } = await server.verify()
  t.same(differences, [], 'and verify finds no difference')
  t.equal(rederived, ratings)
  const [seen] = await server.db.query<Record<string, number>>(
    `select (select count(*)::int from steps) as steps, (select count(*)::int from steps where set_aside) as aside,
            (select count(*)::int from verdicts where set_aside = 1) as too_soon,
            (select count(*)::int from verdicts where set_aside = 2) as burst,
            (select count(*)::int from verdicts where set_aside = 3) as mash,
            (select count(*)::int from verdicts where officer_id is null) as nobody,
            (select count(*)::int from steps where least(n1, n2, n3, n4, n5) < 0) as corrected_steps`,
  )
  // A history in which a rule never strikes proves nothing of it.
  for (const [what, count] of Object.entries(seen ?? {})) t.ok(count >= 4, `${what}: ${count}`)
})
