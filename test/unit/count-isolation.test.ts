/**
 * Nobody is isolated by a correction: rosters are corrected again and again, parts of it taken back, and of all the steps that
 * appear no sum and no difference, of any subjects, days and looks, holds one to four ratings. Searched by counting. Nor does
 * a remark that comes to an officer or leaves one point at fewer than five of them.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { type Blocks, type Change, cutSteps, mergeChanges, type PublishedStep } from '../../server/count/publish.ts'
import { remarkMoves } from '../../server/count/remark-owners.ts'
import { property } from '../support/property.ts'
import { dice } from '../support/weeks.ts'

const OFFICERS = 3
const COUNTERS = 2
const DAYS = 24

type Row = Map<string, number>
interface Step {
  counter: number
  officer: number
  day: string
  row: Row
}
interface Place {
  counter: number
  officer: number
  day: number
}

const dayOf = (day: number) => `2026-11-${String(day + 1).padStart(2, '0')}`
const changeOf = (id: string, { day }: Place, sign: 1 | -1, shown: boolean): Change => ({
  ...{ rating_id: id, local_day: dayOf(day), sign, shown },
  ...{ level: 5, marks: Buffer.alloc(0) },
})

/** One office counted day by day, as counting does it, without a database. */
class Office {
  readonly steps: Step[] = []
  readonly ratings = new Map<string, Place>()
  readonly blocks: Blocks = new Map()
  readonly #waiting = new Map<string, Change[]>()
  readonly #shown = new Set<string>()
  corrected = 0
  /** Whose a rating's remark is, if it has one; and all that ever happened to it. */
  readonly #owners = new Map<string, number | null>()
  readonly remarks = new Map<string, string>()
  #lots = 0
  moved = 0

