/** POST /ratings: one bad record never blocks the rest, nothing a caller sends is a 5xx, and everything answered is there. */
import fc from 'fast-check'
import t from 'tap'
import { errorCodes } from '../../server/contract/errors.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { badItems, deepText, mark, tiles, write } from '../support/bad-ratings.ts'
import { batch, createOffice, type Office, pairTablet, rating } from '../support/office.ts'
import { SEED } from '../support/property.ts'
import { wildBodies } from '../support/wild-bodies.ts'

const URL = '/api/v1/ratings'
const NOW = '2026-11-24T10:00:00+07:00'
let server: TestApp
let office: Office
let token: string

t.before(async () => {
  server = await startTestApp(t, { at: NOW })
  office = await createOffice(server.db, { counters: 2, officers: 1 })
  token = office.tablets[0]?.token as string
})

const send = (body: unknown) => server.tablet(token).post(URL, write(body), { 'content-type': 'application/json' })
const stored = async (id: unknown) =>
  (
    await server.db.query(
      `select r.*, m.corrected_at, m.received_at, m.rated_at, m.sequence, m.device_epoch, m.dwell_ms, k.remark
         from ratings r join moments m using (rating_id) left join remarks k using (rating_id) where rating_id::text = $1`,
      [id],
    )
  )[0]
const countRatings = async () => (await server.db.query<{ n: number }>('select count(*)::int as n from ratings'))[0]?.n

t.test('without a paired tablet’s token nothing is taken', async (t) => {
  const before = await countRatings()
  const body = batch([rating()])
  const wants = async (answer: Promise<{ status: number; body: unknown }>, status: number, code: string) => {
    const { status: got, body: said } = await answer
    t.equal(got, status, code)
    t.match(said, { error: { code, message: String } })
  }
  await wants(server.stranger.post(URL, body), 401, 'terminal_token_invalid')
  await wants(server.tablet('forged').post(URL, body), 401, 'terminal_token_invalid')
  await wants(server.tablet(`${token}x`).post(URL, body), 401, 'terminal_token_invalid')
  await wants(server.tablet('').post(URL, body), 401, 'terminal_token_invalid')
  await wants(server.stranger.post(URL, body, { authorization: `Basic ${token}` }), 401, 'terminal_token_invalid')
  const leader = await server.staff('unit_leader', { unit_id: office.unit_id })
  await wants(leader.post(URL, body), 401, 'terminal_token_invalid')
  t.equal(await countRatings(), before, 'nothing was kept')
})

t.test('a body that is no batch is refused whole, by name', async (t) => {
  const before = await countRatings()
  const cases: [what: string, body: unknown, status: number, code: string][] = [
    ['malformed JSON', '{"ratings": [', 400, 'invalid_json'],
    ['JSON with a comma too many', '{"a":1,}', 400, 'invalid_json'],
    ['no body at all', '', 400, 'invalid_body'],
    ['a list instead of an envelope', [rating()], 400, 'invalid_body'],
    ['a string', '"ratings"', 400, 'invalid_body'],
    ['null', 'null', 400, 'invalid_body'],
    ['no ratings', batch([]), 400, 'invalid_body'],
    ['ratings that are no list', batch([], { ratings: { 0: rating() } }), 400, 'invalid_body'],
    ['101 ratings', batch(Array.from({ length: 101 }, () => rating())), 400, 'batch_too_large'],
    ['an unknown field of the envelope', batch([rating()], { unit_id: '1' }), 400, 'unknown_field'],
    ['no sent_at', { ratings: [rating()] }, 400, 'invalid_body'],
    ['sent_at that is no moment', batch([rating()], { sent_at: '2026-13-45T99:00:00Z' }), 400, 'invalid_body'],
    ['sent_at without an offset', batch([rating()], { sent_at: '2026-11-24T10:00:00' }), 400, 'invalid_body'],
    ['a number as text', batch([rating()], { sent_ms: '5' }), 400, 'invalid_body'],
    ['a negative clock', batch([rating()], { sent_ms: -1 }), 400, 'invalid_body'],
    ['a clock session with a NUL byte', batch([rating()], { clock_session: 'a\u0000b' }), 400, 'invalid_body'],
    ['padding that is no text', batch([rating()], { padding: 8192 }), 400, 'invalid_body'],
    [
      'padding longer than any body of a tablet',
      batch([rating()], { padding: ' '.repeat(65_537) }),
      400,
      'invalid_body',
    ],
    ['a prototype', '{"__proto__": {"ratings": []}}', 400, 'invalid_json'],
    ['50,000-deep nesting as the body', deepText(50_000), 400, 'invalid_body'],
    ['50,000-deep nesting cut off', '['.repeat(50_000), 400, 'invalid_json'],
    ['8 MB', JSON.stringify(batch([rating({ comment: 'a'.repeat(8_000_000) })])), 413, 'body_too_large'],
  ]
  for (const [what, body, status, code] of cases) {
    const answer = await server.tablet(token).post(URL, body, { 'content-type': 'application/json' })
    t.equal(answer.status, status, what)
    t.match(answer.body, { error: { code, message: /./ } }, what)
  }
  const form = await server.tablet(token).post(URL, 'level=5', { 'content-type': 'text/plain' })
  t.match(form, { status: 415, body: { error: { code: 'unsupported_media_type' } } })
  t.match(await server.tablet(token).get(URL), { status: 405, body: { error: { code: 'method_not_allowed' } } })
  t.equal(await countRatings(), before, 'nothing was kept')
})

