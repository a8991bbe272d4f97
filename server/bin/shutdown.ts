/** Ends the process in order: what was opened last is closed first, within a time that service managers grant. */
import type { Logger } from 'pino'

/** npm passes on a signal that the terminal has already sent to the whole group: two within this time are one. */
const sameSignalMs = 1000
/** Well under the 10 s after which docker and most service managers kill. */
const hardLimitMs = 9500

export interface Shutdown {
  /**
   * Opens something and remembers how to close it. `limitMs` bounds the closing. When the end was asked for meanwhile,
   * it is closed again and the promise never settles, so that a start under way goes no further.
   */
  open<T>(name: string, limitMs: number, opener: () => Promise<T>, close: (opened: T) => Promise<unknown>): Promise<T>
  /** True once the end was asked for: errors after that are its consequences. */
  readonly requested: boolean
  /** Closes everything and exits with `code`; a second call changes nothing. Never returns. */
  run(code: number): Promise<never>
}

const forever = new Promise<never>(() => {})

/** Installs the signal handlers. `note` tells the operator what happens. */
export function installShutdown(log: Logger, note: (line: string) => void): Shutdown {
  const opened: { name: string; limitMs: number; close: () => Promise<unknown> }[] = []
  let opening: Promise<unknown> = Promise.resolve()
  let requestedAt: number | null = null

  const closeAll = async () => {
    await opening.catch(() => {})
    for (let step = opened.pop(); step !== undefined; step = opened.pop()) {
      const { name, limitMs, close } = step
      const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), limitMs).unref())
      try {
        if ((await Promise.race([close(), late])) === 'late') log.error(`${name}: not closed within ${limitMs} ms`)
      } catch (error) {
        log.error({ err: error }, `${name}: could not be closed`)
      }
    }
  }

  const run = async (code: number): Promise<never> => {
    if (requestedAt !== null) return forever
    requestedAt = Date.now()
    setTimeout(() => {
      log.fatal('stopping took too long; leaving')
      process.exit(1)
    }, hardLimitMs)
    await closeAll()
    process.exit(code)
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (requestedAt === null) {
        note(`${signal}: finishing what is under way, then stopping. Once more to leave at once.`)
        void run(0)
      } else if (Date.now() - requestedAt > sameSignalMs) {
        note('Leaving at once. The next start recovers by itself.')
        process.exit(1)
      }
    })
  }
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'unexpected error; stopping')
    void run(1)
  })

  return {
    run,
    get requested() {
      return requestedAt !== null
    },
    async open(name, limitMs, opener, close) {
      if (requestedAt !== null) return forever
      const work = opener().then((value) => {
        opened.push({ name, limitMs, close: () => close(value) })
        return value
      })
      opening = work
      const value = await work
      return requestedAt === null ? value : forever
    },
  }
}
