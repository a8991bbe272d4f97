/** A tablet's own calls: paired once by its code, told what to show, heard of; and believed only about itself. */
import t, { type Test } from 'tap'
import type { CatalogueItem } from '../../server/contract/catalogue.ts'
import { API_REVISION } from '../../server/contract/ratings.ts'
import { openPools } from '../../server/queries/database.ts'
import { type Caller, startTestApp, type TestApp } from '../support/app.ts'
import { tiles } from '../support/bad-ratings.ts'
import { assign, batch, createOffice, type Office, pairTablet, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const PAIR = '/api/v1/terminals/pair'
const NOW = '2026-11-24T10:00:00+07:00'
let server: TestApp
let office: Office
let clerk: Caller

t.before(async () => {
  server = await startTestApp(t, { at: NOW })
  office = await createOffice(server.db, { counters: 2, officers: 2, name: 'Phường Quyết Thắng' })
  clerk = await server.staff('unit_clerk', { unit_id: office.unit_id })
})

const newCode = async (counter = 0): Promise<{ pairing_code: string; terminal_id: string }> =>
  (await clerk.post('/api/v1/terminals', { counter_id: String(office.counters[counter]) })).body
/** Pairs from an address of its own, so that wrong codes of one test are no burden to another. */
let addresses = 0
async function stranger(pool?: TestApp) {
  addresses += 1
  const remoteAddress = `10.3.0.${addresses}`
  return async (body: unknown) => {
    const answer = await (pool ?? server).app.inject({
      method: 'POST',
      url: PAIR,
      payload: body as object,
      remoteAddress,
    })
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers, file: answer.rawPayload }
  }
}

t.test('bad bodies', async (t) => {
  const pair = await stranger()
  for (const body of [
    {},
    { pairing_code: 12345678 },
    { pairing_code: '' },
    { pairing_code: null },
    { pairing_code: 'A'.repeat(41) },
    [],
  ]) {
    refused(t, await pair(body), 400, 'invalid_body', JSON.stringify(body))
  }
  const { pairing_code } = await newCode()
  refused(t, await pair({ pairing_code, unit_id: '1' }), 400, 'unknown_field')
  t.equal((await pair({ pairing_code })).status, 201, 'and no refusal has spent the code')
})

t.test('of twenty tablets with one code, on two servers, one is paired', async (t) => {
  const { ownerUrl } = server.db
  const pools = await openPools({ ownerUrl, appUrl: null, ingestUrl: null }, () => {})
  const { db, clock, keys } = server
  const beside = await startTestApp(t, { db, clock, keys, pools })
  t.teardown(() => pools.close())
  const { pairing_code, terminal_id } = await newCode()
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) =>
      (await stranger(index % 2 === 0 ? server : beside))({ pairing_code }),
    ),
  )
  const paired = answers.filter((answer) => answer.status === 201)
  t.equal(paired.length, 1)
  for (const answer of answers) if (answer.status !== 201) refused(t, answer, 403, 'pairing_code_refused')
  t.match(paired[0]?.body, {
    terminal: { terminal_id },
    unit: { unit_id: String(office.unit_id), name: 'Phường Quyết Thắng', kind: 'commune' },
    counter: { counter_id: String(office.counters[0]) },
  })
  t.equal(
    (await beside.tablet(paired[0]?.body.terminal_token).get('/api/v1/terminal')).status,
    200,
    'known to both servers',
  )
})

t.test('after ten wrong codes an address has to wait, with a right one too; another address has not', async (t) => {
  const pair = await stranger()
  const { pairing_code } = await newCode()
  for (const [index, guess] of [
    'ZZZZZZZZ',
    'x',
    '        ',
    '00000000',
    '🙂🙂🙂🙂🙂🙂🙂🙂',
    "' or 1=1",
    'AAAAAAAA',
    'BBBBBBBB',
    'CCCCCCCC',
    'DDDDDDDD',
  ].entries()) {
    refused(t, await pair({ pairing_code: guess }), 403, 'pairing_code_refused', `wrong code ${index + 1}`)
  }
  const slowed = await pair({ pairing_code })
  refused(t, slowed, 429, 'too_many_requests')
  const seconds = Number(slowed.headers['retry-after'])
  t.ok(seconds > 800 && seconds <= 900, `a quarter of an hour: ${seconds} s`)
  t.equal((await (await stranger())({ pairing_code })).status, 201)
})

