/** The tablet's queue: what one visit may become, and that what is kept and sent tells nothing by its looks. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { Mark } from '../../server/contract/ratings.ts'
import { decrypt, encrypt, padJson } from '../../terminal-ui/offline/crypto.ts'
import { padBatch } from '../../terminal-ui/offline/padding.ts'
import {
  clip,
  codePoints,
  countMarks,
  firstTap,
  joinRemarks,
  listOf,
  MAX_REMARK,
  toggleMark,
} from '../../terminal-ui/offline/queue-policy.ts'
import { BATCH } from '../../terminal-ui/offline/sync-policy.ts'

const tap = {
  id: '3ab54543-344a-4e8b-b646-48267e7fec1a',
  level: 4 as const,
  language: 'vi',
  rated_at: '2026-11-24T09:00:00.000+07:00',
  terminal_id: '7',
  catalogue: '2023',
  voice_used: false,
  dwell_ms: 900,
  clock_session: 'a',
  elapsed_ms: 12.5,
}

t.test('the first tap is a whole rating: the face alone', async (t) => {
  t.same(firstTap(tap), { ...tap, scale: 'faces5', marks: [], shown: 'face' })
})

t.test('levels 4 and 5 are asked what was good, 1 to 3 what should be better', async (t) => {
  t.same(([1, 2, 3, 4, 5] as const).map(listOf), ['better', 'better', 'better', 'good', 'good'])
})

t.test('a commitment stands in a rating once, whatever is touched in whatever order', async () => {
  const touch = fc.record({ commitment: fc.constantFrom<string>('a', 'b', 'c'), kept: fc.boolean() })
  const after = (touches: Mark[]) =>
    touches.reduce<Mark[]>((marks, { commitment, kept }) => toggleMark(marks, commitment, kept), [])
  const has = (marks: Mark[], wanted: Mark) =>
    marks.some((mark) => mark.commitment === wanted.commitment && mark.kept === wanted.kept)
  fc.assert(
    fc.property(fc.array(touch, { maxLength: 40 }), touch, (touches, last) => {
      const codes = after(touches).map((mark) => mark.commitment)
      // The last touch decides: away when the mark stood there already, else as touched.
      return new Set(codes).size === codes.length && has(after([...touches, last]), last) !== has(after(touches), last)
    }),
  )
})

t.test('the button to the other list counts tiles of that list alone', async (t) => {
  const marks = [
    { commitment: 'please_hello', kept: true },
    { commitment: 'service_time', kept: false },
    { commitment: 'no_corruption', kept: false },
  ]
  const tiles = new Set(['please_hello', 'service_time'])
  t.equal(countMarks(marks, true, tiles), 1)
  t.equal(countMarks(marks, false, tiles), 1, 'a serious matter is no tile')
})

t.test('a remark is counted in code points after normalisation and never cut within one', async (t) => {
  t.equal(codePoints('😀'), 1)
  t.equal(codePoints('e\u0302\u0301'), 1, 'ế in three parts is one letter')
  t.equal(clip('😀😀', 1), '😀')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(50), (text, limit) => {
      return codePoints(clip(text, limit)) <= limit
    }),
  )
})

t.test('remark and report become one comment, never longer than the server takes', async (t) => {
  t.equal(joinRemarks(['', '  \n ']), null, 'blanks are no remark')
  t.equal(joinRemarks([' ghế gãy ', '']), 'ghế gãy')
  t.equal(joinRemarks(['a', 'b']), 'a\n\nb')
  t.equal(codePoints(joinRemarks(['x'.repeat(900), 'y'.repeat(900)]) ?? ''), MAX_REMARK)
})

t.test('praise and blame have the same length on the disk', async (t) => {
  const codes = ['please_hello', 'please_sorry', 'service_time']
  const sizes = [true, false].map(
    (kept) => padJson({ ...firstTap(tap), marks: codes.map((commitment) => ({ commitment, kept })) }).length,
  )
  t.equal(sizes[0], sizes[1])
  t.equal(sizes[0], padJson(firstTap(tap)).length, 'with or without marks')
  t.equal(sizes[0], padJson({ ...firstTap(tap), comment: '😀'.repeat(MAX_REMARK) }).length, 'with or without a remark')
  t.same(JSON.parse(new TextDecoder().decode(padJson({ a: 'ế' }))), { a: 'ế' })
})

t.test('on the wire a batch is as long as its number says, whatever was answered', async (t) => {
  // The longest names that a tablet was ever given or makes; the catalogue has 16 commitments of 22 characters at most.
  const codes = Array.from({ length: 16 }, (_, place) => `commitment_${place}`.padEnd(24, '_'))
  const marks = fc.uniqueArray(fc.record({ commitment: fc.constantFrom(...codes), kept: fc.boolean() }), {
    maxLength: 16,
    selector: ({ commitment }) => commitment,
  })
  const unit = fc.constantFrom('a', 'ế', '😀', '"', '\\', '\n', '\u2028')
  const remark = fc.oneof(
    fc.array(unit, { maxLength: 40 }).map((signs) => signs.join('')),
    unit.map((sign) => sign.repeat(MAX_REMARK)),
  )
  const rating = fc.record(
    {
      base: fc.constant({
        ...firstTap(tap),
        device_epoch: tap.id,
        clock_session: tap.id,
        language: 'x-'.padEnd(35, 'a'),
      }),
      marks,
      comment: remark,
      shown: fc.constantFrom('face', 'marks'),
      dwell_ms: fc.nat(2 ** 31),
      elapsed_ms: fc.nat(2 ** 31),
      sequence: fc.nat(50_000_000),
      catalogue: fc.constant('a'.repeat(40)),
    },
    { requiredKeys: ['base', 'marks'] },
  )
  const envelope = { sent_at: tap.rated_at, clock_session: tap.id, acked_through: 49_999_999 }
  const bytes = (ratings: unknown[], sent_ms: number) => {
    const padded = padBatch({ ...envelope, sent_ms, ratings })
    const { padding = '', ...rest } = padded
    assert.deepEqual(rest, { ...envelope, sent_ms, ratings })
    return padding === ' '.repeat(padding.length) && Buffer.byteLength(JSON.stringify(padded))
  }
  fc.assert(
    fc.property(fc.array(rating, { minLength: 1, maxLength: BATCH }), fc.nat(2 ** 31), (items, sent_ms) => {
      const ratings = items.map(({ base, ...more }) => ({ ...base, ...more }))
      return bytes(ratings, sent_ms) === (ratings.length === 1 ? 8192 : 65_536)
    }),
    { numRuns: 40 },
  )
  const longest = {
    ...firstTap(tap),
    marks: codes.map((commitment) => ({ commitment, kept: false })),
    comment: '😀'.repeat(1000),
  }
  t.equal(bytes([longest], 1), 8192)
  t.equal(bytes(Array(BATCH).fill(longest), 1), 65_536)
  t.equal(
    bytes([{ ...longest, comment: '\u0001'.repeat(2000) }], 1),
    16_384,
    'longer than foreseen, it is sent all the same',
  )
  t.notOk('padding' in padBatch({ ...envelope, ratings: [longest] }, 2), 'a server before revision 3 refuses the field')
})

t.test('a body opens only under its own record and its own key', async (t) => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const other = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const sealed = await encrypt(key, tap.id, firstTap(tap))
  t.same(await decrypt(key, tap.id, sealed), firstTap(tap))
  await t.rejects(decrypt(key, 'another', sealed))
  await t.rejects(decrypt(other, tap.id, sealed))
  t.not(Buffer.from(sealed.body).includes('faces5'), 'nothing readable')
})
