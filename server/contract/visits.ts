/** Visits of counters and dossiers of units: of a day or of a whole month, in all or of one group of procedures. */
import { type Static, Type } from 'typebox'
import { Closed, Id, LocalDate, Nullable } from './common.ts'

const Month = Type.String({ pattern: '^(19|2\\d)\\d{2}-(0[1-9]|1[0-2])$' })
const Group = Type.String({ maxLength: 200 })
const Count = Type.Integer({ minimum: 0, maximum: 1_000_000 })

const when = {
  /** Either a day or a month; the other is null. */
  day: Nullable(LocalDate),
  month: Nullable(Month),
  /** Empty = all procedures together. */
  procedure_group: Type.String(),
}
const givenWhen = {
  day: Type.Optional(LocalDate),
  month: Type.Optional(Month),
  procedure_group: Type.Optional(Group),
}

export const Visits = Closed({ counter_id: Id, unit_id: Id, ...when, visits: Type.Integer() })
export type Visits = Static<typeof Visits>
export const VisitsPage = Closed({ items: Type.Array(Visits) })
export const VisitsQuery = Closed({
  unit_id: Id,
  from: Type.Optional(Type.String({ maxLength: 40 })),
  to: Type.Optional(Type.String({ maxLength: 40 })),
})

/** A number typed anew, or (null) taken away: not known. `seen` is what the caller saw there, null = nothing. */
export const VisitsEntries = Closed({
  entries: Type.Array(
    Closed({
      counter_id: Id,
      ...givenWhen,
      visits: Nullable(Type.Integer({ minimum: 0, maximum: 100_000 })),
      seen: Type.Optional(Nullable(Type.Integer())),
    }),
    { minItems: 1, maxItems: 500 },
  ),
})
export type VisitsEntries = Static<typeof VisitsEntries>

/** Returned on the day they came, before the deadline, on it, after it. */
export const DossierCounts = Closed({
  same_day: Type.Integer(),
  early: Type.Integer(),
  on_time: Type.Integer(),
  overdue: Type.Integer(),
})
export type DossierCounts = Static<typeof DossierCounts>
export const Dossiers = Closed({ unit_id: Id, ...when, ...DossierCounts.properties })
export type Dossiers = Static<typeof Dossiers>
export const DossiersPage = Closed({ items: Type.Array(Dossiers) })
export const NewDossiers = Closed({
  unit_id: Id,
  ...givenWhen,
  same_day: Count,
  early: Count,
  on_time: Count,
  overdue: Count,
  /** What the caller saw there, null = nothing; something else now is `changed_meanwhile`. */
  seen: Type.Optional(Nullable(DossierCounts)),
})
