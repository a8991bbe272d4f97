/** A thread that reads or writes one file of tables and ends, so that neither tablets nor pages wait for it. */
import { parentPort, workerData } from 'node:worker_threads'
import { FileFlaw, readTableFile } from './table-reader.ts'
import type { TableTask } from './table-thread.ts'
import { writeWorkbook } from './table-writer.ts'

const task = workerData as TableTask
try {
  parentPort?.postMessage(
    'bytes' in task
      ? { done: await readTableFile(task.bytes) }
      : { done: new Uint8Array(await writeWorkbook(task.tables, task.language, task)) },
  )
} catch (error) {
  if (!(error instanceof FileFlaw)) throw error
  parentPort?.postMessage({ flaw: error.flaw, details: error.details })
}
