/** Everything that is held about one officer, as it is read from the tables and drawn into the workbook they get. */
import type { RosterDoubt } from './roster.ts'

export interface OfficerData {
  officer: {
    unit_id: number
    unit: string
    code: string | null
    name: string
    title: string | null
    signed_on: string | null
    active: boolean
    created_at: Date
  }
  stays: { counter: string; from: number; to: number | null }[]
  absences: { from: number; to: number; active: boolean }[]
  doubts: {
    counter: string
    day: string
    part: RosterDoubt['part']
    note: string | null
    raised_at: Date
    due_on: string
    outcome: RosterDoubt['outcome']
    answer: string | null
    settled_at: Date | null
  }[]
  /** Explanations and reviews; none for an administrator, who may not read them. */
  cases: {
    kind: 'explanation' | 'review'
    about_from: string
    about_to: string
    words: string
    opened_at: Date
    due_on: string
    advice: 'uphold' | 'refuse' | null
    advice_text: string | null
    advised_at: Date | null
    outcome: 'noted' | 'upheld' | 'refused' | null
    answer: string | null
    answered_at: Date | null
  }[]
  accounts: {
    account_id: number
    username: string
    active: boolean
    created_at: Date
    first_login_at: Date | null
    password_changed_at: Date | null
    second_factor: boolean
  }[]
  /** Every role of these accounts, also those that ended; `unit` null = the whole province. */
  grants: { username: string; role: string; unit: string | null; granted_at: Date; ended_at: Date | null }[]
  /** Where no code is asked for, until when. */
  devices: { username: string; created_at: Date; expires_at: Date }[]
  sessions: {
    username: string
    created_at: Date
    last_seen_at: Date
    address: string | null
    user_agent: string | null
  }[]
  deeds: { happened_at: Date; action: string }[]
}
