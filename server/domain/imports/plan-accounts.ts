/** What rows of accounts would do: new accounts without passwords, further roles, locks. Nothing takes a role away. Pure. */
import type { Role } from '../../contract/accounts.ts'
import { mayAdminister, scopeNeeds } from '../access.ts'
import type { BaseAccount, BaseGrant, Circumstances, Writes } from './base.ts'
import type { Language } from './column-parts.ts'
import type { Directory } from './directory.ts'
import { roleNames, yesNoNames } from './names.ts'
import { Once, officerOf, type PlanRow, unitOf } from './rows.ts'

export function planAccounts(
  rows: PlanRow[],
  accounts: readonly BaseAccount[],
  directory: Directory,
  circumstances: Circumstances,
  writes: Writes,
): void {
  const { scope, language } = circumstances
  const once = new Once()
  const standing = new Map(accounts.map((account) => [account.username.toLowerCase(), account]))
  const after = new Map(accounts.map((account) => [account.account_id, { ...account, grants: [...account.grants] }]))
  const made = new Map<string, BaseAccount>()
  const locks = new Map<number, { active: boolean; row: PlanRow }>()
  for (const row of rows) {
    const username = row.text('username')
    const role = row.text('role') as Role | null
    row.label = [username, role && roleNames[role]?.[language]].filter(Boolean).join(' – ')
    if (!mayAdminister(scope)) row.fail('noun_forbidden', null)
    if (row.failed || username === null) continue
    const key = username.toLowerCase()
    const before = standing.get(key)
    const grant = role === null ? null : grantOf(row, role, directory, circumstances)
    if (row.failed) continue
    if (role === null && !before) row.fail('account_unknown', 'role', { value: username })
    once.refuse(row, `${key} ${grant ? [grant.role, grant.unit_id, grant.officer_id].join(' ') : ''}`, 'username')
    const active = row.flag('active') ?? (row.has('active') ? true : (before?.active ?? true))
    const account = before ?? made.get(key) ?? { account_id: -(made.size + 1), username, active, grants: [] }
    row.subject = account.account_id
    row.unit_id = grant?.unit_id ?? null
    if (!before && !made.has(key)) {
      made.set(key, account)
      writes.accounts.insert.push({ account_id: account.account_id, username, active })
      after.set(account.account_id, { ...account, grants: [] })
    }
    if (!before) row.outcome = 'new'
    const told = locks.get(account.account_id)
    if (told && told.active !== active) row.fail('duplicate_row', 'active', { line: told.row.line })
    if (!told) locks.set(account.account_id, { active, row })
    if (before && !told && active !== before.active) {
      const words = (flag: boolean) => yesNoNames[String(flag)]?.[language] ?? ''
      row.change('active', words(before.active), words(active))
      writes.accounts.active.push({ account_id: before.account_id, active })
    }
    const later = after.get(account.account_id) as BaseAccount
    later.active = active
    if (grant && !later.grants.some((held) => isSame(held, grant))) {
      // "My figures" are one person's.
      if (grant.role === 'officer' && later.grants.some((held) => held.role === 'officer')) {
        row.fail('role_held', 'role', { value: username })
      }
      if (before) row.change('role', written(before.grants, directory, language), written([grant], directory, language))
      later.grants.push(grant)
      writes.accounts.grants.push({ account_id: account.account_id, ...grant })
    }
  }
  const isOne = ({ active, grants }: BaseAccount) => active && grants.some(({ role }) => role === 'administrator')
  if ([...after.values()].some(isOne)) return
  for (const { account_id, active } of writes.accounts.active) {
    if (!active) locks.get(account_id)?.row.fail('last_administrator', 'active')
  }
}

const isSame = (one: BaseGrant, other: BaseGrant): boolean =>
  one.role === other.role && one.unit_id === other.unit_id && one.officer_id === other.officer_id

function written(grants: readonly BaseGrant[], directory: Directory, language: Language): string | null {
  const words = grants.map(({ role, unit_id }) => {
    const unit = unit_id === null ? undefined : directory.units.get(unit_id)?.unit
    return `${roleNames[role]?.[language] ?? role}${unit ? ` (${unit})` : ''}`
  })
  return words.join(', ') || null
}

/** The role with its place, as `scopeNeeds()` wants it; null after a problem. */
function grantOf(row: PlanRow, role: Role, directory: Directory, circumstances: Circumstances): BaseGrant | null {
  const needs = scopeNeeds(role)
  const namesUnit = row.text('unit_code') !== null || row.text('unit') !== null
  const namesOfficer = row.text('officer_code') !== null || row.text('officer') !== null
  if (namesOfficer && !needs.officer) row.fail('role_needs_scope', 'officer', { excess: 'officer' })
  if (namesUnit && needs.unit === 'no') row.fail('role_needs_scope', 'unit', { excess: 'unit' })
  if (row.failed) return null
  if (needs.unit === 'no' || (needs.unit === 'either' && !namesUnit)) return { role, unit_id: null, officer_id: null }
  const unit = unitOf(row, directory, circumstances)
  if (!unit) return null
  const officer = needs.officer ? officerOf(row, directory, unit) : null
  return row.failed ? null : { role, unit_id: unit.unit_id, officer_id: officer?.officer_id ?? null }
}
