/** Work in threads of its own: one at a time, with a ceiling of memory and time, ended when nobody waits for it any more. */
import { Worker } from 'node:worker_threads'

/** The work needed more than its ceiling. */
export class CeilingReached extends Error {
  constructor(readonly ceiling: 'memory' | 'time') {
    super(`the thread reached its ceiling of ${ceiling}`)
  }
}

export interface Ceilings {
  memoryMb: number
  /** Absent = none. */
  mostMs?: number
}

/** Runs one piece of work after another; what is no longer wanted when its turn comes is left out, with the signal's reason. */
export function createTurns(): <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work, signal) => {
    const done = last.then(() => {
      signal?.throwIfAborted()
      return work()
    })
    last = done.catch(() => {})
    return done
  }
}

/** The first message of the thread. Rejects with `CeilingReached`, with what the thread threw, or with the signal's reason. */
export function runInThread<T>(
  file: URL,
  task: unknown,
  { memoryMb, mostMs }: Ceilings,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: memoryMb } })
    const giveUp = (reason: unknown) => {
      reject(reason)
      void worker.terminate()
    }
    const stop = () => giveUp(signal?.reason)
    signal?.addEventListener('abort', stop)
    const timer = mostMs === undefined ? undefined : setTimeout(() => giveUp(new CeilingReached('time')), mostMs)
    worker.once('message', (answer: T) => {
      resolve(answer)
      void worker.terminate()
    })
    worker.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new CeilingReached('memory') : error),
    )
    worker.once('exit', (code) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      reject(new Error(`the thread ${file.pathname} ended with ${code}`))
    })
  })
}
