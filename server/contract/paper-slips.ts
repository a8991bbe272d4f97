/** Paper slips of counters, by day: how many were handed on unopened. What they say is nowhere in this system. */
import { type Static, Type } from 'typebox'
import { Closed, Id, LocalDate, Nullable } from './common.ts'

export const PaperSlips = Closed({ counter_id: Id, unit_id: Id, day: LocalDate, slips: Type.Integer() })
export type PaperSlips = Static<typeof PaperSlips>
export const PaperSlipsPage = Closed({ items: Type.Array(PaperSlips) })

/** A number counted anew, or (null) taken away: not counted. `seen` is what the caller saw there, null = nothing. */
export const PaperSlipsEntries = Closed({
  entries: Type.Array(
    Closed({
      counter_id: Id,
      day: LocalDate,
      slips: Nullable(Type.Integer({ minimum: 0, maximum: 1000 })),
      seen: Type.Optional(Nullable(Type.Integer())),
    }),
    { minItems: 1, maxItems: 500 },
  ),
})
export type PaperSlipsEntries = Static<typeof PaperSlipsEntries>
