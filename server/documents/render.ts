/** A report as a file. Each is drawn in a thread of its own, one at a time: a busy box pays for it with patience, not memory. */
import type { OfficialReport } from './document.ts'
import { drawReport } from './draw.ts'
import { createTurns, runInThread } from './thread.ts'

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

const inTurn = createTurns()

/** Draws what stands in its turn already. */
export type Draw = (report: OfficialReport, format: FileFormat, signal?: AbortSignal) => Promise<Buffer>

const drawNow: Draw = async (report, format, signal) =>
  threadFile === null
    ? drawReport(report, format)
    : Buffer.from(await runInThread<Uint8Array>(threadFile, { report, format }, { memoryMb: 256 }, signal))

/** For files that are drawn within a transaction: its turn comes before the transaction begins, so that who waits holds none. */
export const drawInTurn = <T>(work: (draw: Draw) => Promise<T>): Promise<T> => inTurn(() => work(drawNow))

/** The file's bytes. Rejects when the thread fails or whoever waits has gone (`signal`); the next report is drawn all the same. */
export const renderReport = (report: OfficialReport, format: FileFormat, signal?: AbortSignal): Promise<Buffer> =>
  inTurn(() => drawNow(report, format, signal), signal)