t.test('each bad item gets its code, and its neighbours are stored', async (t) => {
  const before = (await countRatings()) ?? 0
  for (const [what, item, code] of badItems) {
    const [left, right] = [rating(), rating({ level: 1 })]
    const { status, body } = await send(batch([left, item, right]))
    t.equal(status, 200, what)
    t.match(body.results, [
      { index: 0, id: left.id, status: 'stored' },
      { index: 1, status: 'rejected', code, message: /./ },
      { index: 2, id: right.id, status: 'stored' },
    ])
    const id = (item as { id?: unknown } | null)?.id
    t.equal(body.results[1].id, typeof id === 'string' ? id : null, 'the id comes back as it was sent')
    if (typeof id === 'string') t.equal(await stored(id), undefined, 'and is not kept')
  }
  t.equal(await countRatings(), before + 2 * badItems.length)
})

t.test('all bad items at once: a hundred answers in order, and the good ones among them stand', async (t) => {
  const items = Array.from({ length: 100 }, (_, index) =>
    index % 3 === 0 ? rating() : (badItems[index % badItems.length] as [string, unknown, string])[1],
  ).map((item) => (write(item).length > 20_000 ? null : item))
  const { status, body } = await send(batch(items))
  t.equal(status, 200)
  t.same(
    body.results.map((result: { index: number }) => result.index),
    items.map((_, index) => index),
  )
  for (const { index, status } of body.results) t.equal(status, index % 3 === 0 ? 'stored' : 'rejected')
})

