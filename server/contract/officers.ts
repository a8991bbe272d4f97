/** Officers: the people who serve. */
import { type Static, Type } from 'typebox'
import { Closed, Id, LocalDate, Name, Nullable } from './common.ts'

/** A number of the office's own, unique within the unit: it tells two people of one name apart. */
const Code = Nullable(Type.String({ pattern: '^[A-Za-z0-9./-]{1,40}$' }))

export const Officer = Closed({
  officer_id: Id,
  unit_id: Id,
  code: Nullable(Type.String()),
  name: Type.String(),
  title: Nullable(Type.String()),
  /** The day the commitment was signed; null = not yet. */
  signed_on: Nullable(LocalDate),
  active: Type.Boolean(),
  /** Grows with each change; send it along to be told when somebody else has changed it meanwhile. */
  version: Type.Integer(),
})
export type Officer = Static<typeof Officer>

export const NewOfficer = Closed({
  unit_id: Id,
  code: Type.Optional(Code),
  name: Name,
  title: Type.Optional(Nullable(Type.String({ maxLength: 200 }))),
  signed_on: Type.Optional(Nullable(LocalDate)),
})
export const OfficerPatch = Closed({
  code: Type.Optional(Code),
  name: Type.Optional(Name),
  title: Type.Optional(Nullable(Type.String({ maxLength: 200 }))),
  signed_on: Type.Optional(Nullable(LocalDate)),
  active: Type.Optional(Type.Boolean()),
  /** The version the caller saw; another one now is `changed_meanwhile`. */
  version: Type.Optional(Type.Integer()),
})
