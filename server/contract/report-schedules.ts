/** Official reports by e-mail: who is sent which on which day, and what became of the last one. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, LocalDate, Nullable, Page, PageQuery } from './common.ts'
import { languages } from './issued-reports.ts'
import { calendars, MAX_DAYS_AFTER, spans } from './periods.ts'

const When = {
  calendar: Type.Enum(calendars as unknown as (typeof calendars)[number][]),
  span: Type.Enum(spans as unknown as (typeof spans)[number][]),
  /** 0 = the last day of the period at 17:00; else so many days later at 07:00. */
  days_after: Type.Integer({ minimum: 0, maximum: MAX_DAYS_AFTER }),
}
const Language = Type.Enum(languages as unknown as (typeof languages)[number][])

export const NewReportSchedule = Closed({
  ...When,
  /** Left out: the province's report. */
  unit_id: Type.Optional(Id),
  language: Type.Optional(Language),
  address: Type.String({ minLength: 3, maxLength: 254 }),
})
export type NewReportSchedule = Static<typeof NewReportSchedule>

/** It ends, and nothing else about it changes: what was sent to whom stays readable. */
export const ReportSchedulePatch = Closed({ ended: Type.Literal(true) })

/**
 * `waiting`: to be sent, or tried again at `next_try_at`. `sending`: now. `sent`: the mail server took it. `uncertain`: nobody
 * knows, and nobody tries again unless asked. `failed`: it was not sent.
 */
export const mailStates = ['waiting', 'sending', 'sent', 'uncertain', 'failed'] as const
export const mailProblems = [
  'unreachable',
  'deferred',
  'refused',
  'gave_up',
  'lost',
  'interrupted',
  'restored',
  'may_not_issue',
  'ended',
] as const

export const ReportMail = Closed({
  from: LocalDate,
  to: LocalDate,
  state: Type.Enum(mailStates as unknown as (typeof mailStates)[number][]),
  problem: Nullable(Type.Enum(mailProblems as unknown as (typeof mailProblems)[number][])),
  /** The mail server's own words; null when it said none. */
  said: Nullable(Type.String()),
  attempts: Type.Integer(),
  changed_at: Instant,
  next_try_at: Nullable(Instant),
  /** The issued report that is attached; null when none could be issued. */
  report: Nullable(Closed({ issued_report_id: Id, number: Type.Integer(), year: Type.Integer() })),
})
export type ReportMail = Static<typeof ReportMail>

export const ReportSchedule = Closed({
  ...When,
  schedule_id: Id,
  unit: Nullable(Closed({ unit_id: Id, name: Type.String() })),
  language: Language,
  address: Type.String(),
  made_by: Type.String(),
  made_at: Instant,
  ended_at: Nullable(Instant),
  /** The next report by this schedule, and from when on it goes out; null once it has ended. */
  next: Nullable(Closed({ from: LocalDate, to: LocalDate, due_at: Instant })),
  last: Nullable(ReportMail),
})
export type ReportSchedule = Static<typeof ReportSchedule>

export const ReportSchedulesQuery = Closed({ ...PageQuery.properties, unit_id: Type.Optional(Id) })

export const ReportSchedules = Closed({
  ...Page(ReportSchedule).properties,
  /** Whether the server knows a mail server to send through. */
  mail_set_up: Type.Boolean(),
})
export type ReportSchedules = Static<typeof ReportSchedules>
