/** Official reports: drafts to work on, issued ones that never change, and the letterhead they are written under. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, LocalDate, Nullable, PageQuery } from './common.ts'

export const languages = ['vi', 'en'] as const
const Language = Type.Enum(languages as unknown as (typeof languages)[number][])

/** `csv` = one table of the report; only drafts, because a file of one table is no report. */
export const draftFormats = ['docx', 'pdf', 'xlsx', 'csv'] as const
export type DraftFormat = (typeof draftFormats)[number]
export const reportTables = ['units', 'counters', 'commitments'] as const

/** What a report covers: the province, or one unit; inclusive local dates, not in the future. */
const Coverage = {
  from: Type.String({ maxLength: 40 }),
  to: Type.String({ maxLength: 40 }),
  unit_id: Type.Optional(Id),
  language: Type.Optional(Language),
}

export const DraftQuery = Closed({
  ...Coverage,
  format: Type.Enum(draftFormats as unknown as DraftFormat[]),
  /** Which table a `csv` holds; default the first. */
  table: Type.Optional(Type.Enum(reportTables as unknown as (typeof reportTables)[number][])),
})
export type DraftQuery = Static<typeof DraftQuery>

export const NewIssuedReport = Closed(Coverage)
export type NewIssuedReport = Static<typeof NewIssuedReport>

export const FileQuery = Closed({ format: Type.Enum(['docx', 'pdf', 'xlsx']) })

export const IssuedReport = Closed({
  issued_report_id: Id,
  /** The unit it speaks of; null for the province. */
  unit: Nullable(Closed({ unit_id: Id, name: Type.String() })),
  /** Counted from 1 in each calendar year, for the province and for each unit by itself. */
  number: Type.Integer(),
  year: Type.Integer(),
  from: LocalDate,
  to: LocalDate,
  language: Language,
  /** When the figures were read: what came later is not in it. */
  cut_off: Instant,
  issued_by: Type.String(),
  /** The sealed head of the audit log at the cut-off; null when nothing was sealed yet. */
  audit_head: Nullable(Type.String()),
})
export type IssuedReport = Static<typeof IssuedReport>

export const IssuedReportsQuery = Closed({ ...PageQuery.properties, unit_id: Type.Optional(Id) })

const Line = Type.String({ maxLength: 200 })
export const Letterhead = Closed({
  /** `party`: heading of a Party body; `state`: of a State body. */
  form: Type.Enum(['party', 'state']),
  superior: Line,
  body: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
  place: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
  /** What follows the number: `BC/BDVTU`. */
  code: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }),
  signer_title: Line,
  signer_name: Line,
  recipients: Type.Array(Line, { maxItems: 30 }),
})
export type Letterhead = Static<typeof Letterhead>

export const LetterheadPatch = Type.Partial(Letterhead, { additionalProperties: false })

export const LetterheadQuery = Closed({ unit_id: Type.Optional(Id) })
