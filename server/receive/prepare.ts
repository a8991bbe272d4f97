/** One item of a batch: validated alone, normalised, dated, and turned into a row. Pure but for the keyed hash. */
import { createHash, createHmac, hash } from 'node:crypto'
import { Ajv, type ErrorObject } from 'ajv'
import type { ErrorCode } from '../contract/errors.ts'
import { MAX_COMMENT, Rating, type RatingBatch } from '../contract/ratings.ts'
import { MAX_TEXT_UNITS } from '../contract/text.ts'
import { codePoints, normaliseComment } from '../domain/comment.ts'
import { type Marked, packMarks } from '../domain/marks.ts'
import { correctedTime, localDay, timeQualityCode } from '../domain/time.ts'
import type { RatingRow } from '../queries/ratings.ts'

export interface Refusal {
  code: ErrorCode
  message: string
}

/** What the server knows of a commitment: its number and whether it belongs to the serious-matters card. */
export interface KnownCommitment {
  item_id: number
  integrity: boolean
}

export interface CatalogueIndex {
  commitments: ReadonlyMap<string, KnownCommitment>
  /** version -> catalogue_id */
  versions: ReadonlyMap<string, number>
}

/** The tablet a rating was tapped on, from the server's own records: where it stands, and where it stood before. */
export interface TapPlace {
  terminal_id: number
  counter_id: number
  unit_id: number
  /** Oldest first. */
  moves: readonly { counter_id: number; until_ms: number }[]
}

/** A pairing id as this server gives them out; null for anything else. */
export function pairingId(text: string): number | null {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null
}

/** The counter where the tablet stood at a moment (epoch ms): what it carries from before a move counts there. */
export function counterAt({ counter_id, moves }: Pick<TapPlace, 'counter_id' | 'moves'>, at_ms: number): number {
  return moves.find(({ until_ms }) => at_ms < until_ms)?.counter_id ?? counter_id
}

const ajv = new Ajv({ coerceTypes: false, removeAdditional: false, allErrors: false, strict: false })
const validate = ajv.compile<Rating>(Rating)

const shownCodes = { face: 1, marks: 2 } as const

function describe(error: ErrorObject | undefined): Refusal {
  const field = error?.instancePath.slice(1).replaceAll('/', '.') || 'rating'
  if (error?.keyword === 'additionalProperties') {
    return { code: 'unknown_field', message: `unknown field: ${error.params.additionalProperty as string}` }
  }
  return { code: 'invalid_rating', message: `${field}: ${error?.message ?? 'is not valid'}` }
}

/**
 * The record as JSON with sorted keys and marks sorted by commitment: the same content gives the same text whatever order
 * it was written in. Written out key by key, because sorting them anew took a fifth of a rating; a key that the schema
 * gains must be added here in its place.
 */
export function canonical(rating: Rating): string {
  const marks =
    rating.marks.length < 2 ? rating.marks : [...rating.marks].sort((a, b) => (a.commitment < b.commitment ? -1 : 1))
  return JSON.stringify({
    catalogue: rating.catalogue,
    clock_session: rating.clock_session,
    comment: rating.comment,
    device_epoch: rating.device_epoch,
    dwell_ms: rating.dwell_ms,
    elapsed_ms: rating.elapsed_ms,
    id: rating.id,
    language: rating.language,
    level: rating.level,
    marks: marks.map(({ commitment, kept }) => ({ commitment, kept })),
    rated_at: rating.rated_at,
    scale: rating.scale,
    sequence: rating.sequence,
    shown: rating.shown,
    terminal_id: rating.terminal_id,
    voice_used: rating.voice_used,
  } satisfies Record<keyof Rating, unknown>)
}

const BLOCK = 64
const pads = new WeakMap<Buffer, { inner: Buffer; outer: Buffer }>()

/**
 * HMAC-SHA-256 as RFC 2104 puts it together, of two plain hashes: Node's own takes twice the time for a short text, mostly
 * to make and to free its object. A test holds both against each other.
 * @returns hex, 64 digits
 */
