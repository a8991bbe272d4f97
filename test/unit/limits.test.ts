/** The limit of requests: so many in a minute that begins with the first, each caller for itself. */
import t from 'tap'
import { createLimit } from '../../server/plugins/limits.ts'

t.test('what exceeds the limit waits until the minute is over, and no longer', async (t) => {
  let now = 1000
  const limit = createLimit(3, () => now)
  t.strictSame(
    [1, 2, 3].map(() => limit.exceededFor('a')),
    [0, 0, 0],
  )
  t.equal(limit.exceededFor('a'), 60, 'the fourth')
  t.equal(limit.exceededFor('b'), 0, 'another caller has a minute of its own')
  now += 59_500
  t.equal(limit.exceededFor('a'), 1, 'a Retry-After of 0 would mean: at once')
  now += 500
  t.equal(limit.exceededFor('a'), 0)
})

t.test('a flood of callers is forgotten at once instead of filling the memory', async (t) => {
  const limit = createLimit(1, () => 0)
  t.equal(limit.exceededFor('a'), 0)
  for (let caller = 1; caller < 20_000; caller += 1) limit.exceededFor(String(caller))
  t.equal(limit.exceededFor('a'), 60, 'still known')
  t.equal(limit.exceededFor('one more'), 0)
  t.equal(limit.exceededFor('a'), 0, 'all begin anew')
})
