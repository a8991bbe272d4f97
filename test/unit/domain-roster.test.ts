/** The roster as spans: what is carved in stands there, what lies outside stays, and taking back leaves no trace. */
import fc from 'fast-check'
import t from 'tap'
import {
  gapsOf,
  type KnownStay,
  planSpan,
  type Span,
  type Stay,
  spanOfPart,
  within,
  without,
} from '../../server/domain/roster.ts'
import { startOfDay } from '../../server/domain/time.ts'
import { workingCalendar } from '../../server/domain/working-days.ts'
import { property } from '../support/property.ts'

const HOUR = 3_600_000
const stay = (officer_id: number, from: number, to: number | null): Stay => ({ officer_id, from, to })
const row = (assignment_id: number, officer_id: number, from: number, to: number | null): KnownStay => ({
  assignment_id,
  officer_id,
  from,
  to,
})

/** Carries a plan out as the database would, refusing two at once at every single step. */
function apply(known: readonly KnownStay[], plan: ReturnType<typeof planSpan>): KnownStay[] {
  const rows = new Map(known.map((one) => [one.assignment_id, { ...one }]))
  const refuseOverlap = () => {
    const all = [...rows.values()].sort((a, b) => a.from - b.from)
    for (const [index, one] of all.entries()) {
      const next = all[index + 1]
      if (next && (one.to === null || one.to > next.from)) throw new Error('two at one counter at once')
    }
  }
  for (const id of plan.remove) rows.delete(id)
  for (const { before, assignment_id, officer_id, from, to } of plan.move) {
    const [kept] = within([{ assignment_id, officer_id, from, to }], before)
    if (kept) rows.set(assignment_id, kept)
    refuseOverlap()
  }
  for (const { assignment_id, officer_id, from, to } of plan.move) {
    rows.set(assignment_id, { assignment_id, officer_id, from, to })
    refuseOverlap()
  }
  for (const [index, one] of plan.insert.entries()) {
    rows.set(1000 + index, { assignment_id: 1000 + index, ...one })
    refuseOverlap()
  }
  return [...rows.values()].sort((a, b) => a.from - b.from)
}
const said = (rows: readonly Stay[]) => rows.map(({ officer_id, from, to }) => [officer_id, from, to])

t.test('an afternoon: whoever is interrupted goes on afterwards', async (t) => {
  const known = [row(1, 7, 0, null)]
  const changed = apply(known, planSpan(known, { from: 10, to: 20 }, [stay(8, 10, 20)]))
  t.same(said(changed), [
    [7, 0, 10],
    [8, 10, 20],
    [7, 20, null],
  ])
  const back = apply(changed, planSpan(changed, { from: 10, to: 20 }, [stay(7, 10, 20)]))
  t.same(said(back), [[7, 0, null]], 'taken back, one standing assignment stands as before')
})

t.test('nobody at all, from now until changed, and into nothing', async (t) => {
  const known = [row(1, 7, 0, 30)]
  t.same(said(apply(known, planSpan(known, { from: 10, to: 20 }, []))), [
    [7, 0, 10],
    [7, 20, 30],
  ])
  t.same(said(apply(known, planSpan(known, { from: 10, to: null }, [stay(8, 10, null)]))), [
    [7, 0, 10],
    [8, 10, null],
  ])
  t.same(said(apply([], planSpan([], { from: 0, to: 5 }, [stay(9, 0, 5)]))), [[9, 0, 5]])
  const gone = planSpan(known, { from: 0, to: 30 }, [])
  t.same(gone, { remove: [1], move: [], insert: [] })
})

t.test('touching rows of one officer away from the change stay two rows', async (t) => {
  const known = [row(1, 7, 0, 10), row(2, 7, 10, 20), row(3, 8, 20, null)]
  t.same(said(apply(known, planSpan(known, { from: 25, to: 30 }, []))), [
    [7, 0, 10],
    [7, 10, 20],
    [8, 20, 25],
    [8, 30, null],
  ])
})

t.test('for any roster: inside stands what was wanted, outside what was there, and undoing restores it', async (t) => {
  const roster = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 8 })), {
      maxLength: 6,
    })
    .chain((parts) => fc.tuple(fc.constant(parts), fc.boolean()))
    .map(([parts, open]) => {
      let at = 0
      const rows = parts.map(([officer, gap, length], index) => {
        const from = at + gap
        at = from + length
        return row(index + 1, officer, from, at)
      })
      const last = rows.at(-1)
      if (open && last) last.to = null
      return rows
    })
  const span = fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.option(fc.integer({ min: 1, max: 20 })))
    .map(([from, length]): Span => ({ from, to: length === null ? null : from + length }))
  await property(
    t,
    'carving and undoing',
    fc.tuple(roster, span, fc.option(fc.integer({ min: 1, max: 3 }))),
    ([known, span, officer]) => {
      const wanted = officer === null ? [] : [stay(officer, span.from, span.to)]
      const after = apply(known, planSpan(known, span, wanted))
      const at = (rows: readonly Stay[], moment: number) =>
        rows.find((one) => one.from <= moment && (one.to === null || one.to > moment))?.officer_id ?? null
      for (let moment = 0; moment <= 80; moment += 1) {
        const inside = moment >= span.from && (span.to === null || moment < span.to)
        if (at(after, moment) !== (inside ? officer : at(known, moment))) throw new Error(`moment ${moment}`)
      }
      const undone = apply(after, planSpan(after, span, within(known, span)))
      for (let moment = 0; moment <= 80; moment += 1)
        if (at(undone, moment) !== at(known, moment)) throw new Error(`undone ${moment}`)
    },
    1000,
  )
})

t.test('half-days nobody covers, on working days alone', async (t) => {
  const intervals = [
    { from: '07:30', to: '11:30' },
    { from: '13:30', to: '17:00' },
  ]
  const day = (date: string, hour: number) => startOfDay(date) + hour * HOUR
  const calendar = workingCalendar([{ unit_id: null, day: '2026-11-24', kind: 'off' }], 1)
  const stays = [stay(1, day('2026-11-23', 0), day('2026-11-23', 12)), stay(1, day('2026-11-25', 8), null)]
  t.same(gapsOf(stays, ['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26'], intervals, calendar), [
    { day: '2026-11-23', part: 'afternoon', from: day('2026-11-23', 13.5), to: day('2026-11-23', 17) },
    { day: '2026-11-25', part: 'morning', from: day('2026-11-25', 7.5), to: day('2026-11-25', 8) },
  ])
  t.same(spanOfPart('2026-11-23', 'afternoon'), { from: day('2026-11-23', 12), to: day('2026-11-23', 24) })
  t.same(
    without(stay(1, 0, null), [
      { from: 5, to: 10 },
      { from: 20, to: null },
    ]),
    [stay(1, 0, 5), stay(1, 10, 20)],
  )
})