export function keyedHash(text: string, key: Buffer): string {
  let own = pads.get(key)
  if (!own) {
    const block = Buffer.alloc(BLOCK)
    ;(key.length > BLOCK ? createHash('sha256').update(key).digest() : key).copy(block)
    own = {
      // Room for the longest record: a remark of 1,000 characters of 4 bytes, escaped, and 64 marks.
      inner: Buffer.concat([block.map((byte) => byte ^ 0x36), Buffer.alloc(16_384)]),
      outer: Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(32)]),
    }
    pads.set(key, own)
  }
  const { inner, outer } = own
  const fits = text.length * 3 <= inner.length - BLOCK
  if (!fits) return createHmac('sha256', key).update(text).digest('hex')
  const length = inner.write(text, BLOCK)
  outer.write(hash('sha256', inner.subarray(0, BLOCK + length), 'hex'), BLOCK, 'hex')
  return hash('sha256', outer, 'hex')
}

/**
 * First 16 bytes of HMAC-SHA-256 over the canonical record. Keyed, because a plain hash of so few possible ratings
 * could be reversed by trying them all.
 */
export function contentMac(rating: Rating, key: Buffer): Buffer {
  return Buffer.from(keyedHash(canonical(rating), key).slice(0, 32), 'hex')
}

/**
 * Checks one unknown item against the schema and the rules a schema cannot say.
 * @returns the rating with its remark normalised, or the refusal that goes back for this item alone.
 */
export function checkRating(item: unknown, catalogue: CatalogueIndex): { rating: Rating } | { refusal: Refusal } {
  if (!validate(item)) return { refusal: describe(validate.errors?.[0]) }
  if (Number.isNaN(Date.parse(item.rated_at))) {
    return { refusal: { code: 'invalid_rating', message: 'rated_at: is not a moment that exists' } }
  }
  const seen = new Set<string>()
  for (const mark of item.marks) {
    if (!catalogue.commitments.has(mark.commitment)) {
      return { refusal: { code: 'unknown_commitment', message: `unknown commitment: ${mark.commitment}` } }
    }
    if (seen.has(mark.commitment)) {
      return { refusal: { code: 'duplicate_mark', message: `marked twice: ${mark.commitment}` } }
    }
    seen.add(mark.commitment)
  }
  const { comment: raw, ...rest } = item
  if (raw === undefined) return { rating: item }
  const comment = raw.length > MAX_TEXT_UNITS ? null : normaliseComment(raw)
  if (comment === null || codePoints(comment) > MAX_COMMENT) {
    return { refusal: { code: 'comment_too_long', message: `comment: at most ${MAX_COMMENT} characters` } }
  }
  return { rating: comment === '' ? rest : { ...rest, comment } }
}

/** The row of a checked rating. `received_ms` is the server's own clock at the arrival of the batch. */
export function ratingRow(
  rating: Rating,
  place: TapPlace,
  envelope: Pick<RatingBatch, 'sent_at' | 'clock_session' | 'sent_ms'>,
  received_ms: number,
  catalogue: CatalogueIndex,
  key: Buffer,
): RatingRow {
  const rated_at_ms = Date.parse(rating.rated_at)
  const corrected = correctedTime({
    received_ms,
    sent_at_ms: Date.parse(envelope.sent_at),
    rated_at_ms,
    envelope_clock_session: envelope.clock_session ?? null,
    sent_ms: envelope.sent_ms ?? null,
    item_clock_session: rating.clock_session ?? null,
    elapsed_ms: rating.elapsed_ms ?? null,
  })
  const marks: Marked[] = []
  const integrity: string[] = []
  for (const mark of rating.marks) {
    const known = catalogue.commitments.get(mark.commitment) as KnownCommitment
    // Accusations go to the inspectors' table alone, so no figure can ever hold them.
    if (known.integrity) integrity.push(mark.commitment)
    else marks.push({ item_id: known.item_id, kept: mark.kept })
  }
  return {
    terminal_id: place.terminal_id,
    unit_id: place.unit_id,
    counter_id: counterAt(place, corrected.at),
    rating_id: rating.id,
    local_day: localDay(corrected.at),
    level: rating.level,
    marks: packMarks(marks),
    catalogue_id: rating.catalogue === undefined ? null : (catalogue.versions.get(rating.catalogue) ?? null),
    time_quality: timeQualityCode[corrected.quality],
    shown: rating.shown === undefined ? 0 : shownCodes[rating.shown],
    voice_used: rating.voice_used ?? null,
    language: rating.language,
    corrected_at: corrected.at,
    received_at: received_ms,
    rated_at: rated_at_ms,
    device_epoch: rating.device_epoch ?? null,
    sequence: rating.sequence ?? null,
    dwell_ms: rating.dwell_ms ?? null,
    received_day: localDay(received_ms),
    content_mac: contentMac(rating, key),
    remark: rating.comment ?? null,
    integrity,
  }
}
