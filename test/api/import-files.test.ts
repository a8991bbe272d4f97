/** Files that cannot be read, cells that cannot be taken, rows that do not fit: each told by its place, all at once, nothing written. */
import { strToU8, zipSync } from 'fflate'
import t from 'tap'
import type { ImportProblem } from '../../server/contract/imports.ts'
import { startTestApp } from '../support/app.ts'
import { bring, countsOf, csv, rowsOf, told, workbook } from '../support/import-files.ts'
import { createOffice } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })
const administrator = await api.staff('administrator')
const office = await createOffice(api.db, { counters: 2, officers: 2, name: 'Phường Gốc' })
const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })

const UNITS = 'unit_code;unit;kind'
/** How Vietnamese Windows wrote before UTF-8: ư is FD, ờ is F5 with a combining mark of its own. */
const windows1258 = Buffer.concat([
  Buffer.from(`${UNITS}\r\n1;Ph`),
  Buffer.from([0xfd, 0xf5, 0xcc]),
  Buffer.from('ng A;ward\r\n'),
])

const flaws: [string, Buffer, string][] = [
  ['nothing at all', Buffer.alloc(0), 'empty_file'],
  ['only blanks', Buffer.from('\uFEFF \r\n\r\n'), 'empty_file'],
  ['UTF-16 with a mark', Buffer.from(`\uFEFF${UNITS}\r\n`, 'utf16le'), 'utf16'],
  ['UTF-16 without one', Buffer.from(`${UNITS}\r\n1;A;ward\r\n`, 'utf16le'), 'utf16'],
  ['windows-1258', windows1258, 'not_utf8'],
  ['a NUL byte', Buffer.from(`${UNITS}\r\n1;Phường\0A;ward\r\n`), 'nul_bytes'],
  ['an open quote', Buffer.from(`${UNITS}\r\n1;"Phường A;ward\r\n2;B;ward\r\n`), 'quotes_broken'],
  ['a quote inside', Buffer.from(`${UNITS}\r\n1;"Phường" A;ward\r\n`), 'quotes_broken'],
  ['a PDF', Buffer.from('%PDF-1.7\n'), 'not_a_table'],
  ['a page', Buffer.from('<!doctype html><table></table>'), 'not_a_table'],
  ['old Excel, or a password', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'old_excel'],
  ['a cut archive', workbook([{ name: 'units', rows: [['unit', 'kind']] }]).subarray(0, 300), 'broken_file'],
  ['another archive', Buffer.from(zipSync({ 'a.txt': strToU8('x') })), 'not_a_table'],
  ['no header', csv('A;B', '1;2'), 'no_header'],
  ['61 columns', csv(Array.from({ length: 61 }, (_, i) => `c${i}`).join(';')), 'too_many_columns'],
  ['20,001 rows', csv(UNITS, ...Array.from({ length: 20_001 }, (_, i) => `${i};Xã ${i};commune`)), 'too_many_rows'],
  [
    'a bomb',
    workbook([{ name: 'units', rows: [['unit', 'kind']] }], {
      'xl/sharedStrings.xml': new Uint8Array(100 * 1024 * 1024),
    }),
    'inflates_too_much',
  ],
  ['too large', Buffer.alloc(8 * 1024 * 1024 + 1, 'x'), 'too_large'],
]
for (const [what, file, flaw] of flaws) {
  t.test(`${what}: ${flaw}`, async (t) => {
    t.match(refused(t, await bring(administrator, file), 400, 'import_refused'), { flaw })
  })
}

t.test('content that is no base64; a body beyond every limit', async (t) => {
  refused(t, await administrator.post('/api/v1/imports', { file_name: 'x', content: '*' }), 400, 'invalid_body')
  // As `/=+$/` reads it this takes hours.
  const padding = { file_name: 'x', content: `${'='.repeat(8_000_000)}A` }
  refused(t, await administrator.post('/api/v1/imports', padding), 400, 'invalid_body')
  const huge = { file_name: 'x', content: 'A'.repeat(12 * 1024 * 1024) }
  refused(t, await administrator.post('/api/v1/imports', huge), 413, 'body_too_large')
  t.equal((await api.db.query('select from imports')).length, 0, 'nothing is kept of what cannot be read')
})