  /** New ratings, and others that belong to another officer than before; counted in one lot. */
  count(fresh: [string, Place][], moved: [string, number][]): void {
    const lot = new Map<string, Change[]>()
    const put = (id: string, place: Place, sign: 1 | -1) => {
      const key = `${place.counter} ${place.officer}`
      lot.set(key, [...(lot.get(key) ?? []), changeOf(id, place, sign, this.#shown.has(id))])
    }
    for (const [id, place] of fresh) {
      this.ratings.set(id, place)
      put(id, place, 1)
    }
    for (const [id, officer] of moved) {
      const place = this.ratings.get(id) as Place
      put(id, place, -1)
      this.ratings.set(id, { ...place, officer })
      put(id, { ...place, officer }, 1)
    }
    const appeared = [...lot]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([key, changes]) => this.#publish(key, changes))
    this.#lots += 1
    for (const { rating_id, from, to, shown_on } of remarkMoves(appeared)) {
      if ((this.#owners.get(rating_id) ?? null) !== from) continue
      if (from !== null) this.moved += 1
      this.#owners.set(rating_id, to)
      this.remarks.set(rating_id, `${this.remarks.get(rating_id) ?? ''} ${this.#lots}:${to} ${shown_on}`)
    }
  }

  #publish(key: string, changes: Change[]): PublishedStep[] {
    const [counter = 0, officer = 0] = key.split(' ').map(Number)
    const group = { unit_id: 1, counter_id: counter, officer_id: officer, set_aside: false }
    const cut = cutSteps(group, mergeChanges(this.#waiting.get(key) ?? [], changes), this.blocks)
    this.#waiting.set(key, cut.rest)
    for (const { block, rating_ids } of cut.begun) for (const id of rating_ids) this.blocks.set(id, block)
    for (const step of cut.steps) {
      if (step.changes.some(({ shown }) => shown)) this.corrected += 1
      for (const { rating_id } of step.changes) this.#shown.add(rating_id)
      const row = new Map(step.changes.map(({ rating_id, sign }) => [rating_id, sign]))
      this.steps.push({ counter, officer, day: step.local_day, row })
    }
    return cut.steps
  }
}

function live(seed: number): Office {
  const roll = dice(seed)
  const office = new Office()
  const back: [string, number][][] = []
  for (let day = 0; day < DAYS; day += 1) {
    const fresh = Array.from({ length: roll(5) }, (_, index): [string, Place] => {
      const counter = roll(3) === 0 ? 1 : 0
      return [`${day}-${index}`, { counter, officer: counter, day }]
    })
    office.count(fresh, [])
    if (roll(3) > 0) continue
    const [counter, officer, from, to] = [roll(COUNTERS), roll(OFFICERS), day - roll(12), day - roll(4)]
    const moved = [...office.ratings].filter(
      ([, place]) => place.counter === counter && place.officer !== officer && from <= place.day && place.day <= to,
    )
    back.push(moved.map(([id, place]) => [id, place.officer]))
    office.count(
      [],
      moved.map(([id]) => [id, officer]),
    )
    // All of it taken back, or all but a few.
    if (roll(2) > 0) continue
    const undone = (back[roll(back.length)] as [string, number][]).filter(() => roll(6) > 0)
    office.count(
      [],
      undone.filter(([id, before]) => office.ratings.get(id)?.officer !== before),
    )
  }
  return office
}

const add = (into: Row, row: Row, factor: number) => {
  for (const [id, sign] of row) {
    const sum = (into.get(id) ?? 0) + factor * sign
    if (sum === 0) into.delete(id)
    else into.set(id, sum)
  }
}
const apart = (a: Row, b: Row): number => {
  let count = 0
  for (const [id, value] of a) if (b.get(id) !== value) count += 1
  for (const id of b.keys()) if (!a.has(id)) count += 1
  return count
}

/** Every figure of every subject over every range of weeks, after each step. */
function figures(steps: readonly Step[]): Row[] {
  const edges = [0, 6, 12, 18, DAYS]
  const rows = new Map<string, Row>([['', new Map()]])
  const subjects: ((step: Step) => boolean)[] = [
    () => true,
    ...Array.from({ length: COUNTERS }, (_, counter) => (step: Step) => step.counter === counter),
    ...Array.from({ length: OFFICERS }, (_, officer) => (step: Step) => step.officer === officer),
  ]
  for (const of of subjects) {
    for (const [index, from] of edges.entries()) {
      for (const to of edges.slice(index + 1)) {
        const sum: Row = new Map()
        for (const step of steps) {
          if (!of(step) || step.day < dayOf(from) || step.day >= dayOf(to)) continue
          add(sum, step.row, 1)
          rows.set(JSON.stringify([...sum].sort()), new Map(sum))
        }
      }
    }
  }
  return [...rows.values()]
}

/** Adds and takes away whole steps for as long as fewer ratings are left: how an attacker would look for few. */
function fewest(steps: readonly Step[], start: Step): number {
  const sum = new Map(start.row)
  for (let better = true; better; ) {
    better = false
    for (const step of steps) {
      for (const factor of [1, -1]) {
        const next = new Map(sum)
        add(next, step.row, factor)
        if (next.size === 0 || next.size >= sum.size) continue
        sum.clear()
        for (const [id, value] of next) sum.set(id, value)
        better = true
      }
    }
  }
  return sum.size
}

t.test('however a roster is corrected, no two figures differ by one to four ratings', async (t) => {
  let [pairs, corrected, moved] = [0, 0, 0]
  await property(t, 'any two looks, any sum of steps', fc.integer({ min: 1, max: 1e6 }), (seed) => {
    const office = live(seed)
    corrected += office.corrected
    moved += office.moved
    const alike = new Map<string, number>()
    for (const told of office.remarks.values()) alike.set(told, (alike.get(told) ?? 0) + 1)
    for (const [told, many] of alike) assert.ok(many >= 5, `${many} ratings’ remarks went ${told}`)
    const rows = figures(office.steps)
    for (const [index, one] of rows.entries()) {
      for (const other of rows.slice(0, index)) {
        pairs += 1
        const difference = apart(one, other)
        assert.ok(difference === 0 || difference >= 5, `${difference} ratings are left`)
      }
    }
    for (const step of office.steps) assert.ok(fewest(office.steps, step) >= 5, 'nor do sums of steps isolate anybody')
  })
  t.ok(pairs > 100_000 && corrected > 100, `${pairs} pairs, ${corrected} steps with corrections`)
  t.ok(moved > 50, `${moved} remarks moved`)
})
