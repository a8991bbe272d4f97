/** The columns of imported and exported tables: machine names that stay, titles and help in both languages. */
import type { ImportNoun } from '../../contract/imports.ts'

export type Language = 'vi' | 'en'
export type ColumnKind =
  | 'id'
  | 'text'
  | 'code'
  | 'username'
  | 'unit_kind'
  | 'role'
  | 'yes_no'
  | 'day'
  | 'month'
  | 'moment'
  | 'count'

export interface Column {
  /** The machine name. */
  readonly key: string
  readonly kind: ColumnKind
  readonly required?: true
  /** Longest text; of counts the largest number. */
  readonly most?: number
  /** The form of a code. */
  readonly form?: RegExp
  readonly title: Readonly<Record<Language, string>>
  readonly help: Readonly<Record<Language, string>>
  readonly example: Readonly<Record<Language, string>>
}

type Words = [vi: string, en: string]
const both = ([vi, en]: Words) => ({ vi, en })
const column = (
  key: string,
  kind: ColumnKind,
  title: Words,
  help: Words,
  example: Words | string,
  more: Pick<Column, 'required' | 'most' | 'form'> = {},
): Column => ({
  ...{ key, kind, ...more, title: both(title), help: both(help) },
  example: typeof example === 'string' ? both([example, example]) : both(example),
})

const UNIT_CODE = /^[A-Za-z0-9.-]{1,20}$/
const OFFICER_CODE = /^[A-Za-z0-9./-]{1,40}$/

const id = (key: string) =>
  column(
    key,
    'id',
    ['Số hệ thống', 'System id'],
    [
      'Có sẵn trong tệp đã xuất; giữ nguyên để đổi được cả tên. Dòng mới thì để trống.',
      'Stands in exported files; keep it so that even the name can be changed. Empty for new rows.',
    ],
    '',
  )
const unitRef = [
  column(
    'unit_code',
    'code',
    ['Mã đơn vị', 'Unit code'],
    [
      'Mã chính thức của đơn vị. Có mã hoặc tên là đủ.',
      'The unit’s official code. Either the code or the name will do.',
    ],
    '03646',
    { most: 20 },
  ),
  column(
    'unit',
    'text',
    ['Đơn vị', 'Unit'],
    [
      'Tên đơn vị đúng như trong hệ thống hoặc trong trang Đơn vị của tệp này. Người chỉ giữ một đơn vị có thể bỏ trống.',
      'The unit’s name as it stands in the system or on the Units sheet of this file. Whoever keeps one unit may leave it out.',
    ],
    'Phường Tô Hiệu',
    { most: 200 },
  ),
] as const
const counterRef = column(
  'counter',
  'text',
  ['Quầy', 'Counter'],
  ['Tên quầy trong đơn vị.', 'The counter’s name within its unit.'],
  'Quầy 1',
  { required: true, most: 200 },
)
const officerRef = [
  column(
    'officer_code',
    'code',
    ['Mã cán bộ', 'Officer code'],
    [
      'Mã cán bộ trong đơn vị. Cần khi hai người trùng tên.',
      'The officer’s code within the unit. Needed where two people share a name.',
    ],
    'CB-07',
    { most: 40 },
  ),
  column(
    'officer',
    'text',
    ['Cán bộ', 'Officer'],
    ['Họ và tên. Có mã hoặc tên là đủ.', 'Full name. Either the code or the name will do.'],
    'Lò Thị Hoa',
    { most: 200 },
  ),
] as const
const active = (of: Words) => column('active', 'yes_no', ['Đang dùng', 'Active'], of, ['có', 'yes'])
const told = [
  column(
    'day',
    'day',
    ['Ngày', 'Day'],
    ['Ngày (dd/mm/yyyy). Ghi ngày hoặc tháng, không ghi cả hai.', 'dd/mm/yyyy. Either a day or a month.'],
    '20/11/2026',
  ),
  column(
    'month',
    'month',
    ['Tháng', 'Month'],
    ['Tháng (mm/yyyy) khi chỉ có tổng của cả tháng.', 'mm/yyyy, where only the month’s total is known.'],
    '',
  ),
  column(
    'procedure_group',
    'text',
    ['Nhóm thủ tục', 'Procedure group'],
    ['Để trống là tất cả thủ tục.', 'Empty = all procedures together.'],
    ['Hộ tịch', 'Civil status'],
    { most: 200 },
  ),
] as const
const dossiers = (key: string, title: Words, help: Words) =>
  column(key, 'count', title, help, '12', { required: true, most: 1_000_000 })

