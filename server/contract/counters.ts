/** Counters: the desks of a one-stop department. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Name, Nullable } from './common.ts'

/** The field a counter serves, in words ("Hộ tịch, chứng thực"); null where it serves everything. */
const Service = Nullable(Type.String({ maxLength: 200 }))

export const Counter = Closed({
  counter_id: Id,
  unit_id: Id,
  name: Type.String(),
  service: Service,
  active: Type.Boolean(),
  /** Grows with each change; send it along to be told when somebody else has changed it meanwhile. */
  version: Type.Integer(),
})
export type Counter = Static<typeof Counter>

export const NewCounter = Closed({ unit_id: Id, name: Name, service: Type.Optional(Service) })
export const CounterPatch = Closed({
  name: Type.Optional(Name),
  service: Type.Optional(Service),
  active: Type.Optional(Type.Boolean()),
  /** The version the caller saw; another one now is `changed_meanwhile`. */
  version: Type.Optional(Type.Integer()),
})
