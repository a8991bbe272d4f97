/** Who serves where and when, who is away, and what officers say was not them. */
import type { Generated } from 'kysely'
import type { Json } from './json.ts'

export interface RosterTables {
  assignments: {
    assignment_id: Generated<number>
    unit_id: number
    counter_id: number
    officer_id: number
    /** A tstzrange; write with tstzrange(), read with lower() and upper(). */
    during: string
    created_at: Generated<Date>
  }
  absences: {
    absence_id: Generated<number>
    unit_id: number
    officer_id: number
    /** A tstzrange with both ends. */
    during: string
    active: Generated<boolean>
    created_at: Generated<Date>
  }
  roster_changes: {
    change_id: Generated<number>
    unit_id: number
    account_id: number | null
    absence_id: number | null
    kind: 'change' | 'absence' | 'week'
    made_at: Date
    starts_at: Date
    ends_at: Date | null
    reason: string | null
    places: Json<unknown>
    undone_at: Date | null
  }
  roster_doubts: {
    doubt_id: Generated<number>
    unit_id: number
    officer_id: number
    counter_id: number
    day: string
    part: 'morning' | 'afternoon' | 'day'
    note: string | null
    raised_at: Date
    due_on: string
    outcome: 'corrected' | 'stands' | null
    answer: string | null
    settled_at: Date | null
    settled_by: number | null
  }
}
