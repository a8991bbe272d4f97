/** The tablet's sync decisions: nothing leaves the queue but by its own id, and one bad record never blocks the rest. */
import fc from 'fast-check'
import t from 'tap'
import {
  BATCH,
  type Halved,
  judge,
  type Reply,
  retryAfterSeconds,
  retryDelay,
  type Sent,
  SUSPICIOUS_ROUNDS,
  sendHalving,
  sentAs,
  stillAlone,
} from '../../terminal-ui/offline/sync-policy.ts'

const reply = (status: number, json?: unknown, more: Partial<Reply> = {}): Reply => ({
  status,
  json,
  retryAfter: null,
  date: null,
  ...more,
})
const ids = new Set(['a', 'b'])
const answer = (results: unknown[], more = {}) => reply(200, { epoch: 'e', results, ...more })

t.test('each of the four statuses does what the contract says', async (t) => {
  const results = [
    { index: 0, id: 'a', status: 'quarantined' },
    { index: 1, id: 'b', status: 'rejected', code: 'unknown_commitment' },
  ]
  t.same(judge(answer(results), ids), {
    kind: 'answered',
    epoch: 'e',
    acked: [{ id: 'a', status: 'quarantined' }],
    rejected: [{ id: 'b', code: 'unknown_commitment' }],
    resend_after: null,
    backup_generation: null,
  })
  for (const [said, meant] of [
    [0, 0],
    [7, 7],
    [-1, null],
    [1.5, null],
    ['7', null],
    [null, null],
  ]) {
    const read = judge(answer([{ index: 0, id: 'a', status: 'stored' }], { backup_generation: said }), ids)
    t.match(read, { backup_generation: meant })
  }
  t.match(judge(answer([{ index: 0, id: 'a', status: 'stored' }], { resend_after: 7 }), ids), { resend_after: 7 })
  const time = '2026-11-24T08:10:00+07:00'
  t.match(judge(answer([{ index: 0, id: 'a', status: 'stored' }], { resend_after: time }), ids), { resend_after: time })
  for (const wish of ['soon', 1.5, {}, true]) {
    t.match(judge(answer([{ index: 0, id: 'a', status: 'stored' }], { resend_after: wish }), ids), {
      resend_after: null,
    })
  }
  t.match(judge(answer([{ index: 0, id: 'b', status: 'duplicate' }]), ids), {
    acked: [{ id: 'b', status: 'duplicate' }],
    rejected: [],
  })
})

t.test('an id that was not sent is acknowledged by nobody', async (t) => {
  t.same(judge(answer([{ index: 0, id: 'z', status: 'stored' }]), ids), { kind: 'failed' })
  t.match(
    judge(
      answer([
        { id: 'z', status: 'stored' },
        { id: 'a', status: 'stored' },
      ]),
      ids,
    ),
    {
      acked: [{ id: 'a', status: 'stored' }],
    },
  )
})

t.test('what is not our server leaves the queue untouched', async (t) => {
  const strangers: (Reply | null)[] = [
    null,
    reply(200),
    reply(200, ''),
    reply(200, {}),
    reply(200, { epoch: '', results: [] }),
    reply(200, { epoch: 'e', results: {} }),
    answer([]),
    answer([null]),
    answer([{ id: 'a', status: 'ok' }]),
    answer([{ id: 7, status: 'stored' }]),
    reply(204),
    reply(302),
    reply(404, { error: { code: 'not_found' } }),
    reply(511),
  ]
  for (const stranger of strangers) {
    t.not(judge(stranger, ids).kind, 'answered', JSON.stringify(stranger))
  }
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), fc.jsonValue(), (status, json) => {
      const verdict = judge(reply(status, json), ids)
      return verdict.kind !== 'answered'
    }),
  )
})

t.test('refusals as a whole: pairing, patience, halving', async (t) => {
  t.same(judge(reply(401), ids), { kind: 'unpaired' })
  t.same(judge(reply(403), ids), { kind: 'unpaired' })
  t.same(judge(reply(429, undefined, { retryAfter: 30 }), ids), { kind: 'wait', seconds: 30 })
  t.same(judge(reply(503), ids), { kind: 'wait', seconds: null })
  for (const status of [400, 413, 500, 502])
    t.same(judge(reply(status), ids), { kind: 'halve', code: `http_${status}` })
})

