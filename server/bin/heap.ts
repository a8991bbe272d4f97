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
/** At work, too, but so seldom that nobody notices: days without a quiet minute would let the heap climb step by step. */
const AT_WORK_EVERY_MS = 300_000
/** The first collection empties pages, the second gives them back. */
const AGAIN_MS = 1000
/** Less than this is not worth the work. */
const WORTH_BYTES = 20_000_000

/** Holds for every thread. V8 asks for it at each collection, so it may be set after the start. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
}

/**
 * Whether to collect now: when enough would be given back, and the thread is idle or was last made to five minutes ago.
 * `utilization`: share of the last minute in which the event loop worked, 0 to 1.
 */
export function worthCollecting(look: { unused_bytes: number; utilization: number; since_last_ms: number }): boolean {
  if (look.unused_bytes < WORTH_BYTES) return false
  return look.utilization < IDLE || look.since_last_ms >= AT_WORK_EVERY_MS
}

/**
 * Gives the memory of this thread back that it does not use: V8 collects when something is asked of it, so what the start or
 * a busy hour left behind (35 of 130 MB after a start) would lie there all night.
 */
export function giveMemoryBack(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let before = performance.eventLoopUtilization()
  let last = performance.now()
  const look = () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    const { total_heap_size, used_heap_size } = getHeapStatistics()
    const since_last_ms = performance.now() - last
    if (!worthCollecting({ unused_bytes: total_heap_size - used_heap_size, utilization, since_last_ms })) return
    last = performance.now()
    collect()
    setTimeout(collect, AGAIN_MS).unref()
  }
  setTimeout(look, FIRST_LOOK_MS).unref()
  setInterval(look, LOOK_EVERY_MS).unref()
}
