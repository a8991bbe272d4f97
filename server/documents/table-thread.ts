/** Reading and writing files of tables, each in a thread of its own with a ceiling of memory and time, one at a time. */
import { Worker } from 'node:worker_threads'
import type { Language } from '../domain/imports/column-parts.ts'
import { FileFlaw, type RawSheet, readTableFile } from './table-reader.ts'
import { type OutTable, writeWorkbook } from './table-writer.ts'

export type TableTask =
  | { readonly bytes: Uint8Array }
  | { readonly tables: readonly OutTable[]; readonly language: Language; readonly legend: boolean }

const MEMORY_MB = 512
const MOST_MS = 60_000

/** Built, the thread's file lies beside this one's chunk. Run from source there is none: a thread has no TypeScript. */
const threadFile = import.meta.url.endsWith('.ts') ? null : new URL('./read-table.js', import.meta.url)

let turn: Promise<unknown> = Promise.resolve()

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = turn.then(work)
  turn = done.catch(() => {})
  return done
}

/** Throws `FileFlaw`. */
export const readTables = (bytes: Uint8Array): Promise<RawSheet[]> =>
  inTurn(() => (threadFile === null ? readTableFile(bytes) : inThread<RawSheet[]>(threadFile, { bytes })))

export const drawWorkbook = (
  tables: readonly OutTable[],
  language: Language,
  { legend = false } = {},
): Promise<Buffer> =>
  inTurn(async () => {
    if (threadFile === null) return writeWorkbook(tables, language, { legend })
    // Patterns and the like do not cross; the thread only needs what is written.
    const plain = tables.map(({ name, columns, rows }) => ({
      ...{ name, rows },
      columns: columns.map(({ form: _, ...column }) => column),
    }))
    return Buffer.from(await inThread<Uint8Array>(threadFile, { tables: plain, language, legend }))
  })

function inThread<T>(file: URL, task: TableTask): Promise<T> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } })
    const timer = setTimeout(() => {
      reject(new FileFlaw('inflates_too_much', { seconds: MOST_MS / 1000 }))
      void worker.terminate()
    }, MOST_MS)
    worker.once('message', (answer: { done: T } | { flaw: FileFlaw['flaw']; details: FileFlaw['details'] }) => {
      if ('done' in answer) resolve(answer.done)
      else reject(new FileFlaw(answer.flaw, answer.details))
      void worker.terminate()
    })
    worker.once('error', (error: NodeJS.ErrnoException) => {
      const full = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      reject(full ? new FileFlaw('inflates_too_much', { most_mib: MEMORY_MB }) : error)
    })
    worker.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the thread for tables ended with ${code}`))
    })
  })
}