export const columnsOf: Readonly<Record<ImportNoun, readonly Column[]>> = {
  units: [
    id('unit_id'),
    column(
      'unit_code',
      'code',
      ['Mã đơn vị', 'Unit code'],
      ['Mã chính thức: chữ không dấu, số, dấu chấm, gạch nối.', 'Official code: letters, digits, dot, dash.'],
      '03646',
      { most: 20, form: UNIT_CODE },
    ),
    column('unit', 'text', ['Tên đơn vị', 'Unit name'], ['Tên đầy đủ.', 'The full name.'], 'Phường Tô Hiệu', {
      required: true,
      most: 200,
    }),
    column(
      'kind',
      'unit_kind',
      ['Loại', 'Kind'],
      [
        'Phường, Xã, Thị trấn hoặc Trung tâm hành chính công tỉnh.',
        'Ward, Commune, Township or Provincial service centre.',
      ],
      ['Phường', 'Ward'],
      { required: true },
    ),
    column(
      'area',
      'text',
      ['Khu vực', 'Area'],
      ['Huyện, thành phố (cũ).', 'The (former) district or city.'],
      'Thành phố Sơn La (cũ)',
      { most: 200 },
    ),
    column(
      'valid_from',
      'day',
      ['Hiệu lực từ', 'Valid from'],
      ['Ngày đầu; trống là từ trước đến nay.', 'First day; empty = always.'],
      '01/07/2025',
    ),
    column(
      'valid_to',
      'day',
      ['Hiệu lực đến', 'Valid to'],
      ['Ngày cuối; trống là còn hiệu lực.', 'Last day; empty = still valid.'],
      '',
    ),
    column(
      'hotline',
      'text',
      ['Đường dây nóng', 'Hotline'],
      ['Số hiện trên máy tính bảng.', 'Shown on the tablet.'],
      '0212 3852 001',
      { most: 40 },
    ),
    column(
      'duty_leader_name',
      'text',
      ['Lãnh đạo trực', 'Leader on duty'],
      ['Tên hiện trên máy tính bảng.', 'Shown on the tablet.'],
      'Cầm Văn Minh',
      { most: 200 },
    ),
    column(
      'duty_leader_phone',
      'text',
      ['Điện thoại lãnh đạo trực', 'Leader’s phone'],
      ['Số hiện trên máy tính bảng.', 'Shown on the tablet.'],
      '0912 345 678',
      { most: 40 },
    ),
    column(
      'counters_only',
      'yes_no',
      ['Chỉ theo quầy', 'Counters only'],
      ['“có” khi đơn vị không phân công cán bộ.', '“yes” where the unit keeps no roster.'],
      ['không', 'no'],
    ),
    column(
      'predecessors',
      'text',
      ['Thành lập từ', 'Made of'],
      [
        'Mã hoặc tên các đơn vị trước đó, cách nhau bằng dấu |.',
        'Codes or names of the units before it, with | between them.',
      ],
      'Xã Chiềng Cọ | Xã Chiềng Đen',
      { most: 4000 },
    ),
  ],
  counters: [
    id('counter_id'),
    ...unitRef,
    { ...counterRef, title: both(['Tên quầy', 'Counter name']) },
    column(
      'service',
      'text',
      ['Lĩnh vực', 'Service'],
      ['Trống là tất cả lĩnh vực.', 'Empty = everything.'],
      'Hộ tịch, chứng thực',
      { most: 200 },
    ),
    active(['“không” là quầy đã đóng. Trống là có.', '“no” = closed. Empty = yes.']),
  ],
  officers: [
    id('officer_id'),
    ...unitRef,
    { ...officerRef[0], form: OFFICER_CODE },
    {
      ...officerRef[1],
      required: true,
      title: both(['Họ và tên', 'Full name']),
      help: both(['Họ và tên đầy đủ.', 'The full name.']),
    },
    column('title', 'text', ['Chức danh', 'Title'], ['', ''], 'Công chức tư pháp – hộ tịch', { most: 200 }),
    column(
      'signed_on',
      'day',
      ['Ngày ký cam kết', 'Commitment signed on'],
      ['Trống là chưa ký.', 'Empty = not yet.'],
      '15/08/2025',
    ),
    active(['“không” là đã thôi làm ở bộ phận. Trống là có.', '“no” = no longer serves here. Empty = yes.']),
  ],
  accounts: [
    column(
      'username',
      'username',
      ['Tên đăng nhập', 'User name'],
      [
        'Chữ không dấu, số, . - _ ; một người nhiều vai trò thì nhiều dòng.',
        'Letters, digits, . - _ ; one row for each role of a person.',
      ],
      'lo.thi.hoa',
      { required: true, most: 60 },
    ),
    column(
      'role',
      'role',
      ['Vai trò', 'Role'],
      [
        'Quản trị tỉnh, Ban Dân vận, Người tiếp nhận phản ánh, Lãnh đạo đơn vị, Cán bộ đầu mối hoặc Cán bộ. Không có mật khẩu: người được mời tự đặt.',
        'Administrator, Commission, Inspector, Unit leader, Unit clerk or Officer. No passwords: the invited person sets one.',
      ],
      ['Cán bộ', 'Officer'],
    ),
    ...unitRef,
    ...officerRef,
    active(['“không” là đã khóa. Trống là có.', '“no” = locked. Empty = yes.']),
  ],
  assignments: [
    ...unitRef,
    counterRef,
    ...officerRef,
    column(
      'starts_at',
      'moment',
      ['Bắt đầu', 'Starts'],
      ['dd/mm/yyyy hoặc dd/mm/yyyy hh:mm.', 'dd/mm/yyyy or dd/mm/yyyy hh:mm.'],
      '01/12/2026 07:30',
      { required: true },
    ),
    column('ends_at', 'moment', ['Kết thúc', 'Ends'], ['Trống là cho đến khi đổi.', 'Empty = until changed.'], ''),
  ],
  visits: [
    ...unitRef,
    counterRef,
    ...told,
    column(
      'visits',
      'count',
      ['Lượt giải quyết', 'Visits'],
      ['Số người đã phục vụ.', 'How many people were served.'],
      '31',
      { required: true, most: 100_000 },
    ),
  ],
  dossiers: [
    ...unitRef,
    ...told,
    dossiers('same_day', ['Trong ngày', 'Same day'], ['Trả ngay trong ngày.', 'Returned the same day.']),
    dossiers('early', ['Trước hạn', 'Early'], ['Trả trước hạn.', 'Returned before the deadline.']),
    dossiers('on_time', ['Đúng hạn', 'On time'], ['Trả đúng hạn.', 'Returned on the deadline.']),
    dossiers('overdue', ['Quá hạn', 'Overdue'], ['Trả quá hạn.', 'Returned after the deadline.']),
  ],
}

