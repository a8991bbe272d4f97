/** A report as a file. Each is drawn in a thread of its own, one at a time: a busy box pays for it with patience, not memory. */
import { Worker } from 'node:worker_threads'
import type { OfficialReport } from './document.ts'
import { drawReport } from './draw.ts'

export const fileFormats = ['docx', 'pdf', 'xlsx'] as const
export type FileFormat = (typeof fileFormats)[number]

export const mediaTypes: Readonly<Record<FileFormat | 'csv', string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
}

/** Built, the thread's file lies beside this one's chunk. Run from source there is none: a thread has no TypeScript. */
const threadFile = import.meta.url.endsWith('.ts') ? null : new URL('./render-report.js', import.meta.url)

let turn: Promise<unknown> = Promise.resolve()

/** The file's bytes. Rejects when the thread fails; the next report is drawn all the same. */
export function renderReport(report: OfficialReport, format: FileFormat): Promise<Buffer> {
  const drawn = turn.then(() =>
    threadFile === null ? drawReport(report, format) : renderInThread(threadFile, report, format),
  )
  turn = drawn.catch(() => {})
  return drawn
}

function renderInThread(file: URL, report: OfficialReport, format: FileFormat): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, {
      workerData: { report, format },
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    })
    worker.once('message', (bytes: Uint8Array) => {
      resolve(Buffer.from(bytes))
      void worker.terminate()
    })
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the thread that draws reports ended with ${code}`)))
  })
}
