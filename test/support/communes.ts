/** 75 communes in one workbook, as a province would bring them: units, counters and, when asked, accounts of their leaders. */
import { workbook } from './import-files.ts'

export const communes = Array.from({ length: 75 }, (_, i) => `Xã Thứ ${String(i + 1).padStart(2, '0')}`)

interface Wanted {
  counters?: readonly string[]
  accounts?: boolean
  /** The kind that the seventh commune bears. */
  kind?: string
  hidden?: number[]
}

/** As a file input takes it. */
export function communesFile({ counters = ['Quầy 1'], accounts = false, kind = 'Xã', hidden = [] }: Wanted = {}) {
  const units = [
    ['Mã đơn vị', 'Tên đơn vị', 'Loại'],
    ...communes.map((name, i) => [`C${i}`, name, i === 6 ? kind : 'Xã']),
  ]
  const desks = [
    ['Đơn vị', 'Tên quầy', 'Lĩnh vực'],
    ...communes.flatMap((name) => counters.map((counter) => [name, counter, 'Hộ tịch'])),
  ]
  const leaders = [
    ['username', 'role', 'unit'],
    ...communes.map((name, i) => [`lanhdao.${i}`, 'Lãnh đạo đơn vị', name]),
  ]
  return {
    name: '75 xã.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: workbook([
      { name: 'Đơn vị', rows: units, hiddenRows: hidden },
      { name: 'Quầy', rows: desks },
      ...(accounts ? [{ name: 'Tài khoản', rows: leaders }] : []),
    ]),
  }
}
