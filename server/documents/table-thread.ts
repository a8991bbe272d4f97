/** Reading and writing files of tables, each in a thread of its own, one at a time. */
import type { Language } from '../domain/imports/column-parts.ts'
import { FileFlaw, type RawSheet, readTableFile } from './table-reader.ts'
import { type OutTable, writeWorkbook } from './table-writer.ts'
import { CeilingReached, createTurns, runInThread } from './thread.ts'

export type TableTask =
  | { readonly bytes: Uint8Array }
  | { readonly tables: readonly OutTable[]; readonly language: Language; readonly legend: boolean }

type TableAnswer<T> = { done: T } | { flaw: FileFlaw['flaw']; details: FileFlaw['details'] }

const MEMORY_MB = 512
const MOST_MS = 60_000

/** Built, the thread's file lies beside this one's chunk. Run from source there is none: a thread has no TypeScript. */
const threadFile = import.meta.url.endsWith('.ts') ? null : new URL('./read-table.js', import.meta.url)

const inTurn = createTurns()

/** Throws `FileFlaw`. */
export const readTables = (bytes: Uint8Array): Promise<RawSheet[]> =>
  inTurn(() => (threadFile === null ? readTableFile(bytes) : inThread<RawSheet[]>(threadFile, { bytes })))

/** `signal`: whoever waits for it has gone. */
export const drawWorkbook = (
  tables: readonly OutTable[],
  language: Language,
  { legend = false, signal }: { legend?: boolean; signal?: AbortSignal } = {},
): Promise<Buffer> =>
  inTurn(async () => {
    if (threadFile === null) return writeWorkbook(tables, language, { legend })
    // Patterns and the like do not cross; the thread only needs what is written.
    const plain = tables.map(({ name, columns, rows }) => ({
      ...{ name, rows },
      columns: columns.map(({ form: _, ...column }) => column),
    }))
    return Buffer.from(await inThread<Uint8Array>(threadFile, { tables: plain, language, legend }, signal))
  }, signal)

async function inThread<T>(file: URL, task: TableTask, signal?: AbortSignal): Promise<T> {
  const ceilings = { memoryMb: MEMORY_MB, mostMs: MOST_MS }
  const answer = await runInThread<TableAnswer<T>>(file, task, ceilings, signal).catch((error) => {
    if (!(error instanceof CeilingReached)) throw error
    throw new FileFlaw(
      'inflates_too_much',
      error.ceiling === 'time' ? { seconds: MOST_MS / 1000 } : { most_mib: MEMORY_MB },
    )
  })
  if ('done' in answer) return answer.done
  throw new FileFlaw(answer.flaw, answer.details)
}
