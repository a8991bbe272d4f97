/** Deeds of the log in words: each thing once, and no line that begins in the middle of one. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { AuditEntry } from '../../server/contract/audit.ts'

// The words stand in the page, as the build writes them.
const words = readFileSync(join(import.meta.dirname, '../../dashboards/i18n/vi.json'), 'utf8')
Object.assign(globalThis, { document: { getElementById: () => ({ textContent: words }) } })
const { tell } = await import('../../dashboards/deeds.ts')

const deed = (entry: Partial<AuditEntry>): string =>
  tell({
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
  }).replaceAll('\u00a0', '_')

t.test('what bears one name is told once, and the unit stands in its own place', async (t) => {
  const names = { 'counter_id 3': 'Quầy 1', 'terminal_id 9': 'Quầy 1', 'unit_id 2': 'Thị trấn Mộc Châu' }
  const subject = { unit_id: 2, counter_id: 3, terminal_id: 9 }
  t.equal(deed({ subject, detail: { name: 'Quầy 1' }, names }), 'máy tính bảng:_Quầy_1')
  t.equal(
    deed({ subject, detail: { name: 'Máy mới' }, names: { ...names, 'terminal_id 9': 'Máy cũ' } }),
    'quầy:_Quầy_1_· máy tính bảng:_Máy cũ_· tên:_Máy mới',
    'and different names are all told',
  )
  t.equal(
    deed({ action: 'unit.end', subject: { unit_id: 2 }, detail: { valid_to: '2026-11-09' }, names }),
    'đơn vị:_Thị trấn Mộc Châu_· có hiệu lực đến:_9/11/2026',
    'a deed about a unit names it',
  )
  t.equal(
    deed({
      action: 'roster.change',
      subject: { officer_id: 3, stand_in_id: 4 },
      names: { 'officer_id 3': 'Lò Thị Hoa', 'stand_in_id 4': 'Lò Thị Hoa' },
    }),
    'cán bộ:_Lò Thị Hoa_· người thay:_Lò Thị Hoa',
    'two people of one name are two',
  )
  t.match(
    deed({ subject: { unit_id: 7 }, names: { 'unit_id 7': 'Xã Chiềng Khương' } }),
    'Xã Chiềng Khương',
    'another one',
  )
})

t.test('a role stands among the rights given with it; two days that are the same stay two', async (t) => {
  const grants = [{ role: 'unit_clerk', unit_id: 2 }]
  const told = deed({
    action: 'account.create',
    subject: { account_id: 6 },
    detail: { role: 'unit_clerk', username: 'moi', grants },
    names: { 'account_id 6': 'moi', 'unit_id 2': 'Thị trấn Mộc Châu' },
  })
  t.equal(told, 'tài khoản:_moi_· các quyền (vai trò:_Cán bộ đầu mối, đơn vị:_Thị trấn Mộc Châu)')
  t.equal(
    deed({ action: 'report.make', detail: { to: '2026-11-09', from: '2026-11-09' } }),
    'từ:_9/11/2026_· đến:_9/11/2026',
  )
})

t.test('a checksum may begin the next line', async (t) => {
  const sum = 'a'.repeat(64)
  t.match(deed({ action: 'export.make', detail: { sha256: sum } }), new RegExp(`: ${sum}$`))
})
