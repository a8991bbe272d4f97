/** Everything that can be wrong with one rating, and the code it gets. */
import { randomUUID } from 'node:crypto'
import { rating } from './office.ts'

/** The commitments and service tiles a citizen can tap. */
export const tiles = [
  ...['please_hello', 'please_sorry', 'please_thank_you', 'please_permission'],
  ...['always_smile', 'always_gentle', 'always_listen', 'always_help', 'no_arrogance', 'no_bureaucracy'],
  ...['service_time', 'service_guidance', 'service_place'],
]

/** Stands for 50,000 nested lists, which JSON.stringify cannot write. */
const DEEP = 'fifty thousand levels'
/** The body as JSON text. */
export const write = (body: unknown) => JSON.stringify(body).replaceAll(`"${DEEP}"`, deepText(50_000))

/** What is wrong with an item, the item, and the code it gets. */
export const badItems: [what: string, item: unknown, code: string][] = [
  ['null', null, 'invalid_rating'],
  ['a list', [], 'invalid_rating'],
  ['a string', 'rating', 'invalid_rating'],
  ['a number', 5, 'invalid_rating'],
  ['true', true, 'invalid_rating'],
  ['an empty object', {}, 'invalid_rating'],
  ['level 6', rating({ level: 6 }), 'invalid_rating'],
  ['level 0', rating({ level: 0 }), 'invalid_rating'],
  ['level -1', rating({ level: -1 }), 'invalid_rating'],
  ['level 2.5', rating({ level: 2.5 }), 'invalid_rating'],
  ['level as text', rating({ level: '5' }), 'invalid_rating'],
  ['level null', rating({ level: null }), 'invalid_rating'],
  ['level true', rating({ level: true }), 'invalid_rating'],
  ['no level', without(rating(), 'level'), 'invalid_rating'],
  ['another scale', rating({ scale: 'stars' }), 'invalid_rating'],
  ['an id that is no UUID', rating({ id: 'rating-1' }), 'invalid_rating'],
  ['a UUID of version 7', rating({ id: '019300f1-7f6a-7cc0-9d3e-5b1f0c7a1e2d' }), 'invalid_rating'],
  ['a UUID of version 1', rating({ id: '0ab6ba2e-aa3e-11ef-9cd2-0242ac120002' }), 'invalid_rating'],
  ['the nil UUID', rating({ id: '00000000-0000-0000-0000-000000000000' }), 'invalid_rating'],
  ['an id in capitals', rating({ id: randomUUID().toUpperCase() }), 'invalid_rating'],
  ['an id with a line feed behind it', rating({ id: `${randomUUID()}\n` }), 'invalid_rating'],
  ['an id that is a number', rating({ id: 7 }), 'invalid_rating'],
  ['no id', without(rating(), 'id'), 'invalid_rating'],
  ['no marks', without(rating(), 'marks'), 'invalid_rating'],
  ['marks that are no list', rating({ marks: { always_smile: true } }), 'invalid_rating'],
  ['65 marks', rating({ marks: Array.from({ length: 65 }, () => mark('always_smile')) }), 'invalid_rating'],
  ['a mark without kept', rating({ marks: [{ commitment: 'always_smile' }] }), 'invalid_rating'],
  ['a mark kept "yes"', rating({ marks: [{ commitment: 'always_smile', kept: 'yes' }] }), 'invalid_rating'],
  ['a field too many in a mark', rating({ marks: [{ ...mark('always_smile'), officer: 1 }] }), 'unknown_field'],
  ['an unknown commitment', rating({ marks: [mark('always_on_time')] }), 'unknown_commitment'],
  ['a commitment named like a method', rating({ marks: [mark('toString')] }), 'unknown_commitment'],
  ['a mark given twice', rating({ marks: [mark('always_smile'), mark('always_smile')] }), 'duplicate_mark'],
  ['kept and not kept', rating({ marks: [mark('always_smile'), mark('always_smile', false)] }), 'duplicate_mark'],
  ['an unknown field', rating({ mood: 'good' }), 'unknown_field'],
  ['an officer named by the caller', rating({ officer_id: '1' }), 'unknown_field'],
  ['a unit named by the caller', rating({ unit_id: '1' }), 'unknown_field'],
  ['a counter named by the caller', rating({ counter_id: '1' }), 'unknown_field'],
  ['a time of receipt named by the caller', rating({ received_at: '2026-11-24T10:00:00+07:00' }), 'unknown_field'],
  ['a remark of 1,001 characters', rating({ comment: 'a'.repeat(1001) }), 'comment_too_long'],
  ['a remark of 2,000 characters', rating({ comment: 'ă'.repeat(2000) }), 'comment_too_long'],
  ['a remark of 100,000 characters', rating({ comment: 'đ'.repeat(100_000) }), 'comment_too_long'],
  ['a remark that is a number', rating({ comment: 5 }), 'invalid_rating'],
  ['a remark that is null', rating({ comment: null }), 'invalid_rating'],
  ['a language that is none', rating({ language: 'tiếng Việt' }), 'invalid_rating'],
  ['rated_at without an offset', rating({ rated_at: '2026-11-24T10:00:00' }), 'invalid_rating'],
  ['rated_at as a number', rating({ rated_at: 1_795_489_200_000 }), 'invalid_rating'],
  ['rated_at in month 13', rating({ rated_at: '2026-13-01T10:00:00Z' }), 'invalid_rating'],
  ['a sequence below 0', rating({ sequence: -1 }), 'invalid_rating'],
  ['a sequence of 1e300', rating({ sequence: 1e300 }), 'invalid_rating'],
  ['a dwell of half a millisecond', rating({ dwell_ms: 0.5 }), 'invalid_rating'],
  ['shown as nothing known', rating({ shown: 'all' }), 'invalid_rating'],
  ['voice_used as text', rating({ voice_used: 'no' }), 'invalid_rating'],
  ['a device_epoch with a NUL byte', rating({ device_epoch: 'a\u0000' }), 'invalid_rating'],
  ['a device_epoch with half a character', rating({ device_epoch: 'a\ud800' }), 'invalid_rating'],
  ['a catalogue with a NUL byte', rating({ catalogue: '\u0000' }), 'invalid_rating'],
  ['a clock_session with a control character', rating({ clock_session: 'a\u001bb' }), 'invalid_rating'],
  ['a terminal_id with a NUL byte', rating({ terminal_id: '1\u0000' }), 'invalid_rating'],
  ['50,000-deep nesting in the remark', rating({ comment: DEEP }), 'invalid_rating'],
  ['50,000-deep nesting in an unknown field', rating({ x: DEEP }), 'unknown_field'],
]

export function mark(commitment: string, kept = true) {
  return { commitment, kept }
}

function without(item: Record<string, unknown>, field: string): Record<string, unknown> {
  const { [field]: _, ...rest } = item
  return rest
}

export function deepText(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`
}