t.test('separators, line ends, quotes, Excel’s own first line: all the same table', async (t) => {
  const rows = [
    ['unit_code', 'unit', 'kind', 'area'],
    ['1', 'Xã "Một"; hai,\tba', 'Xã', 'dòng\nhai'],
    ['2', 'Xã Hai', 'COMMUNE', ''],
  ]
  const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`
  const write = (separator: string, end: string) => rows.map((row) => row.map(quote).join(separator)).join(end)
  const files = [
    ...[';', ',', '\t'].flatMap((separator) => ['\n', '\r\n'].map((end) => write(separator, end))),
    `\uFEFF${write(';', '\r\n')}`,
    `sep=|\n${write('|', '\n')}`,
  ]
  for (const file of files) {
    const { status, body } = await bring(administrator, file)
    t.same([status, countsOf(body)], [201, { units: [2, 0, 0, 0] }], JSON.stringify(file.slice(0, 30)))
    t.same((await rowsOf(administrator, body.import_id)).map(({ line, label }) => [line, label]).at(0), [
      file.startsWith('sep') ? 3 : 2,
      '1 – Xã "Một"; hai, ba',
    ])
  }
})

t.test('headers in both languages, in any order, with a title above and both rows of a template', async (t) => {
  for (const head of ['Loại;TÊN  ĐƠN VỊ', 'Kind;Unit name *', 'kind;unit', 'Loại;Tên đơn vị'.normalize('NFD')]) {
    const { body } = await bring(administrator, csv('Danh sách 2026', '', head, 'Xã;Xã Mới'))
    t.same(countsOf(body), { units: [1, 0, 0, 0] }, head)
  }
  const { body } = await bring(administrator, csv('Tên đơn vị;Loại', 'unit;kind', '', ';;;', 'Xã Mới;Xã'))
  t.same(told(body), [], 'the second header is no row, empty rows are none either')
})

t.test('a header that does not fit: unknown, missing, twice; rows are looked at all the same', async (t) => {
  const { body } = await bring(administrator, csv('unit;unit;Ghi chú;unit_code', 'A;A;x;1 2'))
  t.same(told(body).sort(), [
    '1 - unknown_column',
    '1 kind missing_column',
    '1 unit column_twice',
    '2 unit_code bad_code',
  ])
  t.match(body.problems.items.find(({ code }: ImportProblem) => code === 'unknown_column').details, {
    header: 'Ghi chú',
  })
})

t.test('every fault of every cell, all told at once', async (t) => {
  const long = 'x'.repeat(201)
  const { body } = await bring(
    administrator,
    csv(
      'unit_code;unit;kind;valid_from;valid_to;counters_only;predecessors',
      ';;Xã;;;;',
      `;${long};Xã;;;;`,
      ';Xã\u0007A;Xã;;;;',
      ';Xã B\uFFFD;Xã;;;;',
      ';Xã C;Huyện;;;;',
      ';Xã D;Xã;31/02/2026;;;',
      ';Xã E;Xã;02/01/2026;01/01/2026;;',
      ';Xã F;Xã;;;có thể;',
      ';Xã G;Xã;;;;Xã Không Có | Xã H',
      ';Xã H;Xã;;;;Xã H',
      'X1;Xã I;Xã;;;;',
      'X1;Xã J;Xã;;;;',
      ';Xã K;Xã;;;;',
      ';xã k;Xã;;;;',
    ),
  )
  t.same(told(body), [
    '2 unit required',
    '3 unit too_long',
    '4 unit bad_character',
    '5 unit damaged_text',
    '6 kind not_one_of',
    '7 valid_from not_a_day',
    '8 valid_to validity_backwards',
    '9 counters_only not_yes_no',
    '10 predecessors unit_unknown',
    '11 predecessors predecessor_circle',
    '12 unit_code code_taken',
    '13 unit_code code_taken',
    '15 unit duplicate_row',
  ])
  t.same(countsOf(body), { units: [1, 0, 0, 13] })
  refused(
    t,
    await administrator.post(`/api/v1/imports/${body.import_id}/apply`, { plan: body.plan }),
    409,
    'import_state',
  )
})

t.test('numbers and times as people and spreadsheets write them', async (t) => {
  const good = ['31', '1.234', '1,234', '1 234', '100.000']
  const bad = ['1.5', '-1', '1e3', '12.34', 'ba', '100001']
  const file = csv(
    'counter;day;visits',
    ...good.map((n, i) => `Quầy 1;${i + 1}/11/2026;"${n}"`),
    ...bad.map((n, i) => `Quầy 2;2026-11-${String(i + 1).padStart(2, '0')};"${n}"`),
  )
  const { body } = await bring(clerk, file)
  t.same(countsOf(body), { visits: [5, 0, 0, 6] })
  t.same(new Set(body.problems.items.map(({ code }: ImportProblem) => code)), new Set(['not_a_number', 'out_of_range']))
  const times = await bring(
    clerk,
    csv(
      'counter;day;month;visits',
      'Quầy 1;;11/2026;1',
      'Quầy 2;;Tháng 10/2026;1',
      'Quầy 1;;2026-10;1',
      'Quầy 1;1/11/2026;11/2026;1',
      'Quầy 1;;;1',
      'Quầy 1;25/11/2026;;1',
      'Quầy 1;;12/2026;1',
      'Quầy 1;1/13/2026;;1',
      'Quầy 1;01/02/26;;1',
      'Quầy 9;01/11/2026;;1',
    ),
  )
  t.same(told(times.body), [
    '5 day day_or_month',
    '6 day day_or_month',
    '7 day lies_ahead',
    '8 month lies_ahead',
    '9 day not_a_day',
    '10 day not_a_day',
    '11 counter counter_unknown',
  ])
})

t.test(
  'workbooks: date cells, numbers as texts, formulas, errors, merged and hidden cells, hidden sheets',
  async (t) => {
    const day = { xml: '<v>46347</v>', style: 1 }
    const head = ['counter', 'day', 'visits']
    const file = workbook([
      {
        name: 'Lượt giải quyết',
        rows: [
          ['Lượt giải quyết tháng 11', null, null],
          head,
          ['Quầy 1', day, 31],
          [],
          ['Quầy 2', day, '1.031'],
          ['Quầy 1', { xml: '<v>46346</v>', style: 1 }, { xml: '<f>30+1</f><v>31</v>' }],
          ['Quầy 1', { xml: '<v>46345</v>', style: 1 }, { xml: '<f>30+1</f>' }],
          ['Quầy 1', { xml: '<v>46344</v>', style: 1 }, { xml: '<v>#REF!</v>', type: 'e' }],
          ['Quầy 1', { xml: '<v>46343</v>', style: 1 }, 4],
          [null, { xml: '<v>46342</v>', style: 1 }, 4],
          ['Quầy 1', 46341, 4],
        ],
        hiddenRows: [5],
        merged: ['A1:C1', 'A9:A10'],
      },
      {
        name: 'Danh mục',
        rows: [
          ['x', 'y'],
          ['1', '2'],
        ],
        hidden: true,
      },
    ])
    const { body } = await bring(clerk, file, 'x.xlsx')
    t.same(told(body), [
      '7 visits formula_without_value',
      '8 visits cell_error',
      '9 counter merged_cell',
      '10 counter required',
      '11 day not_a_day',
    ])
    t.match(body.sheets, [{ sheet: 'Lượt giải quyết', new: 3, error: 5, hidden_rows: 1, formulas: 2 }])
    const rows = await rowsOf(clerk, body.import_id)
    t.same(
      rows.slice(0, 3).map(({ line, label }) => [line, label]),
      [
        [3, 'Phường Gốc – Quầy 1, 21/11/2026'],
        [5, 'Phường Gốc – Quầy 2, 21/11/2026'],
        [6, 'Phường Gốc – Quầy 1, 20/11/2026'],
      ],
    )
  },
)

t.test('a workbook with a sheet nobody knows, the same noun twice, and a sheet that may not be', async (t) => {
  const units = {
    name: 'Đơn vị',
    rows: [
      ['unit', 'kind'],
      ['Xã Z', 'Xã'],
    ],
  }
  const again = await bring(
    administrator,
    workbook([units, { ...units, name: 'units' }, { name: 'Ghi chú', rows: [['nhớ hỏi anh Ba']] }]),
  )
  t.same(told(again.body), ['1 - noun_twice', '1 - sheet_unknown'])
  const { body } = await bring(clerk, workbook([units]))
  t.same(told(body), ['2 - noun_forbidden'])
})

t.test(
  'far columns and rows are refused before they cost memory; cells that only have a colour are nothing',
  async (t) => {
    const sheet = (extra: string) =>
      workbook([{ name: 'x', rows: [] }], {
        'xl/worksheets/sheet1.xml': strToU8(
          `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>unit</t></is></c><c r="B1" t="inlineStr"><is><t>kind</t></is></c>${extra}</row></sheetData></worksheet>`,
        ),
      })
    t.match(refused(t, await bring(administrator, sheet('<c r="XFD1"><v>1</v></c>')), 400, 'import_refused'), {
      flaw: 'too_many_columns',
    })
    const far = sheet('</row><row r="1048576"><c r="A1048576"><v>1</v></c>')
    t.match(refused(t, await bring(administrator, far), 400, 'import_refused'), { flaw: 'too_many_rows' })
    const coloured = await bring(administrator, sheet('<c r="XFD1" s="1"/>'))
    t.same([coloured.status, told(coloured.body)], [201, []])
  },
)

t.test('five hundred problems are told, the rest counted', async (t) => {
  const { body } = await bring(administrator, csv(UNITS, ...Array.from({ length: 700 }, (_, i) => `;Xã ${i};Huyện`)))
  t.equal(body.problems.total, 700)
  t.equal(body.problems.items.length, 500)
})
