/** Posting ratings: the envelope, one rating, and the answer per item. */
import { type Static, Type } from 'typebox'
import { Closed, Instant, LanguageTag, Nullable } from './common.ts'
import { type ErrorCode, errorCodes } from './errors.ts'

/** Raised whenever the server learns to take something it rejected before; tablets then retry rejected records. */
export const API_REVISION = 3
export const MAX_BATCH = 100
/** UTF-16 units of `padding`: the longest body that a tablet sends. */
export const MAX_PADDING = 65_536
/** Unicode code points of a remark after normalisation. */
export const MAX_COMMENT = 1000

const Uuid4 = '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'

/**
 * A name that a tablet made or was given. Without control characters, bidi controls and halves of characters: PostgreSQL
 * has no place for some of them, and where it finds one it refuses the whole statement, neighbours included.
 */
export const Handle = Type.String({
  minLength: 1,
  maxLength: 40,
  pattern: '^[^\\u0000-\\u001F\\u007F-\\u009F\\u202A-\\u202E\\u2066-\\u2069\\uD800-\\uDFFF\\uFFFE\\uFFFF]*$',
})

export const Level = Type.Integer({ minimum: 1, maximum: 5 })

/** A commitment the citizen named: `kept` true = noticed as good, false = should be better. */
export const Mark = Closed({
  commitment: Type.String({ minLength: 1, maxLength: 60 }),
  kept: Type.Boolean(),
})
export type Mark = Static<typeof Mark>

export const Rating = Closed({
  /** `crypto.randomUUID()`: version 4, because version 7 would carry the moment. */
  id: Type.String({ pattern: Uuid4 }),
  scale: Type.Literal('faces5'),
  level: Level,
  marks: Type.Array(Mark, { maxItems: 64 }),
  comment: Type.Optional(Type.String()),
  language: LanguageTag,
  /** The tablet's own clock at the first tap; may be years off. */
  rated_at: Instant,
  /** Random name of this life of the tablet's store; a wiped store starts a new one. */
  device_epoch: Type.Optional(Handle),
  /** 1, 2, 3, … within `device_epoch`, given at the first tap. */
  sequence: Type.Optional(Type.Integer({ minimum: 0, maximum: 9007199254740991 })),
  /** The pairing the rating was tapped under, when it is not the one that sends it. */
  terminal_id: Type.Optional(Handle),
  /** Catalogue version that was on the screen. */
  catalogue: Type.Optional(Handle),
  /** How far the citizen went: the face alone, or the second screen too. */
  shown: Type.Optional(Type.Enum(['face', 'marks'])),
  voice_used: Type.Optional(Type.Boolean()),
  /** Milliseconds from the screen being ready to the first tap. */
  dwell_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 9007199254740991 })),
  /** One run of the tablet's page, and the monotonic milliseconds since its start. */
  clock_session: Type.Optional(Handle),
  elapsed_ms: Type.Optional(Type.Number({ minimum: 0, maximum: 9007199254740991 })),
})
export type Rating = Static<typeof Rating>

/** The envelope takes its items unchecked: one bad record must never block the rest. */
export const RatingBatch = Closed({
  sent_at: Instant,
  clock_session: Type.Optional(Handle),
  /** Monotonic milliseconds of `clock_session` at sending. */
  sent_ms: Type.Optional(Type.Number({ minimum: 0, maximum: 9007199254740991 })),
  /** Highest sequence below which the tablet has an answer for everything. */
  acked_through: Type.Optional(Type.Integer({ minimum: 0, maximum: 9007199254740991 })),
  ratings: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_BATCH }),
  /**
   * Brings the body to a length that shows no answer. The route checks `MAX_PADDING`: `maxLength` of Ajv counts code points
   * one by one, 14 µs for 8 kB, an eighth of what a rating costs.
   */
  padding: Type.Optional(
    Type.String({ description: `Ignored. At most ${MAX_PADDING} characters, so that the body has a fixed length.` }),
  ),
})
export type RatingBatch = Static<typeof RatingBatch>

export const ratingStatuses = ['stored', 'duplicate', 'quarantined', 'rejected'] as const
export type RatingStatus = (typeof ratingStatuses)[number]

export const RatingResult = Closed({
  index: Type.Integer(),
  /** The item's own id as sent; null when it had none that is text. */
  id: Nullable(Type.String()),
  status: Type.Enum(ratingStatuses as unknown as RatingStatus[]),
  code: Type.Optional(Type.Enum(errorCodes as unknown as ErrorCode[])),
  message: Type.Optional(Type.String()),
})
export type RatingResult = Static<typeof RatingResult>

export const RatingBatchAnswer = Closed({
  /** Changes when the server's data was restored or failed over; tablets then send their kept copies again. */
  epoch: Type.String(),
  results: Type.Array(RatingResult),
  /**
   * After a restore: what was acknowledged at this moment or later is not in the backup it was restored from. (A number
   * would mean: send again every sequence above it.)
   */
  resend_after: Type.Optional(Type.Union([Instant, Type.Integer()])),
  /** Always null: a clock does not say what a backup holds. */
  backed_up_through: Type.Optional(Nullable(Instant)),
  /**
   * How many backups were begun when the results of this answer were durable. A backup with a larger number, under the
   * same epoch, holds every rating acknowledged here. Null = not known, keep the copies.
   */
  backup_generation: Type.Optional(Nullable(Type.Integer({ minimum: 0 }))),
})
export type RatingBatchAnswer = Static<typeof RatingBatchAnswer>