export const sheetNames: Readonly<Record<ImportNoun, Readonly<Record<Language, string>>>> = {
  units: { vi: 'Đơn vị', en: 'Units' },
  counters: { vi: 'Quầy', en: 'Counters' },
  officers: { vi: 'Cán bộ', en: 'Officers' },
  accounts: { vi: 'Tài khoản', en: 'Accounts' },
  assignments: { vi: 'Phân công', en: 'Assignments' },
  visits: { vi: 'Lượt giải quyết', en: 'Visits' },
  dossiers: { vi: 'Hồ sơ', en: 'Dossiers' },
}
/** The sheet of a template that explains the others; it is never read. */
export const legendNames: Readonly<Record<Language, string>> = { vi: 'Hướng dẫn', en: 'How to fill in' }

type Choices = Readonly<Record<string, Readonly<Record<Language, string>>>>
export const unitKindNames: Choices = {
  ward: { vi: 'Phường', en: 'Ward' },
  commune: { vi: 'Xã', en: 'Commune' },
  township: { vi: 'Thị trấn', en: 'Township' },
  province_centre: { vi: 'Trung tâm hành chính công tỉnh', en: 'Provincial service centre' },
}
export const roleNames: Choices = {
  administrator: { vi: 'Quản trị tỉnh', en: 'Administrator' },
  commission: { vi: 'Ban Dân vận', en: 'Commission' },
  inspector: { vi: 'Người tiếp nhận phản ánh', en: 'Inspector' },
  unit_leader: { vi: 'Lãnh đạo đơn vị', en: 'Unit leader' },
  unit_clerk: { vi: 'Cán bộ đầu mối', en: 'Unit clerk' },
  officer: { vi: 'Cán bộ', en: 'Officer' },
}
export const yesNoNames: Choices = { true: { vi: 'có', en: 'yes' }, false: { vi: 'không', en: 'no' } }

/** How headers and choices are compared: composed, without case, blanks and marks of emphasis. */
export const plain = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\s*:_]+/g, ' ')
    .trim()
