/** An official report as Word: A4, Times New Roman, the heading of a Party or State body, the writer's parts left open. */
import { Resvg } from '@resvg/resvg-js'
import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  HeadingLevel,
  type IBorderOptions,
  ImageRun,
  LineRuleType,
  Packer,
  PageBreak,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  VerticalAlign,
  WidthType,
} from 'docx'
import { type Block, isTable, type Letterhead, type OfficialReport, type Table as ReportTable } from './document.ts'
import { reportFonts } from './fonts.ts'
import { drawIntervals } from './interval-chart.ts'
import { formatValue } from './numbers.ts'
import { wordsOf } from './wording.ts'

const FONT = 'Times New Roman'
/** Sizes are half points, lengths twentieths of a point (567 = 1 cm). */
const CM = 567
const TEXT_WIDTH = Math.round(21 * CM - 3 * CM - 1.5 * CM)

const none: IBorderOptions = { style: BorderStyle.NONE, size: 0, color: 'auto' }
const noBorders = { top: none, bottom: none, left: none, right: none, insideHorizontal: none, insideVertical: none }

const run = (text: string, more: { bold?: boolean; italics?: boolean; size?: number; color?: string } = {}) =>
  new TextRun({ text, font: FONT, ...more })

const centred = (...children: TextRun[]) =>
  new Paragraph({ alignment: AlignmentType.CENTER, spacing: { after: 0 }, children })

/** The line under a body's name: a third of its cell, drawn as a border, so that no font changes its length. */
const rule = (indent: number) =>
  new Paragraph({
    alignment: AlignmentType.CENTER,
    indent: { left: indent, right: indent },
    spacing: { before: 20, after: 0, line: 100, lineRule: LineRuleType.EXACT },
    border: { top: { style: BorderStyle.SINGLE, size: 6, color: '000000', space: 1 } },
    children: [],
  })

export async function renderDocx(report: OfficialReport): Promise<Buffer> {
  const document = new Document({
    creator: report.letterhead.body,
    title: `${report.title}: ${report.subject}`,
    description: report.foot,
    styles: {
      default: {
        document: { run: { font: FONT, size: 28 }, paragraph: { spacing: { after: 120, line: 300 } } },
        heading1: {
          run: { font: FONT, size: 28, bold: true, color: '000000' },
          paragraph: { spacing: { before: 240, after: 120 } },
        },
        heading2: { run: { font: FONT, size: 28, bold: true, italics: true, color: '000000' } },
      },
    },
    sections: [
      {
        properties: {
          page: {
            size: { width: Math.round(21 * CM), height: Math.round(29.7 * CM) },
            margin: { top: 2 * CM, bottom: 2 * CM, left: 3 * CM, right: Math.round(1.5 * CM) },
          },
        },
        footers: {
          default: new Footer({
            children: [
              centred(run(report.foot, { size: 18, color: '444444' })),
              new Paragraph({
                alignment: AlignmentType.CENTER,
                children: [new TextRun({ children: [PageNumber.CURRENT], font: FONT, size: 22 })],
              }),
            ],
          }),
        },
        children: [...head(report), ...title(report), ...report.blocks.flatMap((block) => draw(block, report))],
      },
    ],
  })
  return Packer.toBuffer(document)
}

