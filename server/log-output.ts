/** Lines to standard error or output that nothing waits for: a stalled reader, a full disk or a closed pipe loses lines only. */
import { constants, fstatSync, openSync, write, writeSync } from 'node:fs'

/** What is kept while the reader takes nothing: some 3,000 log lines. */
const MAX_WAITING_BYTES = 2 ** 19
/** Until a full pipe or terminal is tried again. */
const FULL_RETRY_MS = 50
/** Until a disk without space, or a pipe without a reader, is tried again. */
const ERROR_RETRY_MS = 1000
/** How long an exit waits for a reader to take what is left. */
const EXIT_MS = 500

export interface Output {
  /**
   * Takes whole lines with their line feed. Beyond `MAX_WAITING_BYTES` they are dropped and counted, unless `isLast`: the
   * line that says why the process ends is kept for a reader who looks up in time.
   */
  write(lines: string, isLast?: boolean): void
  /** Lines dropped so far. */
  dropped(): number
}

/**
 * `noteOf(n)` is the line that says that `n` lines were dropped, written once lines flow again.
 *
 * pino's own destination cannot do this. Synchronous, it sleeps in the event loop while a pipe is full. Asynchronous, it
 * waits without end at `fatal` and at the exit, and once an error met it at its bound it never writes again.
 */
export function openOutput(fd: 1 | 2, noteOf: (dropped: number) => string): Output {
  const target = openNonBlocking(fd)
  let waiting: string[] = []
  /** What is being written; the rest of it after a partial write. */
  let chunk: Buffer | null = null
  let inFlight = false
  let waitingBytes = 0
  let dropped = 0
  let unreported = 0

  function take(lines: string): void {
    waiting.push(lines)
    waitingBytes += Buffer.byteLength(lines)
  }

  function reportDropped(): void {
    if (unreported === 0) return
    const note = noteOf(unreported)
    unreported = 0
    take(note)
  }

  /** Once lines were dropped, all are until half is free again: one note per stall, at the place of the gap. */
  const mayTake = (size: number) =>
    unreported > 0 ? waitingBytes <= MAX_WAITING_BYTES / 2 : waitingBytes + size <= MAX_WAITING_BYTES

  function send(): void {
    if (chunk === null) {
      if (waiting.length === 0) return
      chunk = Buffer.from(waiting.join(''))
      waiting = []
    }
    inFlight = true
    write(target, chunk, (error, written) => {
      inFlight = false
      if (error) {
        setTimeout(send, error.code === 'EAGAIN' ? FULL_RETRY_MS : ERROR_RETRY_MS).unref()
        return
      }
      waitingBytes -= written
      chunk = (chunk as Buffer).length > written ? (chunk as Buffer).subarray(written) : null
      if (mayTake(0)) reportDropped()
      send()
    })
  }

  process.on('exit', () => {
    reportDropped()
    // What is in flight is written by its thread, which the exit waits for.
    const rest = Buffer.concat([inFlight || chunk === null ? Buffer.alloc(0) : chunk, Buffer.from(waiting.join(''))])
    writeWithin(target, rest, EXIT_MS)
  })

  return {
    write(lines, isLast = false) {
      if (!isLast && !mayTake(Buffer.byteLength(lines))) {
        dropped += 1
        unreported += 1
        return
      }
      const idle = waitingBytes === 0
      take(lines)
      if (idle) send()
    },
    dropped: () => dropped,
  }
}

/**
 * A blocking write to a full pipe would hold one of the four threads that files, names and passwords need, and the exit
 * waits for that thread. So pipes and terminals are opened once more, without blocking for us and unchanged for others.
 */
function openNonBlocking(fd: 1 | 2): number {
  // Node sets pipes and sockets to non-blocking as soon as it opens its stream: what is left where the next step fails.
  void (fd === 1 ? process.stdout : process.stderr)
  // A file keeps its one position, which standard output may share.
  if (fstatSync(fd).isFile()) return fd
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    return fd
  }
}

/** Writes what a reader takes within `milliseconds`; the rest is lost. */
function writeWithin(fd: number, rest: Buffer, milliseconds: number): void {
  const deadline = Date.now() + milliseconds
  for (let at = 0; at < rest.length; ) {
    try {
      at += writeSync(fd, rest, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || Date.now() > deadline) return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}