t.test('what is unusual and right is stored, cleaned and dated', async (t) => {
  const good: [what: string, parts: Record<string, unknown>, want: Record<string, unknown>][] = [
    ['a remark of 1,000 characters', { comment: 'ệ'.repeat(1000) }, { remark: 'ệ'.repeat(1000) }],
    ['1,000 emoji are 1,000 characters', { comment: '🙂'.repeat(1000) }, { remark: '🙂'.repeat(1000) }],
    [
      'decomposed letters are joined before they are counted',
      { comment: 'e\u0302\u0323'.repeat(1000) },
      { remark: 'ệ'.repeat(1000) },
    ],
    [
      '1,100 characters of which 100 vanish',
      { comment: 'a'.repeat(1000) + '\u0000'.repeat(100) },
      { remark: 'a'.repeat(1000) },
    ],
    ['NUL bytes are taken out', { comment: 'Cảm\u0000 ơn' }, { remark: 'Cảm ơn' }],
    ['marks that turn text around are taken out', { comment: 'a\u202Eb\u2066c\u200Fd' }, { remark: 'abcd' }],
    ['half a character is replaced', { comment: 'a\uD800b' }, { remark: 'a\uFFFDb' }],
    ['nothing but blanks is no remark', { comment: ' \t\n ' }, { remark: null }],
    ['SQL is text', { comment: "'); drop table ratings; --" }, { remark: "'); drop table ratings; --" }],
    ['HTML is text', { comment: '<img src=x onerror=alert(1)>' }, { remark: '<img src=x onerror=alert(1)>' }],
    ['a formula is text', { comment: '=HYPERLINK("x")' }, { remark: '=HYPERLINK("x")' }],
    ['a backslash and a brace are text', { comment: '{"a\\",NULL}' }, { remark: '{"a\\",NULL}' }],
    ['the word NULL is text', { comment: 'NULL' }, { remark: 'NULL' }],
    [
      'good marks on the lowest face',
      { level: 1, marks: [mark('always_smile')] },
      { level: 1, marks: Buffer.from([5]) },
    ],
    ['all thirteen tiles', { marks: tiles.map((name, i) => mark(name, i % 2 === 0)) }, { level: 5 }],
    ['a sequence at the edge', { sequence: Number.MAX_SAFE_INTEGER }, { sequence: Number.MAX_SAFE_INTEGER }],
    ['a catalogue this server never had', { catalogue: 'son-la-99' }, { catalogue_id: null }],
    ['the catalogue it has', { catalogue: 'son-la-1' }, { catalogue_id: 1 }],
    ['face alone', { shown: 'face', voice_used: true }, { shown: 1, voice_used: true }],
    ['level written 5.0', { level: 5.0 }, { level: 5 }],
  ]
  for (const [what, parts, want] of good) {
    const item = rating(parts)
    const { body } = await send(batch([item]))
    t.match(body.results, [{ index: 0, id: item.id, status: 'stored' }], what)
    t.match(await stored(item.id), want, what)
    t.match((await send(batch([item]))).body.results, [{ status: 'duplicate' }], `${what}, sent again`)
  }
})

t.test('who, where and when come from the server’s own records', async (t) => {
  const item = rating({ sequence: 7, device_epoch: 'life-1', dwell_ms: 2100, marks: [mark('service_time', false)] })
  const { status, body } = await send(batch([item], { acked_through: 6 }))
  t.equal(status, 200)
  const [state] = await server.db.query<{ epoch: string }>('select epoch from server_state')
  t.equal(body.epoch, state?.epoch)
  t.match(await stored(item.id), {
    unit_id: office.unit_id,
    counter_id: office.counters[0],
    terminal_id: office.tablets[0]?.terminal_id,
    sequence: 7,
    device_epoch: 'life-1',
    dwell_ms: 2100,
    marks: Buffer.from([14 + 128]),
    received_at: new Date(NOW),
  })
})

t.test(
  'one id twice in a batch: the first stands, the same again is a duplicate, other content is refused',
  async (t) => {
    const item = rating({ level: 4, comment: 'Tốt' })
    const reordered = Object.fromEntries(Object.entries(item).reverse())
    const other = { ...item, level: 1 }
    const { body } = await send(batch([item, reordered, other, { ...item, comment: 'Tốt ' }]))
    t.match(body.results, [
      { index: 0, id: item.id, status: 'stored' },
      { index: 1, id: item.id, status: 'duplicate' },
      { index: 2, id: item.id, status: 'rejected', code: 'rating_conflict' },
      { index: 3, id: item.id, status: 'duplicate' },
    ])
    t.match(await stored(item.id), { level: 4, remark: 'Tốt' })
    t.match((await send(batch([other]))).body.results, [{ status: 'rejected', code: 'rating_conflict' }], 'later too')
    t.match((await send(batch([item]))).body.results, [{ status: 'duplicate' }])
    const elsewhere = server.tablet(office.tablets[1]?.token as string)
    t.match(
      (await elsewhere.post(URL, batch([item]))).body.results,
      [{ status: 'duplicate' }],
      'from another tablet too',
    )
    t.match(await stored(item.id), { level: 4, counter_id: office.counters[0] })
  },
)

t.test('marks are the same content in any order', async (t) => {
  const marks = [mark('always_smile'), mark('service_time', false), mark('please_hello')]
  const item = rating({ marks })
  t.match((await send(batch([item]))).body.results, [{ status: 'stored' }])
  t.match((await send(batch([{ ...item, marks: [...marks].reverse() }]))).body.results, [{ status: 'duplicate' }])
})

