/** Keeps the counting thread running: started with the server, started again should it ever end, stopped between two lots. */
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { startCounting } from '../count/worker.ts'
import type { ServerLog } from '../log.ts'
import { countClientOpener, type PoolUrls } from '../queries/database.ts'

const RESTART_AFTER_MS = 2000
const STOP_WITHIN_MS = 800
/** What a lot makes and drops again; left alone, V8 lets it become 48 MB before it looks. */
const YOUNG_MB = 12
/** Null when run from the sources: a thread cannot load TypeScript. */
const entry = import.meta.url.endsWith('.ts') ? null : new URL('./counting.js', import.meta.url)

export interface CountingSettings {
  readonly urls: Pick<PoolUrls, 'ownerUrl' | 'ingestUrl'>
  readonly logLevel: string
}

export interface Counting {
  /** Finishes the lot under way and gives the lock back. */
  stop(): Promise<void>
}

/** Counts in this thread. */
export function countHere({ urls }: CountingSettings, log: Logger): Counting {
  const openCountClient = countClientOpener(urls, (error) => log.error({ err: error }, 'database connection lost'))
  return startCounting({ pools: { openCountClient }, clock: { now: Date.now }, log })
}

/** Starts the thread. Its lock and its transaction are PostgreSQL's, so whenever it ends, nothing is left half done. */
export function startCountingThread(settings: CountingSettings, { log, output }: ServerLog): Counting {
  if (entry === null) return countHere(settings, log)
  const file = entry
  let stopping = false
  let worker: Worker
  let ended: Promise<void>

  const start = () => {
    worker = new Worker(file, {
      workerData: settings,
      name: 'counting',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    })
    worker.on('message', (line: string) => output.write(line))
    worker.on('error', (error) => log.error({ err: error }, 'the counting thread failed'))
    ended = new Promise((resolve) => worker.once('exit', () => resolve()))
    void ended.then(async () => {
      if (stopping) return
      log.error('the counting thread ended; starting it again')
      await wait(RESTART_AFTER_MS)
      if (!stopping) start()
    })
  }
  start()
  return {
    async stop() {
      stopping = true
      worker.postMessage('stop')
      await Promise.race([ended, wait(STOP_WITHIN_MS)])
      // A lot that takes longer is rolled back and counted after the next start.
      await worker.terminate()
    },
  }
}
