/** Remarks as leaders, the commission and the officer concerned read them, and integrity reports as inspectors read them. */
import { type Static, Type } from 'typebox'
import { Closed, Id, LocalDate, Nullable } from './common.ts'

/** A remark carries its month and nothing nearer; it appears the next working day once five ratings are in its month. */
export const Remark = Closed({ month: Type.String({ pattern: '^\\d{4}-\\d{2}$' }), text: Type.String() })
export const RemarksReport = Closed({ from: LocalDate, to: LocalDate, items: Type.Array(Remark) })
export type RemarksReport = Static<typeof RemarksReport>

/** A report of signs of wrongdoing: unit and month, never a day; the officer only from five ratings in that month. */
export const IntegrityReport = Closed({
  report_id: Id,
  unit_id: Id,
  unit_name: Type.String(),
  month: Type.String({ pattern: '^\\d{4}-\\d{2}$' }),
  items: Type.Array(Type.String()),
  remark: Nullable(Type.String()),
  officer_name: Nullable(Type.String()),
})
export type IntegrityReport = Static<typeof IntegrityReport>
