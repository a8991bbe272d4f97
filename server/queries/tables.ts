/** The columns of every table that Kysely or a row type speaks of; reached through database.ts. */
import type { ColumnType, Generated } from 'kysely'
import type { ClipName, SoundType, VoiceState } from '../contract/voices.ts'

type Json<T> = ColumnType<T, string, string>

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

export interface Tables {
  server_state: { singleton: boolean; epoch: string; created_at: Date; restored_through: Date | null }
  verified_backups: {
    backup_id: Generated<number>
    cut_off: Date
    verified_at: Date
    sha256: Buffer
    ratings: number
  }
  settings: { key: string; value: Json<unknown> }
  commitments: { item_id: number; commitment: string }
  catalogues: { catalogue_id: number; version: string; published_at: Date }
  catalogue_items: {
    catalogue_id: number
    item_id: number
    position: number
    family: 'please' | 'always' | 'no' | 'service'
    kind: 'conduct' | 'service' | 'integrity'
    labels: Json<Record<string, { official: string; kept: string; broken: string }>>
  }
  units: {
    unit_id: Generated<number>
    name: string
    kind: 'ward' | 'commune' | 'township' | 'province_centre'
    valid_from: string | null
    valid_to: string | null
    hotline: string | null
    duty_leader_name: string | null
    duty_leader_phone: string | null
    hours: Json<unknown> | null
    catalogue_id: number | null
    created_at: Generated<Date>
    version: Generated<number>
    counters_only: Generated<boolean>
    code: string | null
    area: string | null
  }
  counters: {
    counter_id: Generated<number>
    unit_id: number
    name: string
    service: string | null
    active: Generated<boolean>
    created_at: Generated<Date>
    version: Generated<number>
  }
  officers: {
    officer_id: Generated<number>
    unit_id: number
    code: string | null
    name: string
    title: string | null
    signed_on: string | null
    active: Generated<boolean>
    created_at: Generated<Date>
    version: Generated<number>
  }
  assignments: {
    assignment_id: Generated<number>
    unit_id: number
    counter_id: number
    officer_id: number
    /** A tstzrange; write with tstzrange(), read with lower() and upper(). */
    during: string
    created_at: Generated<Date>
  }
  holidays: {
    holiday_id: Generated<number>
    /** Null = in the whole province. */
    unit_id: number | null
    day: string
    kind: 'off' | 'working'
    name: string
    provisional: Generated<boolean>
    active: Generated<boolean>
    created_at: Generated<Date>
    version: Generated<number>
  }
  unit_predecessors: { unit_id: number; predecessor_id: number }
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
    outcome: 'corrected' | 'stands' | null
    answer: string | null
    settled_at: Date | null
    settled_by: number | null
  }
  terminals: {
    terminal_id: Generated<number>
    unit_id: number
    counter_id: number
    name: string
    pairing_code_hash: Buffer | null
    pairing_code_expires_at: Date | null
    token_hash: Buffer | null
    paired_at: Date | null
    revoked_at: Date | null
    created_at: Generated<Date>
  }
  terminal_placements: { terminal_id: number; unit_id: number; counter_id: number; until_at: Date }
  terminal_contacts: {
    terminal_id: number
    unit_id: number
    last_contact_at: Date
    queue_length: number | null
    oldest_at: Date | null
    rejected_length: number | null
    version: string | null
    details: Json<unknown> | null
  }
  device_sequences: {
    unit_id: number
    device_epoch: string
    terminal_id: number
    highest: number
    received: number
    repeated: number
  }
  voice_sets: {
    voice_set_id: Generated<number>
    unit_id: number | null
    language: string
    name: string
    stand_in: Generated<boolean>
    state: Generated<VoiceState>
    note: string | null
    recorders: Generated<number[]>
    clips: Generated<number>
    approved_by: number | null
    approved_at: Date | null
    created_at: Date
    changed_at: Date
  }
  voice_clips: {
    voice_set_id: number
    clip: ClipName
    sha256: Buffer
    media_type: SoundType
    duration_ms: number
    content: Buffer
    recorded_by: number
    recorded_at: Date
  }
  service_pins: { unit_id: number; salt: Buffer; hash: Buffer; iterations: number; set_by: number; set_at: Date }
  accounts: {
    account_id: Generated<number>
    username: string
    password_hash: string | null
    password_changed_at: Date | null
    first_login_at: Date | null
    second_factor_waived: Generated<boolean>
    active: Generated<boolean>
    created_at: Generated<Date>
  }
  account_roles: {
    grant_id: Generated<number>
    account_id: number
    role: string
    unit_id: number | null
    officer_id: number | null
    granted_at: Generated<Date>
    ended_at: Date | null
  }
  sessions: {
    session_id: Generated<number>
    token_hash: Buffer
    account_id: number
    created_at: Date
    last_seen_at: Date
    second_factor: Generated<boolean>
    address: string | null
    user_agent: string | null
  }
  account_links: {
    link_id: Generated<number>
    token_hash: Buffer
    account_id: number
    kind: 'invitation' | 'reset'
    created_by: number | null
    expires_at: Date
    used_at: Date | null
  }
  second_factors: { account_id: number; secret: Buffer; confirmed_at: Date | null; last_step: Generated<number> }
  recovery_codes: { account_id: number; code_hash: Buffer; used_at: Date | null }
  trusted_devices: { token_hash: Buffer; account_id: number; created_at: Date; expires_at: Date }
  login_failures: { failure_id: Generated<number>; username_hash: Buffer; address: string; failed_at: Date }
  setup_links: { token_hash: Buffer; expires_at: Date; used_at: Date | null }
  audit: {
    audit_id: Generated<number>
    happened_at: Generated<Date>
    account_id: number | null
    action: string
    unit_id: number | null
    subject: Json<unknown>
    detail: Json<unknown>
  }
  audit_inbox: { audit_id: number }
  audit_seals: { seal_number: number; audit_id: number; mac: Buffer }
  remarks: {
    rating_id: string
    unit_id: number
    counter_id: number
    local_day: string
    /** Null once destroyed; `masked` null until masked. */
    remark: string | null
    masked: string | null
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
    outcome: 'accepted' | 'refused' | null
    answer: string | null
    decided_by: number | null
    decided_at: Date | null
  }
  counting_state: { singleton: boolean; counted_through: Date | null; moments_destroyed_through: string | null }
  letterheads: {
    letterhead_id: Generated<number>
    unit_id: number | null
    form: 'party' | 'state'
    superior: string
    body: string
    place: string
    code: string
    signer_title: string
    signer_name: string
    recipients: string[]
  }
  issued_reports: {
    issued_report_id: Generated<number>
    unit_id: number | null
    year: number
    number: number
    from_day: string
    to_day: string
    language: 'vi' | 'en'
    cut_off: Date
    issued_by: number
    audit_head: string | null
    document: Json<unknown>
    docx: Buffer
    pdf: Buffer
    xlsx: Buffer
  }
  boards: { unit_id: number; is_open: boolean; procedures_url: string | null; version: Generated<number> }
  board_answers: {
    answer_id: Generated<number>
    unit_id: number
    asked: string
    done: string
    written_on: string
    shown: Generated<boolean>
    version: Generated<number>
  }
  board_months: {
    unit_id: number
    month: string
    closed_on: string
    n: number | null
    satisfied: number | null
    visits: number | null
  }
  imports: {
    import_id: Generated<number>
    account_id: number
    file_name: string
    sha256: Buffer
    language: 'vi' | 'en'
    state: 'checked' | 'applying' | 'applied' | 'stale' | 'cancelled'
    plan_digest: Buffer
    sheets: Json<unknown>
    problems: Json<unknown>
    problem_count: number
    tables: Json<unknown> | null
    plan_rows: Json<unknown> | null
    done: Generated<number>
    total: Generated<number>
    accounts: Generated<number[]>
    made_at: Date
    changed_at: Date
  }
}

/** A rating as counting and verifying load it. */
export interface RatingToJudge {
  rating_id: string
  unit_id: number
  counter_id: number
  terminal_id: number
  local_day: string
  level: number
  kept: number
  broken: number
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
