/** Lots of whole terminal-days: nothing is left out, nothing is taken twice, and no day is judged by two lots. */
import t from 'tap'
import { planLots } from '../../server/count/plan.ts'

const day = (terminal_id: number, local_day: string, ids: number[]) => ({
  ...{ terminal_id, local_day, n: ids.length },
  inbox_ids: `{${ids.join(',')}}`,
})

t.test('days are gathered until a lot has enough, and are never cut', async (t) => {
  const days = [
    day(1, '2026-11-23', [1, 4, 7]),
    day(2, '2026-11-23', [2]),
    day(1, '2026-11-24', [3, 5, 6, 8, 9, 10]),
    day(3, '2026-11-24', [11]),
  ]
  t.strictSame(planLots({ days, leftovers: [] }, 4), [
    {
      days: [
        { terminal_id: 1, local_day: '2026-11-23' },
        { terminal_id: 2, local_day: '2026-11-23' },
      ],
      ...{ undated: [], size: 4, inbox_ids: '{1,4,7,2}' },
    },
    {
      days: [{ terminal_id: 1, local_day: '2026-11-24' }],
      ...{ undated: [], size: 6, inbox_ids: '{3,5,6,8,9,10}' },
    },
    { days: [{ terminal_id: 3, local_day: '2026-11-24' }], undated: [], size: 1, inbox_ids: '{11}' },
  ])
})

t.test('what has no day is taken too, behind the days', async (t) => {
  const leftovers = [
    { inbox_id: 5, rating_id: 'a' },
    { inbox_id: 6, rating_id: 'b' },
    { inbox_id: 9, rating_id: 'a' },
  ]
  t.strictSame(planLots({ days: [day(1, '2026-11-24', [7])], leftovers }, 3), [
    { days: [{ terminal_id: 1, local_day: '2026-11-24' }], undated: ['a', 'b'], size: 3, inbox_ids: '{7,5,6}' },
    { days: [], undated: ['a'], size: 1, inbox_ids: '{9}' },
  ])
})

t.test('an empty inbox gives no lot', async (t) => {
  t.strictSame(planLots({ days: [], leftovers: [] }, 5000), [])
})
