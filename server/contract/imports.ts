/** Imports and exports: one file brings several nouns in; what it would change is shown before it is done. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, LocalDate, Nullable, PageQuery } from './common.ts'
import { type ImportNoun, importNouns, type TableFormat, tableFormats } from './import-nouns.ts'

export * from './import-nouns.ts'

const Noun = Type.Enum(importNouns as unknown as ImportNoun[])

const Format = Type.Enum(tableFormats as unknown as TableFormat[])
const Language = Type.Enum(['vi', 'en'])

/** Why a file cannot be read at all; travels in the details of `import_refused`. */
export const importFlaws = [
  'empty_file',
  'too_large',
  'not_a_table',
  'old_excel',
  'broken_file',
  'inflates_too_much',
  'utf16',
  'not_utf8',
  'nul_bytes',
  'quotes_broken',
  'too_many_rows',
  'too_many_columns',
  'no_header',
] as const
export type ImportFlaw = (typeof importFlaws)[number]

/** What can be wrong with a row, a cell or a header. */
export const importProblems = [
  // the header of a sheet
  'unknown_column',
  'missing_column',
  'column_twice',
  'sheet_unknown',
  'noun_forbidden',
  'noun_twice',
  // one cell
  'required',
  'too_long',
  'bad_character',
  'damaged_text',
  'not_a_day',
  'not_a_month',
  'not_a_moment',
  'not_a_number',
  'out_of_range',
  'not_yes_no',
  'not_one_of',
  'bad_code',
  'bad_username',
  'formula_without_value',
  'cell_error',
  'merged_cell',
  // the row among others
  'duplicate_row',
  'id_unknown',
  'unit_unknown',
  'unit_ambiguous',
  'unit_contradiction',
  'counter_unknown',
  'counter_ambiguous',
  'officer_unknown',
  'officer_ambiguous',
  'officer_contradiction',
  'account_unknown',
  'not_yours',
  'day_or_month',
  'lies_ahead',
  'validity_backwards',
  'code_taken',
  'name_taken',
  'predecessor_circle',
  'in_use',
  'role_needs_scope',
  'role_held',
  'last_administrator',
  'assignment_backwards',
  'assignment_clash',
  'officer_absent',
  'past_closed',
] as const
export type ImportProblemCode = (typeof importProblems)[number]

/** `column` is the machine name of a column, null for the row as a whole; `line` is the line or row of the file. */
export const ImportProblem = Closed({
  sheet: Type.String(),
  noun: Nullable(Noun),
  line: Type.Integer(),
  column: Nullable(Type.String()),
  code: Type.Enum(importProblems as unknown as ImportProblemCode[]),
  /** What the sentence needs: names, limits, what would do instead. */
  details: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
})
export type ImportProblem = Static<typeof ImportProblem>

export const importOutcomes = ['new', 'changed', 'same', 'error'] as const
export type ImportOutcome = (typeof importOutcomes)[number]
const Outcome = Type.Enum(importOutcomes as unknown as ImportOutcome[])

export const ImportRow = Closed({
  sheet: Type.String(),
  noun: Noun,
  line: Type.Integer(),
  outcome: Outcome,
  /** What the row is about, in its own words: a name, a place and a time. */
  label: Type.String(),
  /** Of a changed row; texts as an export writes them, null = empty. */
  changes: Type.Array(Closed({ column: Type.String(), from: Nullable(Type.String()), to: Nullable(Type.String()) })),
})
export type ImportRow = Static<typeof ImportRow>

export const importStates = ['checked', 'applying', 'applied', 'stale', 'cancelled'] as const
export type ImportState = (typeof importStates)[number]

export const Import = Closed({
  import_id: Id,
  file_name: Type.String(),
  /** SHA-256 of the file, hexadecimal. */
  digest: Type.String(),
  /** What was shown: applying takes it along, so nothing else is applied. */
  plan: Type.String(),
  /** `stale`: the base changed after the dry run; choose the file again. Interrupted work is `checked` again. */
  state: Type.Enum(importStates as unknown as ImportState[]),
  sheets: Type.Array(
    Closed({
      noun: Nullable(Noun),
      sheet: Type.String(),
      rows: Type.Integer(),
      new: Type.Integer(),
      changed: Type.Integer(),
      same: Type.Integer(),
      error: Type.Integer(),
      /** Rows hidden in the file, which were read, and cells whose last computed value was read. */
      hidden_rows: Type.Integer(),
      formulas: Type.Integer(),
    }),
  ),
  problems: Closed({ total: Type.Integer(), items: Type.Array(ImportProblem) }),
  /** Rows written so far, and rows to write; while `applying`. */
  progress: Closed({ done: Type.Integer(), total: Type.Integer() }),
  /** Accounts it made whose owners have not set a password yet: their invitations can be made. */
  invitations: Type.Integer(),
  made_at: Instant,
})
export type Import = Static<typeof Import>

export const NewImport = Closed({
  file_name: Type.String({ minLength: 1, maxLength: 200 }),
  /** The file as base64. */
  content: Type.String(),
  /** Of the texts in `changes` and `label`. */
  language: Type.Optional(Language),
})
export const ImportApply = Closed({ plan: Type.String({ maxLength: 100 }) })
export const ImportRowsQuery = Closed({ ...PageQuery.properties, outcome: Type.Optional(Outcome) })
export const ImportLinks = Closed({
  items: Type.Array(
    Closed({
      username: Type.String(),
      unit: Nullable(Type.String()),
      officer: Nullable(Type.String()),
      token: Type.String(),
      expires_at: Instant,
    }),
  ),
})
export type ImportLinks = Static<typeof ImportLinks>

export const TemplateQuery = Closed({
  /** Left out: all nouns of the reader in one workbook; XLSX only. */
  noun: Type.Optional(Noun),
  format: Format,
  language: Type.Optional(Language),
})
export const ExportQuery = Closed({
  noun: Noun,
  format: Format,
  language: Type.Optional(Language),
  unit_id: Type.Optional(Id),
  /** Of visits and dossiers: the days that are told. Left out: all. */
  from: Type.Optional(LocalDate),
  to: Type.Optional(LocalDate),
})
export type ExportQuery = Static<typeof ExportQuery>
export const OfficerDataQuery = Closed({ language: Type.Optional(Language) })
