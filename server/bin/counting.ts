/** The counting worker in a thread of its own: judging a backlog takes the processor for long stretches, which no rating waits for here. */
import { parentPort, workerData } from 'node:worker_threads'
import { createLog } from '../log.ts'
import { type CountingSettings, countHere } from './counting-thread.ts'
import { giveMemoryBack } from './heap.ts'

const settings = workerData as CountingSettings
// The server's thread alone writes to standard error: one bound, one count of what was dropped.
const log = createLog(settings.logLevel, { write: (line: string) => parentPort?.postMessage(line) })
const counting = countHere(settings, log)
giveMemoryBack()
parentPort?.once('message', () => {
  void counting.stop().then(() => process.exit(0))
})
