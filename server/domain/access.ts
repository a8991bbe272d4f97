/** Who may read and do what: pure rules over a scope. The database refuses the same things once more. */
import type { Role } from '../contract/accounts.ts'
import type { Viewer } from './disclosure.ts'

/**
 * The reach of one account. `unit_id` is the unit of leaders, clerks and officers (null for the province), `units` the units
 * whose rows it may touch at all; roles decide what it may do with them.
 */
export type Scope = {
  account_id: number
  roles: readonly Role[]
  units: readonly number[] | 'all'
  officer_id: number | null
  unit_id: number | null
}

const provinceRoles: readonly Role[] = ['administrator', 'commission', 'inspector']

/** The scope of an account's record: every unit for the roles of the province, else its own unit or none. */
export function scopeOf(account: Omit<Scope, 'units'>): Scope {
  const province = account.roles.some((role) => provinceRoles.includes(role))
  return { ...account, units: province ? 'all' : account.unit_id === null ? [] : [account.unit_id] }
}

const has = (scope: Scope, role: Role): boolean => scope.roles.includes(role)

/** A role of the province in one of its units. */
const inProvince = (scope: Scope, role: Role, unit_id: number): boolean =>
  has(scope, role) && (scope.units === 'all' || scope.units.includes(unit_id))

/**
 * A role of a unit in that very unit. By `unit_id`, never by `units`: a leader who is also an administrator touches the rows of
 * all units but leads one.
 */
const inUnit = (scope: Scope, role: Role, unit_id: number): boolean => has(scope, role) && scope.unit_id === unit_id

/** Whether the account is this officer. */
export function isSelf(scope: Scope, officer_id: number): boolean {
  return has(scope, 'officer') && scope.officer_id === officer_id
}

/** The unit's own figure, its series and commitments: commission, administrator; leader and clerk of the unit. */
export function mayReadUnit(scope: Scope, unit_id: number): boolean {
  return (
    inProvince(scope, 'commission', unit_id) ||
    inProvince(scope, 'administrator', unit_id) ||
    inUnit(scope, 'unit_leader', unit_id) ||
    inUnit(scope, 'unit_clerk', unit_id)
  )
}

/**
 * Everything below the unit: figures of its counters, of all its officers, ratings without an officer. Not the clerk, for
 * whom a counter with one officer would be that officer's figure.
 */
export function mayReadBelowUnit(scope: Scope, unit_id: number): boolean {
  return (
    inProvince(scope, 'commission', unit_id) ||
    inProvince(scope, 'administrator', unit_id) ||
    inUnit(scope, 'unit_leader', unit_id)
  )
}

/** One officer's figure, `unit_id` being the officer's unit: the officer, and whoever may read below that unit. */
export function mayReadOfficerFigures(scope: Scope, unit_id: number, officer_id: number): boolean {
  return isSelf(scope, officer_id) || mayReadBelowUnit(scope, unit_id)
}

/** As whom the account looks at an officer's figure it may read: `self` sees the levels from 5 ratings on. */
export function viewerOf(scope: Scope, officer_id: number): Viewer {
  if (isSelf(scope, officer_id)) return 'self'
  return scope.unit_id === null ? 'commission' : 'leader'
}

/**
 * Whether unit totals are shown as they stand, not in steps: the province only. Whoever belongs to a unit sees who comes and
 * goes there, and could read the single rating off a total that moves.
 */
export function seesLiveTotals(scope: Scope): boolean {
  return scope.unit_id === null && (has(scope, 'commission') || has(scope, 'administrator'))
}

/** Remarks: commission everywhere, leader in the own unit; no clerk, no administrator, no officer. */
export function mayReadRemarks(scope: Scope, unit_id: number): boolean {
  return inProvince(scope, 'commission', unit_id) || inUnit(scope, 'unit_leader', unit_id)
}

/** Names of counters, officers, assignments and terminals of a unit: everyone who reads its figures or keeps its roster. */
export function mayReadRoster(scope: Scope, unit_id: number): boolean {
  return mayReadUnit(scope, unit_id)
}

/**
 * Changing counters, officers, assignments and terminals of a unit: administrator, the unit's clerk and its leader. A small
 * ward has no clerk to spare; what a leader moves is counted again by the same rules and stands in the audit log.
 */
export function mayManageRoster(scope: Scope, unit_id: number): boolean {
  return (
    inProvince(scope, 'administrator', unit_id) ||
    inUnit(scope, 'unit_clerk', unit_id) ||
    inUnit(scope, 'unit_leader', unit_id)
  )
}

/** Units, accounts and settings of the province: administrator. */
export function mayAdminister(scope: Scope): boolean {
  return has(scope, 'administrator')
}

/** Integrity reports: inspectors alone, whatever else is refused or granted to them. */
export function mayReadIntegrity(scope: Scope): boolean {
  return has(scope, 'inspector')
}
