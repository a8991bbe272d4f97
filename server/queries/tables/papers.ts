/** What goes out and comes in as a whole: issued reports, their mails, public boards, imported files. */
import type { Generated } from 'kysely'
import type { Json } from './json.ts'

export interface PaperTables {
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
  report_schedules: {
    schedule_id: Generated<number>
    unit_id: number | null
    calendar: 'administrative' | 'calendar'
    span: 'month' | 'quarter' | 'half' | 'year'
    days_after: number
    language: 'vi' | 'en'
    address: string
    made_by: number
    made_at: Date
    ended_at: Date | null
  }
  report_mails: {
    mail_id: Generated<number>
    schedule_id: number
    unit_id: number | null
    from_day: string
    to_day: string
    issued_report_id: number | null
    state: 'waiting' | 'sending' | 'sent' | 'uncertain' | 'failed'
    problem: 'unreachable' | 'deferred' | 'refused' | 'gave_up' | 'lost' | 'may_not_issue' | 'ended' | null
    said: string | null
    attempts: Generated<number>
    retries: Generated<number>
    next_try_at: Date
    changed_at: Date
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
    set_aside: number | null
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
