/** What citizens said as far as it may be read, and the figures that are counted from it. */
import type { Generated } from 'kysely'

/** n1 to n5 count levels 1 to 5; `marks` holds kept counts of item i at 2i-1, broken at 2i (1-based); null = none. */
export interface Counts {
  n1: number
  n2: number
  n3: number
  n4: number
  n5: number
  service_only: number
  marks: number[] | null
}

export interface FigureTables {
  remarks: {
    rating_id: string
    unit_id: number
    counter_id: number
    local_day: string
    /** Null once destroyed; `masked` null until masked. */
    remark: string | null
    masked: string | null
    /** The officer who reads it and the day of the step it came with; both null = no officer does. */
    officer_id: number | null
    shown_on: string | null
  }
  integrity_reports: {
    report_id: string
    rating_id: string | null
    unit_id: number
    counter_id: number
    month: string
    items: string[]
    remark: string | null
    officer_id: number | null
  }
  tallies: Counts & {
    unit_id: number
    counter_id: number
    officer_id: number | null
    /** Its first day. */
    month: string
    set_aside: boolean
  }
  counter_activity: { counter_id: number; unit_id: number; last_day: string }
  unit_tallies: Counts & { unit_id: number; local_day: string; set_aside: boolean }
  /** Unit days summed over the calendar month (1) or year (12) that starts on a day. */
  unit_tally_spans: Counts & { unit_id: number; starts_on: string; months: 1 | 12; set_aside: boolean }
  steps: Counts & {
    unit_id: number
    counter_id: number
    officer_id: number | null
    local_day: string
    set_aside: boolean
    changes: number
  }
  unit_steps: Counts & { unit_id: number; local_day: string; set_aside: boolean }
  unit_step_spans: Counts & { unit_id: number; starts_on: string; months: 1 | 12; set_aside: boolean }
  step_months: Counts & {
    unit_id: number
    counter_id: number
    officer_id: number | null
    month: string
    set_aside: boolean
  }
  terminal_days: { terminal_id: number; local_day: string; judged_version: number | null }
  episodes: {
    episode_id: Generated<number>
    unit_id: number
    counter_id: number
    terminal_id: number
    local_day: string
    rule: string
    n: number
    rules_version: number
  }
  episode_ratings: { episode_id: number; rating_id: string; outcome: number | null }
  episode_proposals: {
    proposal_id: Generated<number>
    unit_id: number
    local_day: string
    rule: string
    episode_id: number | null
    wants: 'restore' | 'set_aside'
    reason: string
    proposed_by: number
    proposed_at: Date
    due_on: string
    outcome: 'accepted' | 'refused' | null
    answer: string | null
    decided_by: number | null
    decided_at: Date | null
  }
  counting_state: { singleton: boolean; counted_through: Date | null; moments_destroyed_through: string | null }
}

/** A rating as counting and verifying load it. */
export interface RatingToJudge {
  rating_id: string
  unit_id: number
  counter_id: number
  terminal_id: number
  local_day: string
  level: number
  /** As `packMarks` writes them. */
  marks: Buffer
  /** Corrected moment in epoch ms; null once destroyed. */
  at: number | null
  /** Epoch ms; null once destroyed. */
  received_at: number | null
  device_epoch: string | null
  sequence: number | null
  dwell_ms: number | null
  /** Code of server/domain/time.ts. */
  time_quality: number
  /** The verdict before; `judged` false = never counted. */
  judged: boolean
  officer_id: number | null
  set_aside: number | null
  noted: number | null
}

/** A part of a range as `coverRange()` makes them: sums of single days, months or years, added or taken away. */
export interface RangePart {
  months: 0 | 1 | 12
  first: string
  last: string
  sign: 1 | -1
}
