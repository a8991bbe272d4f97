/** Deeds of the log in words: each thing once, and no line that begins in the middle of one. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { AuditEntry } from '../../server/contract/audit.ts'

// The words stand in the page, as the build writes them.
const words = readFileSync(join(import.meta.dirname, '../../dashboards/i18n/vi.json'), 'utf8')
Object.assign(globalThis, { document: { getElementById: () => ({ textContent: words }) } })
const { inRuns, tell, tellRun } = await import('../../dashboards/deeds.ts')

const entryOf = (entry: Partial<AuditEntry>): AuditEntry => ({
  audit_id: '1',
  happened_at: '2026-11-27T03:34:00Z',
  account: null,
  action: 'terminal.create',
  unit: { unit_id: '2', name: 'Thị trấn Mộc Châu' },
  subject: {},
  detail: {},
  names: {},
  seal_number: 1,
  ...entry,
})
const shown = (parts: string[]): string => parts.join(' · ').replaceAll('\u00a0', '_')
const deed = (entry: Partial<AuditEntry>): string => shown(tell(entryOf(entry)))

t.test('what bears one name is told once, and the unit stands in its own place', async (t) => {
  const names = { 'counter_id 3': 'Quầy 1', 'terminal_id 9': 'Quầy 1', 'unit_id 2': 'Thị trấn Mộc Châu' }
  const subject = { unit_id: 2, counter_id: 3, terminal_id: 9 }
  t.equal(deed({ subject, detail: { name: 'Quầy 1' }, names }), 'máy_tính_bảng:_Quầy_1')
  t.equal(
    deed({ subject, detail: { name: 'Máy mới' }, names: { ...names, 'terminal_id 9': 'Máy cũ' } }),
    'quầy:_Quầy_1 · máy_tính_bảng:_Máy cũ · tên:_Máy mới',
    'and different names are all told',
  )
  t.equal(
    deed({ action: 'unit.end', subject: { unit_id: 2 }, detail: { valid_to: '2026-11-09' }, names }),
    'đơn_vị:_Thị trấn Mộc Châu · có_hiệu_lực_đến:_9/11/2026',
    'a deed about a unit names it',
  )
  t.equal(
    deed({
      action: 'roster.change',
      subject: { officer_id: 3, stand_in_id: 4 },
      names: { 'officer_id 3': 'Lò Thị Hoa', 'stand_in_id 4': 'Lò Thị Hoa' },
    }),
    'cán_bộ:_Lò Thị Hoa · người_thay:_Lò Thị Hoa',
    'two people of one name are two',
  )
  t.match(
    deed({ subject: { unit_id: 7 }, names: { 'unit_id 7': 'Xã Chiềng Khương' } }),
    'Xã Chiềng Khương',
    'another one',
  )
})

t.test(
  'a role and an officer stand among the rights given with them; two days that are the same stay two',
  async (t) => {
    const grants = [{ role: 'officer', unit_id: 2, officer_id: 3 }]
    const told = deed({
      action: 'account.create',
      subject: { account_id: 6 },
      detail: { role: 'officer', officer_id: 3, username: 'moi', grants },
      names: { 'account_id 6': 'moi', 'unit_id 2': 'Thị trấn Mộc Châu', 'officer_id 3': 'Lò Thị Hoa' },
    })
    t.equal(told, 'tài_khoản:_moi · vai_trò:_Cán bộ, đơn_vị:_Thị trấn Mộc Châu, cán_bộ:_Lò Thị Hoa')
    t.equal(
      deed({ action: 'report.make', detail: { to: '2026-11-09', from: '2026-11-09' } }),
      'từ:_9/11/2026 · đến:_9/11/2026',
    )
  },
)

t.test('a checksum may begin the next line', async (t) => {
  const sum = 'a'.repeat(64)
  t.match(deed({ action: 'export.make', detail: { sha256: sum } }), new RegExp(`: ${sum}$`))
})

t.test('what was asked stands before what was done; a report bears its number and year', async (t) => {
  t.equal(deed({ detail: { done: 'Đã kê ghế', asked: 'Thiếu ghế' } }), 'người_dân_góp_ý:_Thiếu ghế · đã_làm:_Đã kê ghế')
  t.equal(deed({ subject: { issued_report_id: 4 }, detail: { number: 1, year: 2026 } }), 'báo_cáo:_số_1/2026')
})

t.test('one night’s rewriting of closed months is one line, other deeds one each', async (t) => {
  const month = (month: string, ratings: number, seal_number: number) =>
    entryOf({ action: 'retention.rewrite', subject: { month }, detail: { ratings }, seal_number })
  const [august, july] = [month('2026-08-01', 438, 64), month('2026-07-01', 12, 63)]
  const earlier = { ...month('2026-06-01', 9, 20), happened_at: '2026-10-27T03:00:00Z' }
  const runs = inRuns([entryOf({}), entryOf({}), august, july, earlier])
  t.same(
    runs.map(({ length }) => length),
    [1, 1, 2, 1],
  )
  t.equal(shown(tellRun([august, july])), '7/2026:_12_lượt · 8/2026:_438_lượt')
  t.equal(shown(tellRun([earlier])), 'tháng:_6/2026 · số_lượt:_9')
})
