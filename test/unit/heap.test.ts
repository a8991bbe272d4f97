/** When memory is given back: at once by a thread that idles, now and then by one that works, never for a trifle. */
import t from 'tap'
import { worthCollecting } from '../../server/bin/heap.ts'

const MB = 1_000_000
const minutes = (count: number) => count * 60_000

t.test('when it is worth a collection', async (t) => {
  const idle = { utilization: 0.01, since_last_ms: minutes(1) }
  const busy = { utilization: 0.8, since_last_ms: minutes(1) }
  t.equal(worthCollecting({ ...idle, unused_bytes: 30 * MB }), true)
  t.equal(worthCollecting({ ...idle, unused_bytes: 19 * MB }), false, 'not for a trifle')
  t.equal(worthCollecting({ ...busy, unused_bytes: 300 * MB }), false, 'nobody waits for it at work')
  t.equal(
    worthCollecting({ ...busy, unused_bytes: 30 * MB, since_last_ms: minutes(5) }),
    true,
    'but for once in five minutes',
  )
  t.equal(worthCollecting({ ...busy, unused_bytes: 19 * MB, since_last_ms: minutes(60) }), false)
  t.equal(
    worthCollecting({ ...idle, utilization: 0.05, unused_bytes: 30 * MB }),
    false,
    'a twentieth of its time is work',
  )
})
