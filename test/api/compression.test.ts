/** JSON answers travel compressed: the same words, tags that still tell when nothing is new, and never where a secret stands. */
import t from 'tap'
import { codingFor } from '../../server/plugins/compression.ts'
import { startTestApp } from '../support/app.ts'
import { createOffice } from '../support/office.ts'

const api = await startTestApp(t)
const office = await createOffice(api.db, { counters: 12, officers: 12 })
const administrator = await api.staff('administrator')
const long = `/api/v1/counters?unit_id=${office.unit_id}`

t.test('what the caller takes, the better coding first; one with q=0 is refused', async (t) => {
  for (const [accepted, coding] of [
    [undefined, null],
    ['', null],
    ['identity', null],
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['GZIP;q=1.0, *;q=0', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['br; q=0.000', null],
    ['brotli', null],
  ] as const) {
    t.equal(codingFor(accepted), coding, String(accepted))
  }
})

t.test('the same words in fewer bytes, and a tag that is good for both', async (t) => {
  const plain = await administrator.get(long)
  t.equal(plain.headers['content-encoding'], undefined)
  t.equal(plain.headers.vary, 'accept-encoding')
  const tag = String(plain.headers.etag)
  t.match(tag, /^"/)
  for (const coding of ['br', 'gzip']) {
    const packed = await administrator.get(long, { 'accept-encoding': coding })
    t.equal(packed.headers['content-encoding'], coding)
    t.same(packed.body, plain.body)
    t.ok(packed.file.length < plain.file.length / 3, `${packed.file.length} of ${plain.file.length} bytes`)
    t.equal(packed.headers.etag, `W/${tag}`, 'other bytes, the same words')
    t.equal(packed.headers.vary, 'accept-encoding')
    t.equal(packed.headers['cache-control'], 'no-store')
    for (const known of [tag, `W/${tag}`]) {
      const again = await administrator.get(long, { 'accept-encoding': coding, 'if-none-match': known })
      t.match({ status: again.status, length: again.file.length }, { status: 304, length: 0 }, known)
      t.equal(again.headers['content-encoding'], undefined)
    }
  }
  for (const [known, status] of [
    [`"other", W/${tag}`, 304],
    [`${tag},"other"`, 304],
    ['*', 304],
    ['"other", W/"another"', 200],
    [tag.slice(0, -1), 200],
    [tag.slice(1, -1), 200],
  ] as const) {
    const again = await administrator.get(long, { 'accept-encoding': 'br', 'if-none-match': known })
    t.equal(again.status, status, known)
    t.equal(again.headers.vary, 'accept-encoding')
    if (status === 304) t.equal(again.headers['content-length'], undefined, 'no length of 0')
  }
  for (const headers of [{}, { 'accept-encoding': 'br' }] as Record<string, string>[]) {
    const asked = await administrator.get(long, headers)
    const { status, body, headers: told } = await administrator.head(long, headers)
    t.match({ status, body }, { status: 200, body: '' })
    for (const name of ['etag', 'vary', 'content-encoding', 'content-length', 'content-type', 'cache-control']) {
      t.equal(told[name], asked.headers[name], `HEAD: ${name}`)
    }
    t.equal((await administrator.head(long, { ...headers, 'if-none-match': tag })).status, 304)
  }
  await api.db.query(`update counters set name = 'Quầy khác' where counter_id = $1`, [office.counters[0]])
  const changed = await administrator.get(long, { 'accept-encoding': 'br', 'if-none-match': `W/${tag}` })
  t.equal(changed.status, 200, 'and is another one for other words')
})

t.test('left as they are: short answers, refusals, what a POST answers, what a tablet is told, files', async (t) => {
  const packed = { 'accept-encoding': 'br, gzip' }
  const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
  const made = await leader.post('/api/v1/terminals', { counter_id: String(office.counters[0]) }, packed)
  t.equal(made.status, 201)
  const answers = [
    await administrator.get('/api/v1/counters?limit=1', packed),
    await administrator.get('/api/v1/nonsense', packed),
    made,
    await api.tablet(office.tablets[0]?.token as string).get('/api/v1/terminal', packed),
    await administrator.get(`/api/v1/exports?noun=counters&format=csv&unit_id=${office.unit_id}`, packed),
    await api.stranger.get('/api/v1/health/live', packed),
  ]
  t.ok((answers[3]?.file.length ?? 0) > 1024 && (answers[4]?.file.length ?? 0) > 300)
  for (const { headers } of answers) t.equal(headers['content-encoding'], undefined)
})

t.test(
  'no GET answers a secret: a secret beside words somebody chose could be guessed by the length (BREACH)',
  async (t) => {
    const contracts = await administrator.get('/api/v1/openapi.json')
    const paths = (contracts.status === 200 ? contracts.body : api.app.swagger()).paths as Record<
      string,
      Record<string, { responses?: unknown }>
    >
    const secrets = /"(pairing_code|terminal_token|recovery_codes|secret|password|token|link|pin)"/
    const leaks = Object.entries(paths).flatMap(([path, { get }]) =>
      get && secrets.test(JSON.stringify(get.responses)) ? [path] : [],
    )
    t.same(leaks, [])
    const posts = Object.values(paths).filter(({ post }) => post && secrets.test(JSON.stringify(post.responses)))
    t.ok(posts.length >= 3, 'as those of a POST do')
  },
)
