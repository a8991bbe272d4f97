/** The keyed hash of a rating's content: the same for ever, because what was stored yesterday is compared with it. */
import { createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { bools, bytes, dates, instants, int2s, int4s, int8s, texts, uuids } from '../../server/binary-arrays.ts'
import type { Rating } from '../../server/contract/ratings.ts'
import { Rating as RatingSchema } from '../../server/contract/ratings.ts'
import { canonical, checkRating, contentMac, keyedHash } from '../../server/receive/prepare.ts'
import { joinRemarks } from '../../terminal-ui/offline/queue-policy.ts'
import { countNormalised, worstText } from '../support/normalised.ts'

const text = fc.string({ unit: 'binary', maxLength: 40 }).map((raw) => raw.replace(/\p{Surrogate}/gu, '?'))
const ratings = fc.record(
  {
    id: fc.uuid({ version: 4 }),
    scale: fc.constant('faces5'),
    level: fc.integer({ min: 1, max: 5 }),
    marks: fc.uniqueArray(fc.record({ commitment: fc.string({ minLength: 1, maxLength: 8 }), kept: fc.boolean() }), {
      selector: (mark) => mark.commitment,
      maxLength: 8,
    }),
    comment: text,
    language: fc.constant('vi'),
    rated_at: fc.constant('2026-11-24T10:00:00.000+07:00'),
    device_epoch: text,
    sequence: fc.nat(),
    terminal_id: text,
    catalogue: text,
    shown: fc.constantFrom('face', 'marks'),
    voice_used: fc.boolean(),
    dwell_ms: fc.nat(),
    clock_session: text,
    elapsed_ms: fc.double({ min: 0, max: 1e9, noNaN: true }),
  },
  { requiredKeys: ['id', 'scale', 'level', 'marks', 'language', 'rated_at'] },
) as unknown as fc.Arbitrary<Rating>

const plain = {
  id: '00000000-0000-4000-8000-000000000001',
  scale: 'faces5',
  level: 5,
  marks: [],
  language: 'vi',
  rated_at: '2026-11-24T10:00:00+07:00',
}

/** As the first version of the server wrote it. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${sorted(part)}`).join(',')}}`
  }
  return JSON.stringify(value)
}
const byName = (rating: Rating) => ({
  ...rating,
  marks: [...rating.marks].sort((a, b) => (a.commitment < b.commitment ? -1 : 1)),
})

t.test('the canonical record has every field of the contract, sorted, whatever order it came in', async (t) => {
  fc.assert(
    fc.property(ratings, fc.infiniteStream(fc.boolean()), (rating, coins) => {
      const shuffled = Object.fromEntries(
        Object.entries(rating).sort(() => (coins.next().value ? 1 : -1)),
      ) as unknown as Rating
      return canonical(shuffled) === sorted(byName(rating))
    }),
  )
  const all = Object.keys(RatingSchema.properties).sort()
  const full = Object.fromEntries(all.map((key) => [key, key === 'marks' ? [] : 'x'])) as unknown as Rating
  t.strictSame(Object.keys(JSON.parse(canonical(full))), all, 'a field that the contract gains is in it too')
})

t.test('the keyed hash is HMAC-SHA-256, of short and long texts and of any key', async (t) => {
  const hmac = (message: string, key: Buffer) => createHmac('sha256', key).update(message).digest('hex')
  const keys = [randomBytes(32), randomBytes(64), randomBytes(100), Buffer.alloc(0)]
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(3), (message, which) => {
      const key = keys[which] as Buffer
      return keyedHash(message, key) === hmac(message, key)
    }),
  )
  const [key] = keys as [Buffer]
  for (const message of ['', 'ế'.repeat(5460), 'ế'.repeat(5462), '𐐷'.repeat(9000)]) {
    t.equal(keyedHash(message, key), hmac(message, key), `${message.length}`)
  }
  t.equal(keyedHash('a', key), hmac('a', key), 'and a short one after a long one')
  const [rating] = fc.sample(ratings, 1) as [Rating]
  t.equal(contentMac(rating, key).toString('hex'), hmac(sorted(byName(rating)), key).slice(0, 32))
})

t.test('lists in binary carry their type, their length and their nulls', async (t) => {
  const hex = (array: Buffer) =>
    array
      .toString('hex')
      .replace(/(.{8})/g, '$1 ')
      .trim()
  t.equal(
    hex(int4s([1, null, -1])),
    '00000001 00000001 00000017 00000003 00000001 00000004 00000001 ffffffff 00000004 ffffffff',
  )
  t.equal(hex(int8s([2 ** 52, -1])).slice(45), '00000008 00100000 00000000 00000008 ffffffff ffffffff')
  t.equal(hex(int2s([5])).slice(45), '00000002 0005')
  t.equal(hex(bools([true, false])).slice(45), '00000001 01000000 0100')
  t.equal(hex(texts(['ế'])).slice(45), '00000003 e1babf')
  t.equal(hex(bytes([Buffer.from([1, 2])])).slice(45), '00000002 0102')
  t.equal(hex(dates(['2000-01-02', '1999-12-31'])).slice(45), '00000004 00000001 00000004 ffffffff')
  t.equal(hex(instants([Date.UTC(2000, 0, 1, 0, 0, 1)])).slice(45), '00000008 00000000 000f4240')
  t.equal(
    hex(uuids(['01234567-89ab-4cde-8f01-23456789abcd'])).slice(45),
    '00000010 01234567 89ab4cde 8f012345 6789abcd',
  )
  t.throws(() => int2s([70_000]), { code: 'ERR_OUT_OF_RANGE' })
})

t.test('a remark is measured before it is normalised, and what a tablet sends is always taken', async (t) => {
  const normalised = countNormalised(t)
  const check = (comment: string) => {
    const item = { ...plain, comment }
    return checkRating(item, { commitments: new Map(), versions: new Map() })
  }
  const comment = (text: string) => (check(text) as { rating: Rating }).rating.comment
  t.match(check(worstText(400_000)), { refusal: { code: 'comment_too_long' } })
  t.equal(normalised(), 0)
  t.match(check('a'.repeat(1001)), { refusal: { code: 'comment_too_long' } })
  t.equal(comment('ế'.normalize('NFD').repeat(1000)), 'ế'.repeat(1000), 'three units for each letter')
  t.equal(comment('ᾂ'.normalize('NFD').repeat(1000)), 'ᾂ'.repeat(1000), 'four')
  t.equal(comment('😀'.repeat(1000)), '😀'.repeat(1000))
  t.match(check('😀'.repeat(1001)), { refusal: { code: 'comment_too_long' } })
  t.equal(comment(`Tốt${'\u0301'.repeat(31)}`), `Tốt${'\u0301'.repeat(30)}`, 'the 31st mark goes, the rating stays')

  const pieces = fc.constantFrom(
    'e\u0302\u0301',
    '\u0344',
    '\u0323\u0301',
    '\uff9e',
    '😀',
    '👨\u200d👩',
    '𖬀𖬲',
    '\u{1d160}',
    '\u200b',
    ' ',
    '\r\n',
  )
  const written = fc.array(
    fc.tuple(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 4 })), fc.integer({ min: 1, max: 900 })),
  )
  await fc.assert(
    fc.property(written, (parts) => {
      const sent = joinRemarks(parts.map(([piece, times]) => piece.repeat(times)))
      return sent === null || 'rating' in check(sent)
    }),
    { numRuns: 200 },
  )
})
