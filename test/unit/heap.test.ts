/** When memory is given back: by a thread that idles and, for more, by one that works; never for a trifle. */
import t from 'tap'
import { worthCollecting } from '../../server/bin/heap.ts'

const MB = 1_000_000

t.test('when it is worth a collection', async (t) => {
  const [idle, busy] = [0.01, 0.8]
  t.equal(worthCollecting({ utilization: idle, spare_bytes: 20 * MB }), true)
  t.equal(worthCollecting({ utilization: idle, spare_bytes: 19 * MB }), false, 'not for a trifle')
  t.equal(worthCollecting({ utilization: busy, spare_bytes: 39 * MB }), false, 'at work, not for little')
  t.equal(worthCollecting({ utilization: busy, spare_bytes: 40 * MB }), true)
  t.equal(worthCollecting({ utilization: 0.05, spare_bytes: 30 * MB }), false, 'a twentieth of its time is work')
})
