/** The public board's rules: a month is due on the sixth, and nothing below five is told. */
import t from 'tap'
import { boardFigure, boardMonth } from '../../server/domain/boards.ts'
import { MIN_FIGURE, MIN_OTHERS } from '../../server/domain/disclosure.ts'

t.test('the month before is due from the sixth on; until then the one before that', async (t) => {
  for (const [today, month] of [
    ['2026-11-05', '2026-09-01'],
    ['2026-11-06', '2026-10-01'],
    ['2026-11-30', '2026-10-01'],
    ['2026-12-01', '2026-10-01'],
    ['2027-01-05', '2026-11-01'],
    ['2027-01-06', '2026-12-01'],
    ['2028-03-01', '2028-01-01'],
  ] as const) {
    t.equal(boardMonth(today), month, today)
  }
})

t.test('a figure never stands alone, and below five there is none', async (t) => {
  const kept = { month: '2026-10-01', closed_on: '2026-11-06' }
  const nothing = { ...kept, n: null, set_aside: null, satisfaction: null, visits: null }
  t.same(boardFigure({ ...kept, n: null, satisfied: null, visits: null, set_aside: null }), nothing)
  // The database keeps no such row; should one be there all the same, it is not told.
  t.same(boardFigure({ ...kept, n: 4, satisfied: 4, visits: 9, set_aside: 0 }), nothing)
  t.same(boardFigure({ ...kept, n: 0, satisfied: 0, visits: null, set_aside: 0 }), {
    ...kept,
    n: 0,
    set_aside: 0,
    satisfaction: null,
    visits: null,
  })
  // 186 of 201, the number of the drawing: Wilson 88.1 to 95.4 %.
  const { satisfaction, ...rest } = boardFigure({ ...kept, n: 201, satisfied: 186, visits: 713, set_aside: 7 })
  t.same(rest, { ...kept, n: 201, set_aside: 7, visits: 713 })
  t.equal(
    boardFigure({ ...kept, n: 9, satisfied: 9, visits: null, set_aside: 3 }).set_aside,
    null,
    'nor three set aside',
  )
  t.match(
    [satisfaction?.value, satisfaction?.lower, satisfaction?.upper].map((share) => share?.toFixed(3)),
    ['0.925', '0.881', '0.954'],
  )
})

t.test('the thresholds that stand in the migration are those of the rules', async (t) => {
  t.same([MIN_FIGURE, MIN_OTHERS + 1], [5, 4])
})
