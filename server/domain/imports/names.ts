/** What sheets and choices are called in both languages, and how words of a file are compared with them. */
import type { ImportNoun } from '../../contract/imports.ts'
import { normalise } from '../../contract/text.ts'
import type { Language } from './column-parts.ts'

export const sheetNames: Readonly<Record<ImportNoun, Readonly<Record<Language, string>>>> = {
  units: { vi: 'Đơn vị', en: 'Units' },
  counters: { vi: 'Quầy', en: 'Counters' },
  officers: { vi: 'Cán bộ', en: 'Officers' },
  accounts: { vi: 'Tài khoản', en: 'Accounts' },
  assignments: { vi: 'Phân công', en: 'Assignments' },
  visits: { vi: 'Lượt phục vụ', en: 'Visits' },
  dossiers: { vi: 'Hồ sơ', en: 'Dossiers' },
}
/** The sheet of a template that explains the others; it is never read. */
export const legendNames: Readonly<Record<Language, string>> = { vi: 'Hướng dẫn', en: 'How to fill in' }

type Choices = Readonly<Record<string, Readonly<Record<Language, string>>>>
export const unitKindNames: Choices = {
  ward: { vi: 'Phường', en: 'Ward' },
  commune: { vi: 'Xã', en: 'Commune' },
  township: { vi: 'Thị trấn', en: 'Township' },
  province_centre: { vi: 'Trung tâm Phục vụ hành chính công tỉnh', en: 'Provincial public service centre' },
}
export const roleNames: Choices = {
  administrator: { vi: 'Quản trị viên tỉnh', en: 'Administrator' },
  commission: { vi: 'Ban Dân vận', en: 'Commission' },
  inspector: { vi: 'Người tiếp nhận phản ánh', en: 'Inspector' },
  unit_leader: { vi: 'Lãnh đạo đơn vị', en: 'Unit leader' },
  unit_clerk: { vi: 'Cán bộ đầu mối', en: 'Unit clerk' },
  officer: { vi: 'Cán bộ', en: 'Officer' },
}
export const yesNoNames: Choices = { true: { vi: 'có', en: 'yes' }, false: { vi: 'không', en: 'no' } }

/** What earlier templates called them: a file made then is still read. */
const formerly = new Map([
  ['lượt giải quyết', 'lượt phục vụ'],
  ['made of', 'formed from'],
  ['quản trị tỉnh', 'quản trị viên tỉnh'],
  ['trung tâm hành chính công tỉnh', 'trung tâm phục vụ hành chính công tỉnh'],
  ['provincial service centre', 'provincial public service centre'],
])

/** How headers and choices are compared: composed, without case, blanks and marks of emphasis, by the name of today. */
export function plain(text: string): string {
  const words = normalise(text)
    .toLowerCase()
    .replaceAll(/[\s*:_]+/g, ' ')
    .trim()
  return formerly.get(words) ?? words
}
