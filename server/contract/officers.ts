/** Officers: the people who serve. */
import { type Static, Type } from 'typebox'
import { Closed, Id, LocalDate, Name, Nullable } from './common.ts'

export const Officer = Closed({
  officer_id: Id,
  unit_id: Id,
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
  name: Name,
  title: Type.Optional(Nullable(Type.String({ maxLength: 200 }))),
  signed_on: Type.Optional(Nullable(LocalDate)),
})
export const OfficerPatch = Closed({
  name: Type.Optional(Name),
  title: Type.Optional(Nullable(Type.String({ maxLength: 200 }))),
  signed_on: Type.Optional(Nullable(LocalDate)),
  active: Type.Optional(Type.Boolean()),
  /** The version the caller saw; another one now is `changed_meanwhile`. */
  version: Type.Optional(Type.Integer()),
})
