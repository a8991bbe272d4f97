/** A clock that jumped ahead must not destroy every moment in one night. */
import t from 'tap'
import { createClockTrust, SETTLE_MS } from '../../server/count/clock-trust.ts'

const day = 86_400_000
const start = Date.parse('2026-11-24T10:00:00+07:00')

t.test('an ordinary clock is believed at once and every day', async (t) => {
  const trust = createClockTrust()
  for (let passed = 0; passed < 40; passed += 1) {
    t.equal(trust.mayDestroy(start + passed * day, 1000 + passed * day, start - day), true)
  }
})

t.test('a jump to 2090 is not believed for a day, a correction back neither', async (t) => {
  const trust = createClockTrust()
  t.equal(trust.mayDestroy(start, 0, start), true)
  const jumped = Date.parse('2090-01-01T00:00:00Z')
  t.equal(trust.mayDestroy(jumped, 1000, start), false)
  t.equal(trust.mayDestroy(jumped + day / 2, 1000 + day / 2, start), false)
  t.equal(trust.mayDestroy(start + day, day, start), false, 'set right again: another jump')
  t.equal(trust.mayDestroy(start + day + SETTLE_MS, day + SETTLE_MS, start), true)
})

t.test('a start weeks away from the newest arrival waits a day', async (t) => {
  for (const away of [-30, 15, 400]) {
    const trust = createClockTrust()
    t.equal(trust.mayDestroy(start + away * day, 0, start), false, `${away} days`)
    t.equal(trust.mayDestroy(start + away * day + SETTLE_MS, SETTLE_MS, start), true)
  }
  t.equal(createClockTrust().mayDestroy(start, 0, null), true, 'an empty database knows nothing better')
  t.equal(createClockTrust().mayDestroy(start + 13 * day, 0, start), true, 'a long holiday')
})

t.test('what time servers do is no jump', async (t) => {
  const trust = createClockTrust()
  t.equal(trust.mayDestroy(start, 0, start), true)
  t.equal(trust.mayDestroy(start + day + 59 * 60_000, day, start), true)
})