t.test('the wait grows to a minute, and tablets that failed together come back apart', async (t) => {
  t.equal(retryDelay(0, 0), 1000)
  t.ok(retryDelay(0, 0.999) < 2000)
  t.equal(retryDelay(50, 0), 30_000)
  fc.assert(
    fc.property(fc.nat(1000), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, chance) => {
      const delay = retryDelay(failures, chance)
      return delay >= 1000 && delay <= 60_000
    }),
  )
})

t.test('Retry-After in digits and as a date, never more than an hour', async (t) => {
  const now = Date.parse('2026-11-24T02:00:00Z')
  t.equal(retryAfterSeconds('120', now), 120)
  t.equal(retryAfterSeconds('Tue, 24 Nov 2026 02:00:30 GMT', now), 30)
  t.equal(retryAfterSeconds('Tue, 24 Nov 2026 01:00:00 GMT', now), 0)
  t.equal(retryAfterSeconds('999999', now), 3600)
  t.equal(retryAfterSeconds('soon', now), null)
  t.equal(retryAfterSeconds(null, now), null)
})

/** A server that fails on every part with a poisoned item in it, and counts its requests. */
function poisoned(poison: ReadonlySet<number>) {
  const passed = new Set<number>()
  let requests = 0
  const send = async (part: number[]): Promise<Sent> => {
    requests++
    if (part.some((item) => poison.has(item))) return { halve: 'http_500' }
    for (const item of part) passed.add(item)
    return 'settled'
  }
  return { send, passed, requests: () => requests }
}

t.test('whatever is poisoned ends up alone, and everything else gets through', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: BATCH }), fc.uniqueArray(fc.nat(BATCH - 1)), async (size, bad) => {
      const items = Array.from({ length: size }, (_, i) => i)
      const poison = new Set(bad.filter((item) => item < size))
      const server = poisoned(poison)
      const half = await sendHalving(items, server.send, size + 1)
      const alone = new Set(half.alone.map(({ item }) => item))
      return (
        !half.stopped &&
        items.every((item) => alone.has(item) === poison.has(item) && server.passed.has(item) === !poison.has(item))
      )
    }),
  )
})

t.test('a server that fails for everybody is left alone after a few single records', async (t) => {
  const all = Array.from({ length: BATCH }, (_, i) => i)
  const server = poisoned(new Set(all))
  const half = await sendHalving(all, server.send, 2)
  t.match(half, { settled: false, stopped: true })
  t.equal(half.alone.length, 2)
  t.ok(server.requests() < 10, `${server.requests()} requests`)
})

t.test('bad records in front cannot block the rest for ever: each failing round looks further', async (t) => {
  const all = Array.from({ length: 50 }, (_, i) => i)
  const poison = new Set(all.slice(0, 30))
  let half: Halved<number> = { alone: [], settled: false, stopped: false }
  let rounds = 0
  for (; !half.settled && rounds < 10; rounds++) {
    half = await sendHalving(all, poisoned(poison).send, 2 ** (rounds + 1))
  }
  t.ok(half.settled, `after ${rounds} rounds`)
  t.equal(half.alone.length, 30)
})

t.test('no answer stops the round at once and leaves nobody alone', async (t) => {
  const half = await sendHalving([1, 2, 3], async () => 'stop' as const, 2)
  t.same(half, { alone: [], settled: false, stopped: true })
})

t.test('no answer for this batch while the server answers other calls: it is halved, and only then', async (t) => {
  for (const mute of [{ kind: 'failed' }, { kind: 'wait', seconds: null }] as const) {
    t.equal(sentAs(mute, SUSPICIOUS_ROUNDS - 1), 'stop')
    t.same(sentAs(mute, SUSPICIOUS_ROUNDS), { halve: 'http_0' })
  }
  t.equal(sentAs({ kind: 'wait', seconds: 30 }, 99), 'stop', 'whoever says for how long to wait has understood')
  t.equal(sentAs({ kind: 'unpaired' }, 99), 'stop', 'a pairing that is over says nothing against a record')
})

t.test(
  'who failed alone is asked once more: a line that broke at an innocent takes nobody into the list',
  async (t) => {
    const answers: Record<string, Sent> = { broke: 'settled', poison: { halve: 'http_500' }, later: 'stop' }
    const asked: string[][] = []
    const left = await stillAlone(
      ['broke', 'poison', 'later'].map((item) => ({ item, code: 'http_0' })),
      async (part) => {
        asked.push(part)
        return answers[part[0] as string] as Sent
      },
    )
    t.same(left, [{ item: 'poison', code: 'http_500' }], 'with what was said last')
    t.same(asked, [['broke'], ['poison'], ['later']])
  },
)