t.test('a paired tablet is told everything it shows, and 304 while nothing changes', async (t) => {
  refused(t, await server.stranger.get('/api/v1/terminal'), 401, 'terminal_token_invalid')
  refused(t, await server.tablet('forged').get('/api/v1/terminal'), 401, 'terminal_token_invalid')
  await server.db.query(
    `update units set hotline = '0212 3 855 555', duty_leader_name = 'Lò Văn Ặ', duty_leader_phone = '0912' where unit_id = $1`,
    [office.unit_id],
  )
  const tablet = server.tablet(office.tablets[0]?.token as string)
  const { status, body, headers } = await tablet.get('/api/v1/terminal')
  t.equal(status, 200)
  const [state] = await server.db.query<{ epoch: string }>('select epoch from server_state')
  t.match(body, {
    api_revision: API_REVISION,
    epoch: state?.epoch,
    terminal: { terminal_id: String(office.tablets[0]?.terminal_id) },
    counter: { counter_id: String(office.counters[0]) },
    unit: { unit_id: String(office.unit_id), name: 'Phường Quyết Thắng' },
    catalogue: { version: 'son-la-1' },
    default_language: 'vi',
    duty_leader: { name: 'Lò Văn Ặ', phone: '0912' },
    hotline: '0212 3 855 555',
    slogan: { vi: 'Chuyên nghiệp – Thân thiện – Hiệu quả' },
    serious: { body: { vi: String } },
    hours: { days: [1, 2, 3, 4, 5] },
  })
  t.notMatch(JSON.stringify(body), /: cán bộ \d/, 'no officer of the unit is named to a tablet')
  const items = body.catalogue.items as CatalogueItem[]
  const named = (kind: string) => items.filter((item) => item.kind === kind).map((item) => item.commitment)
  t.same([...named('conduct'), ...named('service')], tiles, 'thirteen tiles, in the order of the wall')
  t.same(named('integrity'), ['no_corruption', 'no_flattery', 'no_abuse_of_power'])
  for (const { commitment, labels } of items) {
    for (const language of ['vi', 'en'])
      t.match(labels[language], { official: /./, kept: /./, broken: /./ }, commitment)
  }
  t.match(await tablet.get('/api/v1/terminal', { 'if-none-match': headers.etag as string }), { status: 304, body: '' })
  await server.db.query(`update units set hotline = '0212 1' where unit_id = $1`, [office.unit_id])
  t.match(await tablet.get('/api/v1/terminal', { 'if-none-match': headers.etag as string }), {
    status: 200,
    body: { hotline: '0212 1' },
  })
})

