/** An official report as Word: A4, Times New Roman, the heading of a Party or State body, the writer's parts left open. */
import { Resvg } from '@resvg/resvg-js'
import {
  AlignmentType,
  Document,
  Footer,
  HeadingLevel,
  ImageRun,
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
import {
  type Block,
  type IntervalChart,
  isTable,
  type OfficialReport,
  type Table as ReportTable,
  tableSize,
} from './document.ts'
import { closing, head, title } from './docx-form.ts'
import { CM, centred, FONT, run, TEXT_WIDTH } from './docx-text.ts'
import { reportFonts } from './fonts.ts'
import { type Drawing, drawIntervals } from './interval-chart.ts'
import { formatValue } from './numbers.ts'

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
      return [
        caption(block.title),
        ...drawIntervals(block, report.language, reportFonts.family).map((drawing) => picture(drawing, block, report)),
      ]
    }
  }
}

function picture({ svg, width, height, rows }: Drawing, { title: name }: IntervalChart, report: OfficialReport) {
  const transformation = { width: 600, height: Math.round((600 * height) / width) }
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    children: [
      new ImageRun({
        type: 'svg',
        data: Buffer.from(svg.replace(`font-family="${reportFonts.family}"`, `font-family="${FONT}"`)),
        // Word before 2016 and most viewers show this one.
        fallback: { type: 'png', data: rasterise(svg) },
        transformation,
        altText: { name, title: name, description: describe(rows, report) },
      }),
    ],
  })
}

const describe = (rows: IntervalChart['rows'], { language }: OfficialReport) =>
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
  const { size, padding } = tableSize(columns.length)
  const cell = (text: string, place: number, head: boolean) =>
    new TableCell({
      width: { size: widths[place] ?? 0, type: WidthType.DXA },
      verticalAlign: VerticalAlign.CENTER,
      margins: { top: 40, bottom: 40, left: 20 * padding, right: 20 * padding },
      ...(head ? { shading: { fill: 'eeedf2' } } : {}),
      children: [
        new Paragraph({
          spacing: { after: 0, line: 252 },
          alignment: head ? AlignmentType.CENTER : place === 0 ? AlignmentType.LEFT : AlignmentType.RIGHT,
          children: [run(text, { size: 2 * size, bold: head })],
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
