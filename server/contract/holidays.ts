/** Holidays: days off, and days worked in exchange for one, of the whole province or of one unit. */
import { type Static, Type } from 'typebox'
import { Closed, Id, LocalDate, Name, Nullable } from './common.ts'

export const holidayKinds = ['off', 'working'] as const
const Kind = Type.Enum(holidayKinds as unknown as (typeof holidayKinds)[number][])

export const Holiday = Closed({
  holiday_id: Id,
  /** Null = in the whole province. */
  unit_id: Nullable(Id),
  day: LocalDate,
  /** `off`: nobody works; `working`: a day of the weekend that is worked in exchange. */
  kind: Kind,
  name: Type.String(),
  /** Expected, not yet announced. */
  provisional: Type.Boolean(),
  active: Type.Boolean(),
  version: Type.Integer(),
})
export type Holiday = Static<typeof Holiday>

export const Holidays = Closed({ items: Type.Array(Holiday) })
/** One calendar year; default: this one. */
export const HolidaysQuery = Closed({
  year: Type.Optional(Type.String({ pattern: '^(19|20|21)\\d{2}$' })),
  unit_id: Type.Optional(Id),
})
/** Without a unit: for the whole province, by an administrator alone. */
export const NewHoliday = Closed({
  unit_id: Type.Optional(Nullable(Id)),
  day: LocalDate,
  kind: Type.Optional(Kind),
  name: Name,
  provisional: Type.Optional(Type.Boolean()),
})
export const HolidayPatch = Closed({
  kind: Type.Optional(Kind),
  name: Type.Optional(Name),
  provisional: Type.Optional(Type.Boolean()),
  active: Type.Optional(Type.Boolean()),
  version: Type.Optional(Type.Integer()),
})