t.test('padding is no part of what is stored: the same rating with another one was there already', async (t) => {
  const item = rating()
  for (const [length, status] of [
    [65_536, 'stored'],
    [0, 'duplicate'],
    [8000, 'duplicate'],
  ] as const) {
    const { body } = await send(batch([item], { padding: ' '.repeat(length) }))
    t.match(body.results, [{ id: item.id, status }], `${length} blanks`)
  }
  t.equal((await send(batch([item], { padding: '\ud800\u0000' }))).body.results[0].status, 'duplicate', 'not even read')
  t.match((await send(batch([rating({ padding: ' ' })]))).body.results, [{ status: 'rejected', code: 'unknown_field' }])
})

t.test('a revoked or unknown pairing is kept aside whole, and its neighbours are answered too', async (t) => {
  const gone = await pairTablet(server.db, office.counters[0] as number)
  await server.db.query('update terminals set revoked_at = now() where terminal_id = $1', [gone.terminal_id])
  const tablet = server.tablet(gone.token)
  const [one, two] = [rating({ comment: 'Chậm' }), rating({ device_epoch: 'x\ud800' })]
  const first = await tablet.post(URL, batch([one, rating({ level: 9 }), two, one, { ...one, level: 1 }]))
  t.equal(first.status, 200)
  t.match(first.body.results, [
    { index: 0, id: one.id, status: 'quarantined', code: 'terminal_revoked', message: /./ },
    { index: 1, status: 'rejected', code: 'invalid_rating' },
    { index: 2, id: two.id, status: 'rejected', code: 'invalid_rating' },
    { index: 3, id: one.id, status: 'quarantined' },
    { index: 4, id: one.id, status: 'rejected', code: 'rating_conflict' },
  ])
  t.equal(await stored(one.id), undefined, 'not among the ratings')
  const kept = await server.db.query('select * from quarantine where rating_id::text = $1', [one.id])
  t.match(kept, [{ reason: 'terminal_revoked', sent_by_terminal_id: gone.terminal_id, body: { rating: one } }])
  const counted = rating()
  await send(batch([counted]))
  t.match((await tablet.post(URL, batch([counted]))).body.results, [{ status: 'duplicate' }], 'already counted')
  t.match((await tablet.post(URL, batch([{ ...counted, level: 1 }]))).body.results, [{ code: 'rating_conflict' }])
})

t.test(`whatever JSON comes, there is no 5xx and each item has its answer in order (seed ${SEED})`, async (t) => {
  const revoked = await pairTablet(server.db, office.counters[1] as number)
  await server.db.query('update terminals set revoked_at = now() where terminal_id = $1', [revoked.terminal_id])

  const statuses = new Map<string, number>()
  let ask = 0
  await fc.assert(
    fc.asyncProperty(wildBodies, async (body) => {
      ask += 1
      const tablet = server.tablet(ask % 4 === 0 ? revoked.token : token)
      const sent = JSON.stringify(body) ?? 'null'
      const answer = await tablet.post(URL, sent, { 'content-type': 'application/json' })
      if (answer.status >= 500) throw new Error(`${answer.status} for ${sent}`)
      if (answer.status !== 200) {
        if (!errorCodes.includes(answer.body.error.code)) throw new Error(`no code for ${sent}`)
        return
      }
      const items = JSON.parse(sent).ratings as unknown[]
      const { results } = answer.body
      if (results.length !== items.length) throw new Error(`${results.length} answers to ${items.length} items`)
      for (const [index, result] of results.entries()) {
        const id = (items[index] as { id?: unknown } | null)?.id
        if (result.index !== index) throw new Error('out of order')
        if (result.id !== (typeof id === 'string' ? id : null)) throw new Error(`id ${result.id} for ${sent}`)
        statuses.set(result.status, (statuses.get(result.status) ?? 0) + 1)
      }
    }),
    { seed: SEED, numRuns: 2000 },
  )
  // A fuzz that is refused at the door proves nothing of what lies behind it.
  for (const status of ['stored', 'quarantined', 'rejected']) {
    t.ok((statuses.get(status) ?? 0) > 200, `${status}: ${statuses.get(status)}`)
  }
})

t.test('after all of it, every acknowledged rating is counted once and every figure adds up', async (t) => {
  await server.count()
  const { ratings, inbox, differences } = await server.verify()
  t.equal(ratings, await countRatings())
  t.equal(inbox, 0)
  t.same(differences, [])
})
