/** How much memory the server takes beyond what it needs: a box in a ward runs this beside everything else. */
import { performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * By how much the old generation may grow before it is collected again. Left alone, V8 goes by the machine's memory and
 * lets 40 MB that live become 160 where there is plenty.
 */
const GROWTH_PERCENT = 50

const FIRST_LOOK_MS = 5000
const LOOK_EVERY_MS = 60_000
/** Below this share of its time the event loop counts as idle: a collection takes it 50 ms. */
const IDLE = 0.05
/** The first collection empties pages, the second gives them back. */
const AGAIN_MS = 1000
/** Less than this is not worth the work: to a thread that idles, and to one that has other things to do. */
const WORTH_BYTES = { idle: 20_000_000, busy: 40_000_000 }

/** Holds for every thread. V8 asks for it at each collection, so it may be set after the start. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
}

/**
 * Whether to collect now. At work as well: on a machine that is short of processors V8's own collector falls behind, and days
 * without a quiet minute would let the heap climb. `spare_bytes`: what the heap takes beyond what lived at the last collection;
 * `utilization`: share of the last minute in which the event loop worked.
 */
export function worthCollecting(look: { spare_bytes: number; utilization: number }): boolean {
  return look.spare_bytes >= (look.utilization < IDLE ? WORTH_BYTES.idle : WORTH_BYTES.busy)
}

/**
 * Gives the memory of this thread back that it does not use: V8 collects when something is asked of it, so what the start or
 * a busy hour left behind (35 of 130 MB after a start) would lie there all night.
 */
export function giveMemoryBack(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let before = performance.eventLoopUtilization()
  let lived = 0
  const look = () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (!worthCollecting({ spare_bytes: getHeapStatistics().total_heap_size - lived, utilization })) return
    collect()
    lived = getHeapStatistics().used_heap_size
    setTimeout(collect, AGAIN_MS).unref()
  }
  setTimeout(look, FIRST_LOOK_MS).unref()
  setInterval(look, LOOK_EVERY_MS).unref()
}
