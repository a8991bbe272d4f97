/** Who may read and do what: pure rules over a scope. The database refuses the same things once more. */
import type { Role } from '../contract/accounts.ts'
import type { CaseKind } from '../contract/cases.ts'
import type { Viewer } from './disclosure.ts'

/** One role and where it is held: `unit_id` null = the whole province, `officer_id` the officer an `officer` is. */
export interface Grant {
  readonly role: Role
  readonly unit_id: number | null
  readonly officer_id: number | null
}

/**
 * The reach of one account. `grants` decide; the rest follows from them: `roles` each once, `units` the units whose rows it
 * may touch at all, `officer_id` the officer it is, if any.
 */
export interface Scope {
  readonly account_id: number
  readonly grants: readonly Grant[]
  readonly roles: readonly Role[]
  readonly units: readonly number[] | 'all'
  readonly officer_id: number | null
}

/** The scope of an account that holds these grants. */
export function scopeOf(account_id: number, grants: readonly Grant[]): Scope {
  const units = grants.map(({ unit_id }) => unit_id)
  return {
    account_id,
    grants,
    roles: [...new Set(grants.map(({ role }) => role))],
    units: units.includes(null) ? 'all' : [...new Set(units.filter((unit_id) => unit_id !== null))],
    officer_id: grants.find(({ role }) => role === 'officer')?.officer_id ?? null,
  }
}

/** The same for two accounts whose grants reach equally far: whatever follows from grants alone, they may share. */
export const reachOf = ({ grants }: Scope): string => JSON.stringify(grants)

/** What a grant of the role must name. `either`: the commission watches the province, or the units assigned to a member. */
export function scopeNeeds(role: Role): { unit: 'yes' | 'no' | 'either'; officer: boolean } {
  if (role === 'officer') return { unit: 'yes', officer: true }
  if (role === 'unit_leader' || role === 'unit_clerk') return { unit: 'yes', officer: false }
  return { unit: role === 'commission' ? 'either' : 'no', officer: false }
}

/** Units of which an account is told live how many ratings came and what the tablets say: never by being an officer or inspector. */
export function liveUnits(scope: Scope): 'all' | ReadonlySet<number> {
  const told = scope.grants.filter(({ role }) => role !== 'officer' && role !== 'inspector')
  if (told.some(({ unit_id }) => unit_id === null)) return 'all'
  return new Set(told.flatMap(({ unit_id }) => unit_id ?? []))
}

/** A role held in that very unit or in the whole province. Never put together from one grant's role and another's unit. */
const holds = (scope: Scope, role: Role, unit_id: number): boolean =>
  scope.grants.some((grant) => grant.role === role && (grant.unit_id === unit_id || grant.unit_id === null))

const holdsEverywhere = (scope: Scope, role: Role): boolean =>
  scope.grants.some((grant) => grant.role === role && grant.unit_id === null)

const has = (scope: Scope, role: Role): boolean => scope.roles.includes(role)

/** Whoever belongs to a unit sees who comes and goes there. */
const belongsToUnit = (scope: Scope): boolean =>
  has(scope, 'unit_leader') || has(scope, 'unit_clerk') || has(scope, 'officer')

/** Whether the account is this officer. */
export function isSelf(scope: Scope, officer_id: number): boolean {
  return has(scope, 'officer') && scope.officer_id === officer_id
}

/** The unit's own figure, its series and commitments: commission, administrator; leader and clerk of the unit. */
export function mayReadUnit(scope: Scope, unit_id: number): boolean {
  return (
    holds(scope, 'commission', unit_id) ||
    holds(scope, 'administrator', unit_id) ||
    holds(scope, 'unit_leader', unit_id) ||
    holds(scope, 'unit_clerk', unit_id)
  )
}

/**
 * Everything below the unit: figures of its counters, of all its officers, ratings without an officer. Not the clerk, for
 * whom a counter with one officer would be that officer's figure.
 */
export function mayReadBelowUnit(scope: Scope, unit_id: number): boolean {
  return (
    holds(scope, 'commission', unit_id) ||
    holds(scope, 'administrator', unit_id) ||
    holds(scope, 'unit_leader', unit_id)
  )
}

/** One officer's figure, `unit_id` being the officer's unit: the officer, and whoever may read below that unit. */
export function mayReadOfficerFigures(scope: Scope, unit_id: number, officer_id: number): boolean {
  return isSelf(scope, officer_id) || mayReadBelowUnit(scope, unit_id)
}

/** As whom the account looks at the figure of an officer of that unit which it may read: `self` sees the levels from 5 on. */
export function viewerOf(scope: Scope, unit_id: number, officer_id: number): Viewer {
  if (isSelf(scope, officer_id)) return 'self'
  return holds(scope, 'unit_leader', unit_id) ? 'leader' : 'commission'
}

/**
 * Whether unit totals are shown as they stand, not in steps: the province only. Whoever belongs to a unit sees who comes and
 * goes there, and could read the single rating off a total that moves.
 */
export function seesLiveTotals(scope: Scope): boolean {
  return !belongsToUnit(scope) && (has(scope, 'commission') || has(scope, 'administrator'))
}

/** Remarks of a unit: commission everywhere, leader in the own unit; no clerk, no administrator, no officer. */
export function mayReadRemarks(scope: Scope, unit_id: number): boolean {
  return holds(scope, 'commission', unit_id) || holds(scope, 'unit_leader', unit_id)
}

/**
 * Remarks made at an officer's service, `unit_id` being the officer's unit: the officer alone, and not who reads those of the
 * unit, where each appears the day after it was written: both lists together would tell of whom it was said on which day.
 */
