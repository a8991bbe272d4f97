/** Terminals: pairing, what a tablet shows, its heartbeat, and the list staff see. */
import { type Static, Type } from 'typebox'
import { Catalogue } from './catalogue.ts'
import { Closed, Id, Instant, LanguageTag, Name, Nullable } from './common.ts'
import { Handle } from './ratings.ts'
import { UnitKind } from './units.ts'
import { TerminalVoice } from './voices.ts'

export const PairingRequest = Closed({ pairing_code: Type.String({ minLength: 1, maxLength: 40 }) })
export type PairingRequest = Static<typeof PairingRequest>

const TerminalRef = Closed({ terminal_id: Id, name: Type.String() })
const UnitRef = Closed({ unit_id: Id, name: Type.String(), kind: UnitKind })
const CounterRef = Closed({ counter_id: Id, name: Type.String(), service: Nullable(Type.String()) })

export const PairingAnswer = Closed({
  /** Shown once; the server keeps only its hash. */
  terminal_token: Type.String(),
  terminal: TerminalRef,
  counter: CounterRef,
  unit: UnitRef,
})
export type PairingAnswer = Static<typeof PairingAnswer>

/** Local opening hours, `HH:MM`; days are ISO weekdays (1 = Monday). */
export const Hours = Closed({
  days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { maxItems: 7 }),
  intervals: Type.Array(
    Closed({ from: Type.String({ pattern: '^\\d{2}:\\d{2}$' }), to: Type.String({ pattern: '^\\d{2}:\\d{2}$' }) }),
    { maxItems: 4 },
  ),
})
export type Hours = Static<typeof Hours>

export const DutyLeader = Closed({ name: Name, phone: Type.String({ maxLength: 40 }) })

/** PBKDF2 with HMAC-SHA-256 over the six digits as ASCII; `salt` (16 bytes) and `hash` (32 bytes) in base64. */
export const ServicePin = Closed({ salt: Type.String(), hash: Type.String(), iterations: Type.Integer() })
export type ServicePin = Static<typeof ServicePin>

/** Everything a tablet shows that is not in its own bundle. */
export const TerminalConfig = Closed({
  api_revision: Type.Integer(),
  epoch: Type.String(),
  terminal: TerminalRef,
  counter: CounterRef,
  unit: UnitRef,
  catalogue: Catalogue,
  languages: Type.Array(Closed({ language: Type.String(), name: Type.String() })),
  default_language: Type.String(),
  hours: Hours,
  duty_leader: Nullable(DutyLeader),
  hotline: Nullable(Type.String()),
  slogan: Type.Record(Type.String(), Type.String()),
  /** The serious-matters card: who receives it, and where one's own phone can report. */
  serious: Closed({ body: Type.Record(Type.String(), Type.String()), url: Nullable(Type.String()) }),
  /** Recorded voices, one approved set per language: the unit's own before the province's. */
  voices: Type.Array(TerminalVoice),
  /** What the PIN of the service corner is compared with; null = the unit has set none. */
  service_pin: Nullable(ServicePin),
})
export type TerminalConfig = Static<typeof TerminalConfig>

export const Heartbeat = Closed({
  queue_length: Type.Integer({ minimum: 0, maximum: 10000000 }),
  oldest_at: Type.Optional(Nullable(Instant)),
  rejected_length: Type.Optional(Type.Integer({ minimum: 0, maximum: 10000000 })),
  storage_persisted: Type.Optional(Nullable(Type.Boolean())),
  version: Type.Optional(Type.String({ maxLength: 60 })),
  battery: Type.Optional(Nullable(Type.Number({ minimum: 0, maximum: 1 }))),
  charging: Type.Optional(Nullable(Type.Boolean())),
  clock: Type.Optional(Instant),
  /** `navigator.storage.estimate()`, in bytes. */
  storage_used: Type.Optional(Nullable(Type.Number({ minimum: 0, maximum: 9007199254740991 }))),
  storage_quota: Type.Optional(Nullable(Type.Number({ minimum: 0, maximum: 9007199254740991 }))),
  /** Recorded voices that are whole on the tablet, by the `version` they were announced with. */
  voices: Type.Optional(
    Type.Array(Closed({ language: LanguageTag, version: Type.String({ maxLength: 64 }) }), { maxItems: 50 }),
  ),
  /** What went wrong last, as a short class such as `storage` or `http_500`; null = nothing since the page began. */
  last_error: Type.Optional(Nullable(Type.String({ maxLength: 60, pattern: '^[ -~]*$' }))),
  /**
   * The tablet's store was lost or cut short: in the browser's words or the tablet's, and how far the numbers of each lost
   * life had come. Told for 14 days.
   */
  store_lost: Type.Optional(
    Closed({
      message: Type.String({ maxLength: 200 }),
      stores: Type.Array(
        Closed({
          device_epoch: Handle,
          terminal_id: Handle,
          highest: Type.Integer({ minimum: 1, maximum: 10000000 }),
        }),
        { maxItems: 10 },
      ),
    }),
  ),
})
export type Heartbeat = Static<typeof Heartbeat>

export const HeartbeatAnswer = Closed({
  epoch: Type.String(),
  api_revision: Type.Integer(),
  server_time: Instant,
  /** Always null: a clock does not say what a backup holds. */
  backed_up_through: Type.Optional(Nullable(Instant)),
  /**
   * Ratings acknowledged under this epoch with a smaller `backup_generation` are in a backup that was read back whole and
   * lies on another disk: tablets may drop their copies. Null = there is none.
   */
  backed_up_generation: Type.Optional(Nullable(Type.Integer({ minimum: 1 }))),
})

/** A terminal as staff see it. `state`: `waiting` = its pairing code was not used yet. */
export const Terminal = Closed({
  terminal_id: Id,
  unit_id: Id,
  counter_id: Id,
  name: Type.String(),
  state: Type.Enum(['waiting', 'paired', 'revoked']),
  paired_at: Nullable(Instant),
  last_contact_at: Nullable(Instant),
  queue_length: Nullable(Type.Integer()),
  version: Nullable(Type.String()),
})
export type Terminal = Static<typeof Terminal>

export const NewTerminal = Closed({ counter_id: Id, name: Type.Optional(Name) })
export const NewTerminalAnswer = Closed({
  terminal_id: Id,
  /** Eight Crockford characters; shown once, used once, good for 15 minutes. */
  pairing_code: Type.String(),
  pairing_code_expires_at: Instant,
  terminal: Terminal,
})
export type NewTerminalAnswer = Static<typeof NewTerminalAnswer>

/** `counter_id` moves it to another counter of its unit from now on; `revoked: true` ends the pairing for good. */
export const TerminalPatch = Closed({
  name: Type.Optional(Name),
  counter_id: Type.Optional(Id),
  revoked: Type.Optional(Type.Literal(true)),
})
