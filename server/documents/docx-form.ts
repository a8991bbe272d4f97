/** The fixed form of an official report as Word: who writes and where, its title, who receives and who signs it. */
import {
  AlignmentType,
  BorderStyle,
  type IBorderOptions,
  LineRuleType,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  WidthType,
} from 'docx'
import type { Letterhead, OfficialReport } from './document.ts'
import { CM, centred, run, TEXT_WIDTH } from './docx-text.ts'
import { wordsOf } from './wording.ts'

const none: IBorderOptions = { style: BorderStyle.NONE, size: 0, color: 'auto' }
const noBorders = { top: none, bottom: none, left: none, right: none, insideHorizontal: none, insideVertical: none }

/** The line under a body's name: a third of its cell, drawn as a border, so that no font changes its length. */
const rule = (indent: number) =>
  new Paragraph({
    alignment: AlignmentType.CENTER,
    indent: { left: indent, right: indent },
    spacing: { before: 20, after: 0, line: 100, lineRule: LineRuleType.EXACT },
    border: { top: { style: BorderStyle.SINGLE, size: 6, color: '000000', space: 1 } },
    children: [],
  })

/** Two cells without borders: who writes, and the country's or the Party's line with place and day. */
export function head(report: OfficialReport): (Paragraph | Table)[] {
  const { letterhead: from, number, dated, language } = report
  const words = wordsOf(language)
  const no = `${words.number}${from.form === 'party' ? ' ' : ': '}${number ?? '……'}${from.form === 'party' ? '-' : '/'}${from.code}`
  const left = [
    ...(from.superior ? [centred(run(from.superior, { size: 26 }))] : []),
    centred(run(from.body, { size: 26, bold: true })),
    from.form === 'party' ? centred(run('*', { size: 26 })) : rule(CM),
    centred(run(no, { size: 26 })),
  ]
  const right = [
    ...(from.form === 'party'
      ? [centred(run('ĐẢNG CỘNG SẢN VIỆT NAM', { size: 28, bold: true })), rule(Math.round(0.9 * CM))]
      : [
          centred(run('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', { size: 24, bold: true })),
          centred(run('Độc lập - Tự do - Hạnh phúc', { size: 28, bold: true })),
          rule(Math.round(1.6 * CM)),
        ]),
    centred(run(words.dated(from.place, dated), { size: 26, italics: true })),
  ]
  const cell = (children: Paragraph[], share: number) =>
    new TableCell({
      children,
      borders: noBorders,
      width: { size: Math.round(TEXT_WIDTH * share), type: WidthType.DXA },
    })
  return [
    new Table({
      width: { size: TEXT_WIDTH, type: WidthType.DXA },
      columnWidths: [Math.round(TEXT_WIDTH * 0.4), Math.round(TEXT_WIDTH * 0.6)],
      borders: noBorders,
      rows: [new TableRow({ children: [cell(left, 0.4), cell(right, 0.6)] })],
    }),
    ...(number === null
      ? [
          new Paragraph({
            spacing: { before: 120 },
            children: [run(words.draft, { bold: true, size: 26, color: '9b1c1c' })],
          }),
        ]
      : []),
  ]
}

export const title = ({ title: name, subject, period }: OfficialReport): Paragraph[] => [
  new Paragraph({
    spacing: { before: 240, after: 0 },
    alignment: AlignmentType.CENTER,
    children: [run(name, { bold: true, size: 30 })],
  }),
  centred(run(subject, { bold: true })),
  new Paragraph({
    spacing: { after: 240 },
    alignment: AlignmentType.CENTER,
    children: [run(period, { italics: true })],
  }),
]

/** Who receives it on the left, who signs on the right. */
export function closing({ letterhead, language }: OfficialReport): (Paragraph | Table)[] {
  const words = wordsOf(language)
  const cell = (children: Paragraph[]) =>
    new TableCell({ children, borders: noBorders, width: { size: Math.round(TEXT_WIDTH / 2), type: WidthType.DXA } })
  return [
    new Paragraph({ children: [] }),
    new Table({
      width: { size: TEXT_WIDTH, type: WidthType.DXA },
      columnWidths: [Math.round(TEXT_WIDTH / 2), Math.round(TEXT_WIDTH / 2)],
      borders: noBorders,
      rows: [
        new TableRow({
          cantSplit: true,
          children: [cell(sentTo(letterhead, words.recipients)), cell(signature(letterhead))],
        }),
      ],
    }),
  ]
}

const sentTo = ({ recipients }: Letterhead, name: string): Paragraph[] => [
  new Paragraph({
    spacing: { after: 0 },
    children: [run(recipients.length > 0 ? name : '', { bold: true, italics: true, size: 24 })],
  }),
  ...recipients.map((line) => new Paragraph({ spacing: { after: 0 }, children: [run(`- ${line}`, { size: 22 })] })),
]

const signature = ({ signer_title, signer_name }: Letterhead): Paragraph[] => [
  centred(run(signer_title, { bold: true })),
  ...[0, 1, 2].map(() => centred(run(''))),
  centred(run(signer_name, { bold: true })),
]
