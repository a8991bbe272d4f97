/** The counting worker in a thread of its own: judging a backlog takes the processor for long stretches, which no rating waits for here. */
import { parentPort, workerData } from 'node:worker_threads'
import { openLog } from '../log.ts'
import { type CountingSettings, countHere } from './counting-thread.ts'
import { giveMemoryBack } from './heap.ts'

const settings = workerData as CountingSettings
const counting = countHere(settings, openLog(settings.logLevel))
giveMemoryBack()
parentPort?.once('message', () => {
  void counting.stop().then(() => process.exit(0))
})
