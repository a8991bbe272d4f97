/** The audit log as it is read: who did what, where, when; and the head of the chain that seals it. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, LocalDate, Nullable, PageQuery } from './common.ts'

export const AuditEntry = Closed({
  audit_id: Id,
  happened_at: Instant,
  /** Null for what the server, its command line or a rule did. */
  account: Nullable(Closed({ account_id: Id, username: Nullable(Type.String()) })),
  /** `noun.verb`, such as `assignment.create`. */
  action: Type.String(),
  unit: Nullable(Closed({ unit_id: Id, name: Type.String() })),
  /** Ids of what was changed. */
  subject: Type.Record(Type.String(), Type.Unknown()),
  /** What was changed about it. */
  detail: Type.Record(Type.String(), Type.Unknown()),
  /** What ids in both are called, as `field id` -> name, as far as the reader may see whom or what they mean. */
  names: Type.Record(Type.String(), Type.String()),
  /** Its number in the chain; null for the second it waits for its seal. */
  seal_number: Nullable(Type.Integer()),
})
export type AuditEntry = Static<typeof AuditEntry>

export const AuditQuery = Closed({
  ...PageQuery.properties,
  unit_id: Type.Optional(Id),
  account_id: Type.Optional(Id),
  /** The whole action, or the noun before its dot. */
  action: Type.Optional(Type.String({ pattern: '^[a-z_]{1,40}(\\.[a-z_]{1,40})?$' })),
  from: Type.Optional(LocalDate),
  to: Type.Optional(LocalDate),
})

/** Kept elsewhere, it proves later that the log was not rewritten. `head` is `seals` and `mac` in one line, as printed. */
export const AuditHead = Closed({ seals: Type.Integer(), mac: Type.String(), head: Type.String() })
export type AuditHead = Static<typeof AuditHead>
