/** Two server processes on one database: they lose and double nothing, one of them counts, and the other takes over. */
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { verifyFigures } from '../../server/count/verify.ts'
import { logIn } from '../support/app.ts'
import { createTestDatabase } from '../support/database.ts'
import { assign, batch, createOffice, pairTablet, rating } from '../support/office.ts'
import { type SourceServer, startSourceServer } from '../support/source-server.ts'
import { dice } from '../support/weeks.ts'

const roll = dice(17)

t.test('a storm on both, the counting one killed in the middle of it', async (t) => {
  const db = await createTestDatabase(t)
  const office = await createOffice(db, { counters: 2, officers: 2 })
  for (const [index, counter] of office.counters.entries()) {
    await assign(db, counter, office.officers[index] as number, '2026-01-01T00:00:00+07:00')
  }
  const dataDir = t.testdir({})
  const servers = await Promise.all(['one', 'two'].map((name) => startSourceServer(t, db.ownerUrl, dataDir, name)))
  const alive = new Set(servers)

  /** Names of the processes that hold the counting lock. */
  const counters = async () =>
    (
      await db.query<{ name: string }>(
        `select application_name as name from pg_locks join pg_stat_activity using (pid)
          where locktype = 'advisory' and granted and datname = current_database()
            and objid = (hashtext('hai_long_count')::bigint & 4294967295)::oid`,
      )
    ).map((row) => row.name)
  const counted = async () => (await db.query<{ n: number }>('select count(*)::int as n from verdicts'))[0]?.n ?? 0
  const until = async (what: string, isSo: () => Promise<boolean>, ms: number) => {
    const begun = Date.now()
    while (!(await isSo())) {
      if (Date.now() - begun > ms) throw new Error(`not within ${ms} ms: ${what}`)
      await wait(20)
    }
    return Date.now() - begun
  }
  await until('one of them counts', async () => (await counters()).length === 1, 5000)

  const [one, two] = servers as [SourceServer, SourceServer]
  const stolen = await pairTablet(db, office.counters[0] as number)
  const bearer = { authorization: `Bearer ${stolen.token}` }
  const leader = await logIn({ db, clock: Date }, [{ role: 'unit_leader', unit_id: office.unit_id }])
  const staff = { cookie: `__Host-session=${leader.token}` }
  const ask = async (server: SourceServer, path: string, headers: Record<string, string>, init: RequestInit = {}) =>
    (await fetch(`${server.origin}/api/v1/${path}`, { ...init, headers })).status
  for (const server of [one, two]) {
    t.same([await ask(server, 'terminal', bearer), await ask(server, 'units', staff)], [200, 200], 'both know them')
  }
  const json = { ...staff, 'content-type': 'application/json', origin: one.origin }
  const revoke = { method: 'PATCH', body: JSON.stringify({ revoked: true }) }
  t.equal(await ask(one, `terminals/${stolen.terminal_id}`, json, revoke), 200)
  t.equal(await ask(one, 'terminal', bearer), 401, 'where the pairing was ended')
  t.equal(await ask(one, 'session', json, { method: 'DELETE' }), 204)
  t.equal(await ask(two, 'units', staff), 401, 'a session ends for all processes at once')
  await wait(1000)
  t.equal(await ask(two, 'terminal', bearer), 401, 'a pairing within a second')

  const now = new Date().toISOString()
  const items = Array.from({ length: 400 }, (_, index) =>
    rating({
      level: 1 + (index % 5),
      sequence: index + 1,
      rated_at: new Date(Date.now() - index * 60_000).toISOString(),
    }),
  )
  const acknowledged = new Map<string, string[]>()
  /** Sends until the answer comes from somebody; what a killed server swallowed is sent again, as a tablet would. */
  const send = async (some: Record<string, unknown>[]) => {
    for (;;) {
      const at = [...alive][roll(alive.size)] as SourceServer
      const tablet = office.tablets[roll(2)]
      const answer = await at
        .post('/api/v1/ratings', batch(some, { sent_at: now }), tablet?.token as string)
        .catch(() => null)
      if (answer?.status !== 200) {
        await wait(20)
        continue
      }
      const { results } = (await answer.json()) as { results: { id: string; status: string }[] }
      for (const { id, status } of results) acknowledged.set(id, [...(acknowledged.get(id) ?? []), status])
      return
    }
  }
  const work: Record<string, unknown>[][] = []
  for (let from = 0; from < items.length; from += 8) {
    const some = items.slice(from, from + 8)
    work.push(some)
    // Every third is sent again, mixed with others' ratings and in another order.
    if (from % 24 === 0) work.push([...some, ...items.slice(0, 4)].reverse())
  }
  const storm = async () => {
    for (let some = work.pop(); some; some = work.pop()) await send(some)
  }
  const storms = Promise.all(Array.from({ length: 6 }, storm))
  await until('some are counted', async () => (await counted()) > 0, 10_000)
  const [first] = await counters()
  const victim = servers.find((server) => server.name === first)
  t.ok(victim, `${first} counted`)
  alive.delete(victim as SourceServer)
  await victim?.end('SIGKILL')
  const took = await until('the other counts', async () => (await counters()).some((name) => name !== first), 5000)
  t.comment(`the other took over after ${took} ms`)
  await storms

  t.equal(acknowledged.size, 400, 'every rating was acknowledged')
  for (const [id, statuses] of acknowledged) {
    if (!statuses.every((status) => status === 'stored' || status === 'duplicate')) t.fail(`${id}: ${statuses}`)
    // None says stored when the killed process had stored it and could not say so; two never do.
    if (statuses.filter((status) => status === 'stored').length > 1) t.fail(`${id} was stored twice`)
  }
  await until('all are counted', async () => (await counted()) === 400, 10_000)
  t.same(await db.query('select count(*)::int as n, count(distinct rating_id)::int as ids from ratings'), [
    { n: 400, ids: 400 },
  ])
  t.same(await db.query('select sum(n1 + n2 + n3 + n4 + n5)::int as n from unit_tallies'), [{ n: 400 }])
  t.equal((await counters()).length, 1, 'one counts, no more')
  const client = await db.pools.openCountClient()
  t.teardown(() => client.end())
  const { differences, inbox } = await verifyFigures(client)
  t.same(differences, [])
  t.equal(inbox, 0)

  const late = rating({ rated_at: new Date().toISOString() })
  await send([late])
  const seen = await until('a rating is in the figures', async () => (await counted()) === 401, 5000)
  t.ok(seen < 5000, `in the figures ${seen} ms after its answer`)
  const [left] = [...alive]
  await left?.end('SIGTERM')
  t.same(await counters(), [], 'and the lock goes with the last')
})