/** Two cells without borders: who writes, and the country's or the Party's line with place and day. */
function head(report: OfficialReport): (Paragraph | Table)[] {
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
    centred(run(words.dated(from.place, dated), { size: 28, italics: true })),
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

const title = ({ title: name, subject, period }: OfficialReport): Paragraph[] => [
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

function draw(block: Block, report: OfficialReport): (Paragraph | Table)[] {
  if (isTable(block)) return [caption(block.title), drawTable(block, report), new Paragraph({ children: [] })]
  switch (block.kind) {
    case 'heading':
      return [
        new Paragraph({
          heading: block.level === 1 ? HeadingLevel.HEADING_1 : HeadingLevel.HEADING_2,
          keepNext: true,
          children: [run(block.text)],
        }),
      ]
    case 'paragraph':
      return [body(block.text)]
    case 'blank':
      return [
        new Paragraph({ indent: { firstLine: CM }, children: [run(block.hint, { italics: true, color: '666666' })] }),
        new Paragraph({ children: [] }),
      ]
    case 'list':
      return block.items.map((text, place) => body(`${place + 1}. ${text}`))
    case 'closing':
      return closing(report)
    case 'page':
      return [new Paragraph({ children: [new PageBreak()] })]
    case 'chart': {
      const { svg, width, height } = drawIntervals(block, report.language, reportFonts.family)
      const transformation = { width: 600, height: Math.round((600 * height) / width) }
      return [
        caption(block.title),
        new Paragraph({
          alignment: AlignmentType.CENTER,
          children: [
            new ImageRun({
              type: 'svg',
              data: Buffer.from(svg.replace(`font-family="${reportFonts.family}"`, `font-family="${FONT}"`)),
              // Word before 2016 and most viewers show this one.
              fallback: { type: 'png', data: rasterise(svg) },
              transformation,
              altText: { name: block.title, title: block.title, description: describe(block.rows, report) },
            }),
          ],
        }),
      ]
    }
  }
}

const describe = (
  rows: readonly { name: string; value: number; lower: number; upper: number }[],
  { language }: OfficialReport,
) =>
  rows
    .map(
      ({ name, value, lower, upper }) =>
        `${name}: ${formatValue(value, 'share', language)} (${formatValue({ lower, upper }, 'interval', language)})`,
    )
    .join('; ')

const rasterise = (svg: string): Buffer =>
  new Resvg(svg, {
    fitTo: { mode: 'width', value: 1280 },
    font: {
      fontFiles: [reportFonts.regular, reportFonts.bold],
      loadSystemFonts: false,
      defaultFontFamily: reportFonts.family,
    },
  })
    .render()
    .asPng()

const body = (text: string) =>
  new Paragraph({ alignment: AlignmentType.JUSTIFIED, indent: { firstLine: CM }, children: [run(text)] })

const caption = (text: string) =>
  new Paragraph({
    keepNext: true,
    spacing: { before: 160, after: 80 },
    children: [run(text, { bold: true, italics: true, size: 26 })],
  })

function drawTable({ columns, rows }: ReportTable, { language }: OfficialReport): Table {
  const total = columns.reduce((sum, { width }) => sum + width, 0)
  const widths = columns.map(({ width }) => Math.round((TEXT_WIDTH * width) / total))
  const cell = (text: string, place: number, head: boolean) =>
    new TableCell({
      width: { size: widths[place] ?? 0, type: WidthType.DXA },
      verticalAlign: VerticalAlign.CENTER,
      margins: { top: 40, bottom: 40, left: 70, right: 70 },
      ...(head ? { shading: { fill: 'eeedf2' } } : {}),
      children: [
        new Paragraph({
          spacing: { after: 0, line: 252 },
          alignment: head ? AlignmentType.CENTER : place === 0 ? AlignmentType.LEFT : AlignmentType.RIGHT,
          children: [run(text, { size: 22, bold: head })],
        }),
      ],
    })
  return new Table({
    width: { size: TEXT_WIDTH, type: WidthType.DXA },
    columnWidths: widths,
    rows: [
      new TableRow({
        tableHeader: true,
        cantSplit: true,
        children: columns.map(({ title: name }, place) => cell(name, place, true)),
      }),
      ...rows.map(
        (row) =>
          new TableRow({
            cantSplit: true,
            children: row.map((value, place) =>
              cell(formatValue(value, columns[place]?.kind ?? 'text', language), place, false),
            ),
          }),
      ),
    ],
  })
}

/** Who receives it on the left, who signs on the right. */
function closing({ letterhead, language }: OfficialReport): (Paragraph | Table)[] {
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
