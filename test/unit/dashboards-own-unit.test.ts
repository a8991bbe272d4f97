/** Whoever leads or keeps several units is in one of them at a time, with what they hold there. */
import t from 'tap'
import { inUnit, ownUnits } from '../../dashboards/own-unit.ts'
import type { Role, Session } from '../../server/contract/accounts.ts'

const unit = (unit_id: string) => ({ unit_id, name: `Xã ${unit_id}` })
const grant = (role: Role, unit_id: string | null = null) => ({
  role,
  unit: unit_id === null ? null : unit(unit_id),
  officer: role === 'officer' ? { officer_id: '9', name: 'Lò Thị Hoa' } : null,
})
function session(...grants: Session['grants']): Session {
  return {
    account: { account_id: '1', username: 'hoa', unit: grants.find(({ unit }) => unit)?.unit ?? null, officer: null },
    roles: [...new Set(grants.map(({ role }) => role))].sort(),
    grants,
    second_factor: 'none',
    second_factor_due_at: null,
  }
}

t.test(
  'units of leaders and clerks, each once; not the unit of an officer, nor one the commission watches',
  async (t) => {
    const grants = [
      grant('unit_leader', '2'),
      grant('unit_clerk', '2'),
      grant('unit_clerk', '3'),
      grant('officer', '4'),
    ]
    t.same(ownUnits(session(...grants, grant('commission', '5'), grant('administrator'))), [unit('2'), unit('3')])
    t.same(ownUnits(session(grant('inspector'))), [])
  },
)

t.test('with one unit, or none, the session is as the server told it', async (t) => {
  for (const one of [session(grant('unit_leader', '2'), grant('officer', '3')), session(grant('commission'))]) {
    t.equal(inUnit(one, '7'), one)
    t.equal(inUnit(one, null), one)
  }
})

t.test('in one of several only what is held there, beside what is held everywhere', async (t) => {
  const told = session(grant('unit_leader', '2'), grant('unit_clerk', '3'), grant('officer', '4'), grant('commission'))
  const shown = (unitId: string | null) => {
    const { account, roles, grants } = inUnit(told, unitId)
    return { unit: account.unit?.unit_id, roles, all: grants.length }
  }
  const first = { unit: '2', roles: ['commission', 'officer', 'unit_leader'], all: 4 }
  t.same(shown('2'), first)
  t.same(shown('3'), { unit: '3', roles: ['commission', 'officer', 'unit_clerk'], all: 4 })
  t.same(shown(null), first, 'none chosen yet: the first')
  t.same(shown('4'), first, 'not a unit they lead or keep')
  t.same(shown('99'), first, "somebody else's choice in this browser")
  t.same(inUnit(inUnit(told, '2'), '3'), inUnit(told, '3'), 'from one of them to another')
})
