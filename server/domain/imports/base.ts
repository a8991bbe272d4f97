/** What an import is held against: the organisation as the importer may see it, and what would be written. */
import type { Role } from '../../contract/accounts.ts'
import type { ImportProblem, ImportRow } from '../../contract/imports.ts'
import type { Scope } from '../access.ts'
import type { Language } from './column-parts.ts'

/** Ids below zero stand for what the file itself makes: -1 is the first one. */
export interface BaseUnit {
  unit_id: number
  unit_code: string | null
  unit: string
  kind: string
  area: string | null
  valid_from: string | null
  valid_to: string | null
  hotline: string | null
  duty_leader_name: string | null
  duty_leader_phone: string | null
  counters_only: boolean
  predecessors: number[]
  version: number
}
export interface BaseCounter {
  counter_id: number
  unit_id: number
  counter: string
  service: string | null
  active: boolean
  version: number
  /** Tablets that are not revoked, and assignments that run after now. */
  tablets: number
  assignments: number
}
export interface BaseOfficer {
  officer_id: number
  unit_id: number
  officer_code: string | null
  officer: string
  title: string | null
  signed_on: string | null
  active: boolean
  version: number
  assignments: number
}
export interface BaseGrant {
  role: Role
  unit_id: number | null
  officer_id: number | null
}
export interface BaseAccount {
  account_id: number
  username: string
  active: boolean
  grants: BaseGrant[]
}
/** Epoch ms; `to` null = until changed. */
export interface BaseStay {
  assignment_id: number
  counter_id: number
  officer_id: number
  from: number
  to: number | null
}
export interface BaseAbsence {
  officer_id: number
  from: number
  to: number
}
export interface When {
  grain: 'day' | 'month'
  day: string
  procedure_group: string
}
export interface BaseVisits extends When {
  counter_id: number
  visits: number
}
export const dossierKeys = ['same_day', 'early', 'on_time', 'overdue'] as const
export interface BaseDossiers extends When, Record<(typeof dossierKeys)[number], number> {
  unit_id: number
}

export interface Base {
  units: BaseUnit[]
  counters: BaseCounter[]
  officers: BaseOfficer[]
  accounts: BaseAccount[]
  /** Asked for what the file names, and no more: these tables grow for years. */
  loadStays(counterIds: number[]): Promise<BaseStay[]>
  loadAbsences(officerIds: number[]): Promise<BaseAbsence[]>
  loadVisits(counterIds: number[], from: string, to: string): Promise<BaseVisits[]>
  loadDossiers(unitIds: number[], from: string, to: string): Promise<BaseDossiers[]>
}

export interface Writes {
  units: { insert: BaseUnit[]; update: BaseUnit[]; predecessors: { unit_id: number; predecessors: number[] }[] }
  counters: { insert: BaseCounter[]; update: BaseCounter[] }
  officers: { insert: BaseOfficer[]; update: BaseOfficer[] }
  accounts: {
    insert: { account_id: number; username: string; active: boolean }[]
    grants: ({ account_id: number } & BaseGrant)[]
    active: { account_id: number; active: boolean }[]
  }
  assignments: {
    remove: number[]
    move: { assignment_id: number; from: number; before: number | null; to: number | null }[]
    insert: { unit_id: number; counter_id: number; officer_id: number; from: number; to: number | null }[]
    /** Times whose ratings are counted anew. */
    spans: { counter_id: number; from: number; to: number | null }[]
  }
  visits: { insert: (BaseVisits & { unit_id: number })[]; update: (BaseVisits & { unit_id: number; before: number })[] }
  dossiers: { insert: BaseDossiers[]; update: { before: BaseDossiers; after: BaseDossiers }[] }
}

export const noWrites = (): Writes => ({
  units: { insert: [], update: [], predecessors: [] },
  counters: { insert: [], update: [] },
  officers: { insert: [], update: [] },
  accounts: { insert: [], grants: [], active: [] },
  assignments: { remove: [], move: [], insert: [], spans: [] },
  visits: { insert: [], update: [] },
  dossiers: { insert: [], update: [] },
})

export interface Circumstances {
  scope: Scope
  /** Epoch ms, and the office's day then. */
  now: number
  today: string
  /** Times before it are closed: their ratings cannot be counted anew. */
  closed_before: number
  language: Language
  /** Lets others have their turn; called every few hundred rows. */
  pause(): Promise<void>
}

/** A row and what the audit log says of it. */
export interface PlannedRow {
  row: ImportRow
  unit_id: number | null
  subject: number | null
  officer_id: number | null
}
export interface Plan {
  rows: PlannedRow[]
  problems: ImportProblem[]
  writes: Writes
}