export function mayReadOwnRemarks(scope: Scope, unit_id: number, officer_id: number): boolean {
  return isSelf(scope, officer_id) && !mayReadRemarks(scope, unit_id)
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
    holds(scope, 'administrator', unit_id) ||
    holds(scope, 'unit_clerk', unit_id) ||
    holds(scope, 'unit_leader', unit_id)
  )
}

/** Units, accounts and settings of the province: administrator. */
export function mayAdminister(scope: Scope): boolean {
  return has(scope, 'administrator')
}

/** Drafts and letterheads of official reports, and issued ones: of the province (null) or of a unit. */
export function mayReportOn(scope: Scope, unit_id: number | null): boolean {
  return unit_id === null
    ? holdsEverywhere(scope, 'commission') || holdsEverywhere(scope, 'administrator')
    : mayReadBelowUnit(scope, unit_id)
}

/** Issuing a report: whoever answers for what it says. An administrator keeps letterheads and reads, but signs nothing. */
export function mayIssueOn(scope: Scope, unit_id: number | null): boolean {
  return unit_id === null
    ? holdsEverywhere(scope, 'commission')
    : holds(scope, 'commission', unit_id) || holds(scope, 'unit_leader', unit_id)
}

/** The unit's public board: its leader opens it and answers for its words. */
export function mayKeepBoard(scope: Scope, unit_id: number): boolean {
  return holds(scope, 'unit_leader', unit_id)
}

/** Integrity reports: inspectors alone, whatever else is refused or granted to them. */
export function mayReadIntegrity(scope: Scope): boolean {
  return has(scope, 'inspector')
}

/** Asking that an episode's ratings count again or be set aside: the unit's leader. */
export function mayPropose(scope: Scope, unit_id: number): boolean {
  return holds(scope, 'unit_leader', unit_id)
}

/** Deciding about what a unit asks: the commission, and nobody who belongs to that unit, whatever else they are. */
export function mayDecideOn(scope: Scope, unit_id: number): boolean {
  return (
    holds(scope, 'commission', unit_id) &&
    !scope.grants.some((grant) => grant.role !== 'commission' && grant.unit_id === unit_id)
  )
}

/** Deciding about a proposal: nobody who asked for it. */
export function mayDecideProposal(scope: Scope, proposal: { unit_id: number; proposed_by: number }): boolean {
  return mayDecideOn(scope, proposal.unit_id) && scope.account_id !== proposal.proposed_by
}

/** Taking up a matter, answering an explanation, advising on a review: the unit's leader. */
export function mayLeadCases(scope: Scope, unit_id: number): boolean {
  return holds(scope, 'unit_leader', unit_id)
}

/**
 * Reading a case: of an officer's own, that officer; the unit's leader; reviews and matters also the commission, and
 * explanations where there was no other leader to answer them; matters and doubts also the clerk.
 */
export function mayReadCase(
  scope: Scope,
  it: { kind: CaseKind; unit_id: number; officer_id: number | null; without_leader: boolean },
): boolean {
  return (
    (it.officer_id !== null && isSelf(scope, it.officer_id)) ||
    holds(scope, 'unit_leader', it.unit_id) ||
    ((it.kind !== 'explanation' || it.without_leader) && holds(scope, 'commission', it.unit_id)) ||
    ((it.kind === 'matter' || it.kind === 'doubt') && holds(scope, 'unit_clerk', it.unit_id))
  )
}

/** How many cases of a unit were due and answered in time: numbers, for whoever reads below the unit. */
export function mayCountCases(scope: Scope, unit_id: number): boolean {
  return mayReadBelowUnit(scope, unit_id)
}

/**
 * Recording what tablets say, and approving what another person recorded: who keeps the unit's roster; for the whole
 * province (`unit_id` null) administrators.
 */
export function mayKeepVoice(scope: Scope, unit_id: number | null): boolean {
  return unit_id === null ? mayAdminister(scope) : mayManageRoster(scope, unit_id)
}

/** Whether kept ratings count in this unit: its leader, or the province. Not the clerk, who sets tablets up and ends pairings. */
export function mayDecideQuarantine(scope: Scope, unit_id: number): boolean {
  return holds(scope, 'administrator', unit_id) || holds(scope, 'unit_leader', unit_id)
}

const DAY_MS = 86_400_000
/** A second factor is required this long after the first log-in. */
export const SECOND_FACTOR_DAYS = 7

export interface SecondFactorState {
  /** `none`: not asked for; `due`: to be set up; `done`: this session was begun with one. */
  readonly state: 'none' | 'due' | 'done'
  /** When `due`: from then on nothing but setting it up is possible, epoch ms; else null. */
  readonly due_at: number | null
}

/** Roles that reach far are asked for a second factor: those of the province, and leaders. */
export function asksSecondFactor(roles: readonly Role[]): boolean {
  return roles.includes('unit_leader') || belongsToProvince(roles)
}

/** Roles of the province show a code at every log-in; a leader may trust a device of their own. */
export function belongsToProvince(roles: readonly Role[]): boolean {
  return roles.some((role) => role === 'administrator' || role === 'commission' || role === 'inspector')
}

/** What a session still owes. A trusted device counts as a second factor shown. */
export function secondFactorState(session: {
  roles: readonly Role[]
  second_factor: boolean
  has_second_factor: boolean
  second_factor_waived: boolean
  first_login_at: Date | null
  created_at: Date
}): SecondFactorState {
  if (session.second_factor) return { state: 'done', due_at: null }
  if (session.has_second_factor) return { state: 'due', due_at: 0 }
  if (session.second_factor_waived || !asksSecondFactor(session.roles)) return { state: 'none', due_at: null }
  return {
    state: 'due',
    due_at: (session.first_login_at ?? session.created_at).getTime() + SECOND_FACTOR_DAYS * DAY_MS,
  }
}