t.test('a heartbeat says how the tablet is, and bad ones are refused', async (t) => {
  const url = '/api/v1/terminal/heartbeat'
  refused(t, await server.stranger.post(url, { queue_length: 0 }), 401, 'terminal_token_invalid')
  const tablet = server.tablet(office.tablets[0]?.token as string)
  for (const body of [
    {},
    { queue_length: -1 },
    { queue_length: '3' },
    { queue_length: 1, battery: 2 },
    { queue_length: 1, oldest_at: 'gestern' },
    { queue_length: 1, oldest_at: '2026-99-99T00:00:00Z' },
  ]) {
    refused(t, await tablet.post(url, body), 400, 'invalid_body', JSON.stringify(body))
  }
  refused(t, await tablet.post(url, { queue_length: 1, officer: 'x' }), 400, 'unknown_field')
  const full = {
    ...{ queue_length: 12, oldest_at: '1970-01-01T00:00:00Z', rejected_length: 1, storage_persisted: false },
    ...{ version: '1.2.3\u0000', battery: 0.5, charging: null, clock: '2090-01-01T00:00:00Z' },
  }
  const { status, body } = await tablet.post(url, full)
  t.equal(status, 200)
  t.match(body, { epoch: /-/, api_revision: API_REVISION, server_time: new Date(NOW).toISOString() })
  const contact = async () =>
    (
      await server.db.query('select * from terminal_contacts where terminal_id = $1', [office.tablets[0]?.terminal_id])
    )[0]
  t.match(await contact(), {
    last_contact_at: new Date(NOW),
    queue_length: 12,
    rejected_length: 1,
    version: '1.2.3',
    details: { battery: 0.5, storage_persisted: false },
  })
  server.clock.advance(60_000)
  await tablet.post(url, { queue_length: 0 })
  t.match(
    await contact(),
    { last_contact_at: new Date(server.clock.now()), queue_length: 0, oldest_at: null, version: '1.2.3' },
    'what it does not say stays',
  )
})

async function statusOf(t: Test, token: string, item: Record<string, unknown>) {
  const { status, body } = await server.tablet(token).post('/api/v1/ratings', batch([rating(), item, rating()]))
  t.equal(status, 200)
  t.match([body.results[0], body.results[2]], [{ status: 'stored' }, { status: 'stored' }], 'its neighbours are stored')
  return body.results[1] as { status: string; code?: string }
}

t.test('a tablet carries its queue from an ended pairing of its unit, and speaks for no other', async (t) => {
  const [own, colleague] = office.tablets as [Office['tablets'][0], Office['tablets'][0]]
  const elsewhere = await createOffice(server.db)
  const counter = office.counters[1] as number
  await assign(server.db, counter, office.officers[1] as number, '2026-11-01T00:00:00+07:00')
  const ended = await pairTablet(server.db, counter)
  const foreign = await pairTablet(server.db, elsewhere.counters[0] as number)
  await server.db.query('update terminals set revoked_at = now() where terminal_id = any ($1)', [
    [ended.terminal_id, foreign.terminal_id],
  ])

  const carried = rating({ terminal_id: String(ended.terminal_id) })
  t.match(await statusOf(t, own.token, carried), { status: 'stored' })
  await server.count()
  const [place] = await server.db.query(
    'select r.terminal_id, r.counter_id, v.officer_id from ratings r join verdicts v using (rating_id) where rating_id = $1',
    [carried.id],
  )
  t.match(
    place,
    { terminal_id: ended.terminal_id, counter_id: counter, officer_id: office.officers[1] },
    'it counts where it was tapped',
  )
  t.match(
    await statusOf(t, own.token, rating({ terminal_id: String(own.terminal_id) })),
    { status: 'stored' },
    'its own name',
  )

  const others: [what: string, terminal_id: string][] = [
    ['a pairing that is still at work', String(colleague.terminal_id)],
    ['an ended one of another unit', String(foreign.terminal_id)],
    ['one at work in another unit', String(elsewhere.tablets[0]?.terminal_id)],
    ...['999999', '2147483648', '0', '-1', '1e3', ' 1', "1' or '1", 'máy 1'].map((name): [string, string] => [
      `"${name}"`,
      name,
    ]),
  ]
  for (const [what, terminal_id] of others) {
    const item = rating({ terminal_id })
    t.match(await statusOf(t, own.token, item), { status: 'quarantined', code: 'unknown_terminal' }, what)
    t.same(await server.db.query('select from ratings where rating_id = $1', [item.id]), [])
    const [kept] = await server.db.query('select claimed_terminal_id, unit_id from quarantine where rating_id = $1', [
      item.id,
    ])
    t.match(kept, { claimed_terminal_id: terminal_id, unit_id: office.unit_id }, 'kept whole, for a person to decide')
  }
})
