/** What columns of tables are made of, and those that several tables have. */

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

export type Words = [vi: string, en: string]
export const both = ([vi, en]: Words) => ({ vi, en })
export const column = (
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

export const UNIT_CODE = /^[A-Za-z0-9.-]{1,20}$/
export const OFFICER_CODE = /^[A-Za-z0-9./-]{1,40}$/

export const idColumn = (key: string) =>
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
export const unitColumns = [
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
export const counterColumn = column(
  'counter',
  'text',
  ['Quầy', 'Counter'],
  ['Tên quầy trong đơn vị.', 'The counter’s name within its unit.'],
  'Quầy 1',
  { required: true, most: 200 },
)
export const officerColumns = [
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
export const activeColumn = (of: Words) => column('active', 'yes_no', ['Đang dùng', 'Active'], of, ['có', 'yes'])
export const toldColumns = [
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
export const dossiersColumn = (key: string, title: Words, help: Words) =>
  column(key, 'count', title, help, '12', { required: true, most: 1_000_000 })
