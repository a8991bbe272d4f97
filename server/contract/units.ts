/** Units: the offices whose counters are rated. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, LocalDate, Name, Nullable } from './common.ts'

export const unitKinds = ['ward', 'commune', 'township', 'province_centre'] as const
export const UnitKind = Type.Enum(unitKinds as unknown as (typeof unitKinds)[number][])

const settings = {
  hotline: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
  duty_leader_name: Type.Optional(Nullable(Name)),
  duty_leader_phone: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
  counters_only: Type.Optional(Type.Boolean()),
  /** The office's official number. */
  code: Type.Optional(Nullable(Type.String({ pattern: '^[A-Za-z0-9.-]{1,20}$' }))),
  /** The district or area it lies or lay in, in words. */
  area: Type.Optional(Nullable(Name)),
  /** The units that it was made of. Their history stays with them. */
  predecessors: Type.Optional(Type.Array(Id, { maxItems: 30, uniqueItems: true })),
}

export const Unit = Closed({
  unit_id: Id,
  name: Type.String(),
  kind: UnitKind,
  /** First and last day of validity; null = always. */
  valid_from: Nullable(LocalDate),
  valid_to: Nullable(LocalDate),
  hotline: Nullable(Type.String()),
  duty_leader_name: Nullable(Type.String()),
  duty_leader_phone: Nullable(Type.String()),
  /** Rated by counter alone, without a roster of officers. */
  counters_only: Type.Boolean(),
  code: Nullable(Type.String()),
  area: Nullable(Type.String()),
  /** Ids of the units that it was made of. */
  predecessors: Type.Array(Id),
  /** Grows with each change; send it along to be told when somebody else has changed it meanwhile. */
  version: Type.Integer(),
})
export type Unit = Static<typeof Unit>

export const NewUnit = Closed({
  name: Name,
  kind: UnitKind,
  valid_from: Type.Optional(Nullable(LocalDate)),
  valid_to: Type.Optional(Nullable(LocalDate)),
  ...settings,
})
export const UnitPatch = Closed({
  name: Type.Optional(Name),
  kind: Type.Optional(UnitKind),
  valid_from: Type.Optional(Nullable(LocalDate)),
  valid_to: Type.Optional(Nullable(LocalDate)),
  ...settings,
  /** The version the caller saw; another one now is `changed_meanwhile`. */
  version: Type.Optional(Type.Integer()),
})
export type UnitPatch = Static<typeof UnitPatch>

/** The PIN of the service corner of a unit's tablets. It is stored as a salted hash and cannot be read back. */
export const NewServicePin = Closed({ pin: Type.String({ maxLength: 20 }) })
export const ServicePinState = Closed({ unit_id: Id, set_at: Instant })
