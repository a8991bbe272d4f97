/** What every part of an official report as Word is made of: its typeface, its measures, its runs of text. */
import { AlignmentType, Paragraph, TextRun } from 'docx'

export const FONT = 'Times New Roman'
/** Sizes are half points, lengths twentieths of a point (567 = 1 cm). */
export const CM = 567
export const TEXT_WIDTH = Math.round(21 * CM - 3 * CM - 1.5 * CM)

export const run = (text: string, more: { bold?: boolean; italics?: boolean; size?: number; color?: string } = {}) =>
  new TextRun({ text, font: FONT, ...more })

export const centred = (...children: TextRun[]) =>
  new Paragraph({ alignment: AlignmentType.CENTER, spacing: { after: 0 }, children })
