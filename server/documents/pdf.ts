/** The same report as PDF: same words, same order, vector charts, every letter embedded. */
import pdfmake from 'pdfmake'
import type { Content, Node, TableCell } from 'pdfmake/interfaces.js'
import { type Block, isTable, type OfficialReport, type Table, tableSize } from './document.ts'
import { reportFonts } from './fonts.ts'
import { drawIntervals } from './interval-chart.ts'
import { formatValue } from './numbers.ts'
import { wordsOf } from './wording.ts'

const CM = 28.35
const TEXT_WIDTH = 21 * CM - 3 * CM - 1.5 * CM

const { family, ...faces } = reportFonts
pdfmake.setFonts({
  [family]: { normal: faces.regular, bold: faces.bold, italics: faces.italics, bolditalics: faces.bolditalics },
})
// Nothing of a report lies on the network; nothing outside the fonts is read from the disk.
pdfmake.setUrlAccessPolicy(() => false)
pdfmake.setLocalAccessPolicy((path: string) => Object.values<string>(faces).includes(path))

export async function renderPdf(report: OfficialReport): Promise<Buffer> {
  const words = wordsOf(report.language)
  return pdfmake
    .createPdf({
      pageSize: 'A4',
      pageMargins: [3 * CM, 2 * CM, 1.5 * CM, 2 * CM],
      info: { title: `${report.title}: ${report.subject}`, author: report.letterhead.body },
      language: report.language,
      defaultStyle: { font: family, fontSize: 13, lineHeight: 1.15 },
      watermark:
        report.number === null ? { text: words.draft, color: '#9b1c1c', opacity: 0.07, bold: true } : undefined,
      // No heading stays at the foot of a page without the first row of its table, or a line or two.
      pageBreakBefore: ({ headlineLevel, startPosition }: Node) =>
        headlineLevel !== undefined && startPosition.verticalRatio > 0.87,
      content: [...head(report), ...title(report), ...report.blocks.flatMap((block) => draw(block, report))],
      footer: (page: number, pages: number) => ({
        margin: [3 * CM, 8, 1.5 * CM, 0],
        stack: [
          { text: report.foot, fontSize: 8.5, color: '#444444', alignment: 'center' },
          { text: `${page}/${pages}`, fontSize: 10, alignment: 'center' },
        ],
      }),
    } as never)
    .getBuffer()
}

const rule = (width: number): Content => ({
  alignment: 'center',
  margin: [0, 1, 0, 4],
  svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="2"><line x1="0" y1="1" x2="${width}" y2="1" stroke="#000000" stroke-width="0.8"/></svg>`,
  width,
})

function head({ letterhead: from, number, dated, language }: OfficialReport): Content[] {
  const words = wordsOf(language)
  const party = from.form === 'party'
  const no = `${words.number}${party ? ' ' : ': '}${number ?? '……'}${party ? '-' : '/'}${from.code}`
  const centred = (text: string, more: object = {}): Content => ({ text, alignment: 'center', ...more })
  return [
    {
      columns: [
        {
          width: '42%',
          stack: [
            ...(from.superior ? [centred(from.superior, { fontSize: 12 })] : []),
            centred(from.body, { fontSize: 12, bold: true }),
            party ? centred('*', { fontSize: 12 }) : rule(60),
            centred(no, { fontSize: 12 }),
          ],
        },
        {
          width: '58%',
          stack: [
            ...(party
              ? [centred('ĐẢNG CỘNG SẢN VIỆT NAM', { bold: true }), rule(170)]
              : [
                  centred('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', { fontSize: 12, bold: true }),
                  centred('Độc lập - Tự do - Hạnh phúc', { bold: true }),
                  rule(150),
                ]),
            centred(words.dated(from.place, dated), { italics: true }),
          ],
        },
      ],
    },
    ...(number === null ? [{ text: words.draft, bold: true, color: '#9b1c1c', margin: [0, 6, 0, 0] } as Content] : []),
  ]
}

const title = ({ title: name, subject, period }: OfficialReport): Content[] => [
  { text: name, bold: true, fontSize: 15, alignment: 'center', margin: [0, 16, 0, 0] },
  { text: subject, bold: true, alignment: 'center' },
  { text: period, italics: true, alignment: 'center', margin: [0, 0, 0, 14] },
]

const body = (text: string): Content =>
  ({ text, alignment: 'justify', leadingIndent: CM, margin: [0, 0, 0, 6] }) as Content
const caption = (text: string): Content => ({ text, bold: true, italics: true, margin: [0, 8, 0, 4], headlineLevel: 2 })

function draw(block: Block, report: OfficialReport): Content[] {
  if (isTable(block)) return [caption(block.title), drawTable(block, report)]
  switch (block.kind) {
    case 'heading':
      return [{ text: block.text, bold: true, margin: [0, 12, 0, 6], headlineLevel: 1 }]
    case 'paragraph':
      return [body(block.text)]
    case 'blank':
      return [{ text: block.hint, italics: true, color: '#666666', margin: [CM, 0, 0, 28] }]
    case 'list':
      return [{ ol: [...block.items], margin: [0, 0, 0, 6] }]
    case 'closing':
      return [closing(report)]
    case 'page':
      return [{ text: '', pageBreak: 'after' }]
    case 'chart': {
      return drawIntervals(block, report.language, reportFonts.family).map(({ svg }, place) => ({
        unbreakable: true,
        stack: [...(place === 0 ? [caption(block.title)] : []), { svg, width: TEXT_WIDTH }],
      }))
    }
  }
}

function drawTable({ columns, rows }: Table, { language }: OfficialReport): Content {
  const total = columns.reduce((sum, { width }) => sum + width, 0)
  const { size, padding } = tableSize(columns.length)
  // Padding and a line go to each column beside its text.
  const room = TEXT_WIDTH - columns.length * (2 * padding + 0.5) - 0.5
  const headCells: TableCell[] = columns.map(({ title: text }) => ({
    text,
    bold: true,
    alignment: 'center',
    fillColor: '#eeedf2',
  }))
  const cells = rows.map((row) =>
    row.map(
      (value, place): TableCell => ({
        text: formatValue(value, columns[place]?.kind ?? 'text', language),
        alignment: place === 0 ? 'left' : 'right',
      }),
    ),
  )
  return {
    fontSize: size,
    margin: [0, 0, 0, 8],
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: columns.map(({ width }) => (room * width) / total),
      body: [headCells, ...cells],
    },
    layout: {
      hLineWidth: () => 0.5,
      vLineWidth: () => 0.5,
      hLineColor: () => '#8a8796',
      vLineColor: () => '#8a8796',
      paddingLeft: () => padding,
      paddingRight: () => padding,
    },
  }
}

function closing({ letterhead, language }: OfficialReport): Content {
  const { recipients, signer_title, signer_name } = letterhead
  return {
    unbreakable: true,
    margin: [0, 16, 0, 0],
    columns: [
      {
        stack:
          recipients.length === 0
            ? []
            : [
                { text: wordsOf(language).recipients, bold: true, italics: true, fontSize: 11 },
                ...recipients.map((line) => ({ text: `- ${line}`, fontSize: 10.5 })),
              ],
      },
      {
        stack: [
          { text: signer_title, bold: true, alignment: 'center' },
          { text: signer_name || ' ', bold: true, alignment: 'center', margin: [0, 54, 0, 0] },
        ],
      },
    ],
  }
}
