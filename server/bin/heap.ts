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
/** Less than this is not worth the work. */
const WORTH_BYTES = 20_000_000

/** Holds for every thread. V8 asks for it at each collection, so it may be set after the start. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
}

/**
 * Gives memory back while nothing goes on: V8 collects when something is asked of it, so what the start or a busy hour left
 * behind (35 of 130 MB after a start) would lie there all night.
 */
export function giveBackAtRest(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let before = performance.eventLoopUtilization()
  const look = () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    const { total_heap_size, used_heap_size } = getHeapStatistics()
    if (utilization >= IDLE || total_heap_size - used_heap_size < WORTH_BYTES) return
    collect()
    setTimeout(collect, AGAIN_MS).unref()
  }
  setTimeout(look, FIRST_LOOK_MS).unref()
  setInterval(look, LOOK_EVERY_MS).unref()
}
