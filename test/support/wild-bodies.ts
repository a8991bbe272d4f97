/** Bodies for POST /ratings as no tablet would send them: nearly right, half right, and noise. */
import fc from 'fast-check'
import { tiles } from './bad-ratings.ts'
import { batch, rating } from './office.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    '5',
    'faces5',
    'vi',
    '2026-11-24T10:00:00+07:00',
    'null',
    '__proto__',
    '1e999',
    '\u202e',
  ),
)
const value = fc.oneof(
  { arbitrary: text, weight: 3 },
  fc.double(),
  fc.constantFrom(null, true, false, 0, -0, 5, 6, 2 ** 53, -1, 1e308, [], {}),
  fc.jsonValue({ maxDepth: 2 }),
)
const fields = ['scale', 'level', 'marks', 'comment', 'language', 'rated_at', 'device_epoch', 'sequence', 'terminal_id']
const more = ['catalogue', 'shown', 'voice_used', 'dwell_ms', 'clock_session', 'elapsed_ms', 'x', 'id']
const known = new Set([...fields, ...more])
// A good rating with a few fields made wild: pure noise would never get past the first check.
const nearlyRating = fc
  .record({
    marks: fc.oneof(
      fc.constant([]),
      fc.array(
        fc.record({ commitment: fc.oneof(fc.constantFrom(...tiles), text), kept: fc.oneof(fc.boolean(), value) }),
      ),
    ),
    wild: fc.dictionary(fc.constantFrom(...known), value, { maxKeys: 2 }),
    comment: fc.option(text),
  })
  .map(({ marks, wild, comment }) => rating({ marks, ...(comment === null ? {} : { comment }), ...wild }))
const item = fc.oneof({ arbitrary: nearlyRating, weight: 4 }, value)
const envelopes = fc
  .record({
    ratings: fc.oneof({ arbitrary: fc.array(item, { minLength: 1, maxLength: 6 }), weight: 8 }, value),
    wild: fc.dictionary(fc.constantFrom('sent_at', 'clock_session', 'sent_ms', 'acked_through', 'y'), value, {
      maxKeys: 1,
    }),
    isWild: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ ratings, wild, isWild }) => batch([], { ratings, ...(isWild === 0 ? wild : {}) }))

export const wildBodies = fc.oneof({ arbitrary: envelopes, weight: 9 }, value)
