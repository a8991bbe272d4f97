/** A thread that turns one report into one file and ends, so that neither tablets nor pages wait for it. */
import { parentPort, workerData } from 'node:worker_threads'
import type { OfficialReport } from './document.ts'
import { drawReport } from './draw.ts'
import type { FileFormat } from './render.ts'

const { report, format } = workerData as { report: OfficialReport; format: FileFormat }
parentPort?.postMessage(new Uint8Array(await drawReport(report, format)))
