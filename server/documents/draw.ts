/** One report as the bytes of one file; each format's library is loaded when it is first asked for. */
import type { OfficialReport } from './document.ts'
import type { FileFormat } from './render.ts'

const renderers: Record<FileFormat, (report: OfficialReport) => Promise<Buffer>> = {
  docx: async (report) => (await import('./docx.ts')).renderDocx(report),
  pdf: async (report) => (await import('./pdf.ts')).renderPdf(report),
  xlsx: async (report) => (await import('./spreadsheet.ts')).renderXlsx(report),
}

export const drawReport = (report: OfficialReport, format: FileFormat): Promise<Buffer> => renderers[format](report)
