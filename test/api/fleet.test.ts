/** /fleet: what tablets told, gaps in their numbers, and what to do, each to those who look after them. */
import { pbkdf2Sync } from 'node:crypto'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { issueCertificate, makeAuthority, readNames } from '../../server/bin/own-ca.ts'
import type { FleetTablet } from '../../server/contract/fleet.ts'
import { type Caller, startTestApp } from '../support/app.ts'
import { assign, batch, createOffice, type Office, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

// The page the server serves, as its build leaves it, a day and a minute old.
const pagesDir = t.testdir()
mkdirSync(join(pagesDir, 'terminal'))
const versionFile = join(pagesDir, 'terminal', 'version.json')
writeFileSync(versionFile, JSON.stringify({ version: '0.1.0+new' }))
const built = Date.parse('2026-11-23T09:59:00+07:00') / 1000
utimesSync(versionFile, built, built)

const api = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00', config: { pagesDir } })
const at = (day: number, time = '08:00:00') => `2026-11-${day}T${time}+07:00`

/** An office whose tablets were paired long ago, by the test's clock. */
async function arrange(counters = 1) {
  api.clock.set(at(24, '10:00:00'))
  const office = await createOffice(api.db, { counters, officers: 1 })
  await api.db.query('update terminals set paired_at = $2 where unit_id = $1', [office.unit_id, at(1)])
  const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
  const tablets = office.tablets.map(({ token }) => api.tablet(token))
  const fleet = async (): Promise<FleetTablet[]> => (await leader.get('/api/v1/fleet')).body.items
  return { office, leader, tablets, fleet, tablet: tablets[0] as Caller }
}
const idOf = (office: Office, index = 0) => String(office.tablets[index]?.terminal_id)
const beat = (tablet: Caller, parts: Record<string, unknown> = {}) =>
  tablet.post('/api/v1/terminal/heartbeat', { queue_length: 0, ...parts })

t.test('no log-in, wrong role, wrong unit, bad query', async (t) => {
  const { office, leader } = await arrange()
  const away = await createOffice(api.db)
  refused(t, await api.stranger.get('/api/v1/fleet'), 401, 'login_required')
  const officer = await api.staff('officer', { officer_id: office.officers[0] as number })
  refused(t, await officer.get('/api/v1/fleet'), 403, 'forbidden')
  refused(t, await (await api.staff('inspector')).get('/api/v1/fleet'), 403, 'forbidden')
  refused(t, await leader.get(`/api/v1/fleet?unit_id=${away.unit_id}`), 404, 'not_found')
  refused(t, await leader.get('/api/v1/fleet?counter_id=1'), 400, 'invalid_query')
})

t.test('each sees the tablets in their scope and no others; the province may narrow to a unit', async (t) => {
  const { office, leader } = await arrange(2)
  const away = await createOffice(api.db)
  const units = async (caller: Caller, query = '') =>
    ((await caller.get(`/api/v1/fleet${query}`)).body.items as FleetTablet[]).map(({ unit_id }) => unit_id)
  const [home, other] = [String(office.unit_id), String(away.unit_id)]
  t.same(await units(leader), [home, home])
  t.same(await units(await api.staff('unit_clerk', { unit_id: office.unit_id })), [home, home])
  for (const role of ['administrator', 'commission'] as const) {
    const province = await api.staff(role)
    const all = await units(province)
    t.ok(all.includes(home) && all.includes(other), role)
    t.same(await units(province, `?unit_id=${other}`), [other])
  }
})

t.test('a tablet tells how it fares; the ended one is gone, the new one waits for its code', async (t) => {
  const { office, leader, tablet, fleet } = await arrange(2)
  await assign(api.db, office.counters[0] as number, office.officers[0] as number, at(1))
  await beat(tablet, {
    queue_length: 2,
    oldest_at: at(24, '09:59:00'),
    rejected_length: 0,
    storage_persisted: true,
    version: '0.1.0+new',
    battery: 0.92,
    charging: true,
    clock: at(24, '10:00:03'),
  })
  const [first, second] = await fleet()
  t.match(first, {
    terminal_id: idOf(office),
    counter: { counter_id: String(office.counters[0]), name: 'Quầy 1', service: null },
    officer: { officer_id: String(office.officers[0]) },
    state: 'online',
    last_contact_at: '2026-11-24T03:00:00.000Z',
    silent_since: null,
    queue_length: 2,
    oldest_at: '2026-11-24T02:00:00.000Z',
    rejected_length: 0,
    version: '0.1.0+new',
    newest: true,
    storage_persisted: true,
    battery: 0.92,
    charging: true,
    clock_offset_s: 3,
    missing: 0,
    cloned: false,
    quarantined: 0,
    last_rated_day: null,
    advice: [],
  })
  t.match(second, { state: 'silent', silent_since: '2026-11-01T01:00:00.000Z', officer: null, queue_length: null })
  t.same(second?.advice, ['check_power_and_network'])

  // Ratings keep it in touch; what it said of its clock keeps the moment it was said at.
  api.clock.advance(9 * 60_000)
  await tablet.post('/api/v1/ratings', batch([rating()], { sent_at: at(24, '10:09:00') }))
  await new Promise((resolve) => setTimeout(resolve, 300))
  t.match((await fleet())[0], { last_contact_at: '2026-11-24T03:09:00.000Z', clock_offset_s: 3, queue_length: 2 })
  api.clock.advance(10 * 60_000 + 1)
  t.match((await fleet())[0], { state: 'silent', silent_since: '2026-11-24T03:09:00.000Z', battery: 0.92 })

  await leader.patch(`/api/v1/terminals/${idOf(office, 1)}`, { revoked: true })
  const made = await leader.post('/api/v1/terminals', { counter_id: String(office.counters[1]) })
  const fresh = () => fleet().then((all) => all.find(({ terminal_id }) => terminal_id === made.body.terminal_id))
  t.match(await fresh(), { state: 'waiting', advice: ['type_code'], paired_at: null })
  t.equal((await fleet()).length, 2)
  api.clock.advance(15 * 60_000)
  t.match(await fresh(), { state: 'waiting', advice: ['pair_again'] })
})

t.test('another tablet on the same pairing: what the one before it said is forgotten', async (t) => {
  const { office, leader, tablet, fleet } = await arrange()
  await beat(tablet, { queue_length: 40, oldest_at: at(20), battery: 0.01, charging: false, storage_persisted: false })
  t.same((await fleet())[0]?.advice, ['answers_waiting_long', 'battery_low', 'storage_not_kept'])
  api.clock.advance(60_000)
  const { pairing_code } = (await leader.post(`/api/v1/terminals/${idOf(office)}/pairing-code`)).body
  t.equal((await api.stranger.post('/api/v1/terminals/pair', { pairing_code })).status, 201)
  t.match((await fleet())[0], { state: 'online', queue_length: null, battery: null, advice: [] })
})

t.test('room, voices, last error: told by a tablet, shown as told; an old tablet tells nothing of it', async (t) => {
  const { tablet, fleet } = await arrange()
  await beat(tablet)
  t.match((await fleet())[0], { storage_used: null, storage_quota: null, voices: null, last_error: null, advice: [] })
  const voices = [{ language: 'x-thai-den', version: '0123456789abcdef' }]
  await beat(tablet, { storage_used: 950_000_000, storage_quota: 1_000_000_000, voices, last_error: 'http_500' })
  t.match((await fleet())[0], {
    storage_used: 950_000_000,
    storage_quota: 1_000_000_000,
    voices,
    last_error: 'http_500',
    advice: ['storage_nearly_full'],
  })
  const bad = [{ storage_used: -1 }, { voices: [{ language: 'hmn' }] }, { last_error: 'ẵ' }, { voices: 'all' }]
  for (const parts of bad) refused(t, await beat(tablet, parts), 400, 'invalid_body')
})

t.test(
  'the PIN of the service corner: set by who keeps the roster, told to tablets as a hash they can check',
  async (t) => {
    const { office, leader, tablet } = await arrange()
    const url = `/api/v1/units/${office.unit_id}/service-pin`
    const away = await createOffice(api.db)
    const before = await tablet.get('/api/v1/terminal')
    t.equal(before.body.service_pin, null)
    refused(t, await leader.post(`/api/v1/units/${away.unit_id}/service-pin`, { pin: '482915' }), 404, 'not_found')
    for (const pin of ['123456', '000000', '12345', '1234567', 'abcdef', '１２３４５９', '121212', '']) {
      refused(t, await leader.post(url, { pin }), 400, 'pin_too_weak')
    }
    t.equal((await leader.get('/api/v1/fleet')).body.units[0].service_pin_set_at, null)

    t.match(await leader.post(url, { pin: '482915' }), { status: 200, body: { set_at: '2026-11-24T03:00:00.000Z' } })
    const after = await tablet.get('/api/v1/terminal', { 'if-none-match': String(before.headers.etag) })
    t.equal(after.status, 200, 'the entity tag changed')
    const { salt, hash, iterations } = after.body.service_pin
    t.equal(iterations, 100_000)
    const check = (pin: string) => pbkdf2Sync(pin, Buffer.from(salt, 'base64'), iterations, 32, 'sha256')
    t.equal(check('482915').toString('base64'), hash)
    t.not(check('482916').toString('base64'), hash)
    t.equal((await leader.get('/api/v1/fleet')).body.units[0].service_pin_set_at, '2026-11-24T03:00:00.000Z')

    const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
    t.equal((await clerk.post(url, { pin: '739104' })).status, 200, 'changed by another')
    t.not((await tablet.get('/api/v1/terminal')).body.service_pin.salt, salt)
    const trace =
      JSON.stringify(await api.db.query('select * from audit')) +
      JSON.stringify(await api.db.query('select * from service_pins'))
    t.notMatch(trace, /482915|739104/, 'it is written down nowhere')
    t.match(trace, /unit.service_pin/)
  },
)

t.test('a certificate in its last days is told to who looks after tablets', async (t) => {
  const issued = issueCertificate(makeAuthority(api.clock.now()), readNames('hailong.example'), api.clock.now())
  const tls = { cert: Buffer.from(issued.cert), key: Buffer.from(issued.key) }
  const behind = await startTestApp(t, { db: api.db, clock: api.clock, config: { pagesDir, tls } })
  const told = async () => (await (await behind.staff('administrator')).get('/api/v1/fleet')).body.certificate
  t.match(await told(), { expires_at: /^2027-12-2/, renew: false })
  api.clock.advance(370 * 86_400_000)
  t.match(await told(), { expires_at: /^2027-12-2/, renew: true })
  t.equal((await (await api.staff('administrator')).get('/api/v1/fleet')).body.certificate, null, 'none of its own')
})

t.test('an old page, a clock in 1970, an impossible clock', async (t) => {
  const { tablet, fleet } = await arrange()
  await beat(tablet, { version: '0.0.9', clock: '1970-01-01T07:00:00+07:00' })
  t.match((await fleet())[0], { newest: false, advice: ['clock_wrong', 'update_stuck'] })
  await beat(tablet, { version: '0.1.0+new', clock: '2026-13-45T99:99:00+07:00' })
  t.match((await fleet())[0], { newest: true, clock_offset_s: null, advice: [] })
})

t.test(
  'a store that was lost: what it had numbered and never came is missing, however little of it came',
  async (t) => {
    const { office, tablet, fleet } = await arrange()
    const away = await createOffice(api.db)
    const epoch = `lost-${idOf(office)}`
    const numbered = (numbers: number[]) => batch(numbers.map((sequence) => rating({ device_epoch: epoch, sequence })))
    await tablet.post('/api/v1/ratings', numbered([1, 2]))
    await api.count()
    const lost = (terminal_id: string, device_epoch = epoch, highest = 5) => ({
      store_lost: { message: 'total: checksum mismatch', stores: [{ device_epoch, terminal_id, highest }] },
    })
    t.equal((await beat(tablet, lost(idOf(office)))).status, 200)
    t.match((await fleet())[0], { missing: 3, store_lost: true, advice: ['store_lost', 'ratings_missing'] })
    // Told each minute, it counts once; what arrives after all is missing no more; another unit's store is nobody's business.
    await beat(tablet, lost(idOf(office)))
    await tablet.post('/api/v1/ratings', numbered([3, 4, 5]))
    await api.count()
    await beat(tablet, lost(idOf(away), 'a-stranger', 9))
    t.match((await fleet())[0], { missing: 0, advice: ['store_lost'] })
    await beat(tablet, lost(idOf(office), 'never-heard-of', 4))
    t.match((await fleet())[0], { missing: 4 }, 'a store of which nothing ever came')
    await beat(tablet)
    t.match((await fleet())[0], { missing: 4, store_lost: false })
    refused(t, await beat(tablet, lost(idOf(office), '', 4)), 400, 'invalid_body')
    refused(t, await beat(tablet, lost(idOf(office), epoch, 0)), 400, 'invalid_body')
  },
)

t.test(
  'gaps: numbers that never came, that were refused, that wait in quarantine; and two tablets of one image',
  async (t) => {
    const { office, tablet, fleet } = await arrange()
    const numbered = (numbers: number[], parts: Record<string, unknown> = {}) =>
      batch(numbers.map((sequence) => rating({ device_epoch: `store-${idOf(office)}`, sequence, ...parts })))
    await tablet.post('/api/v1/ratings', numbered([1, 2, 5]))
    await tablet.post('/api/v1/ratings', numbered([6], { terminal_id: 'unknown' }))
    await tablet.post('/api/v1/ratings', numbered([8]))
    await api.count()
    await beat(tablet, { rejected_length: 3 })
    t.match((await fleet())[0], { missing: 3, quarantined: 1, cloned: false, advice: ['rejected_waiting'] })
    await beat(tablet, { rejected_length: 0 })
    t.same((await fleet())[0]?.advice, ['ratings_missing'], '3, 4 and 7 are neither here nor there')
    await tablet.post('/api/v1/ratings', numbered([3, 4, 7]))
    await api.count()
    t.match((await fleet())[0], { missing: 0, advice: [] }, 'late is not lost')
    await tablet.post('/api/v1/ratings', numbered([8]))
    await api.count()
    t.match((await fleet())[0], { cloned: true, advice: ['cloned'] })
  },
)

t.test('staffed and unrated for two working days, told from the counter alone', async (t) => {
  const { office, tablet, fleet } = await arrange()
  await assign(api.db, office.counters[0] as number, office.officers[0] as number, at(1))
  await beat(tablet)
  t.match((await fleet())[0], { last_rated_day: null, advice: ['unused_while_staffed'] })
  await tablet.post('/api/v1/ratings', batch([rating({ rated_at: at(20) })]))
  await api.count()
  t.match((await fleet())[0], { last_rated_day: '2026-11-20', advice: [] }, 'Friday, then Monday: one working day')
  api.clock.set(at(25, '10:00:00'))
  await beat(tablet)
  t.match((await fleet())[0], { last_rated_day: '2026-11-20', advice: ['unused_while_staffed'] })
})

t.test(
  'by pages: each tablet once in order of unit and counter, counted for all, searched, those that need a hand',
  async (t) => {
    const far = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })
    const offices: Office[] = []
    for (const name of ['Xã Mường Bú', 'Phường Tô Hiệu', 'Xã Chiềng Lao']) {
      offices.push(await createOffice(far.db, { counters: 7, officers: 1, name }))
    }
    await far.db.query(`update terminals set paired_at = '2026-11-01T08:00:00+07:00'`)
    // Most are in touch and well; one has been silent for a day, one for two hours, one has no battery, one waits for its code.
    await far.db.query(`insert into terminal_contacts (terminal_id, unit_id, last_contact_at, queue_length, details)
    select terminal_id, unit_id, '2026-11-24T09:59:00+07:00', 0, '{}' from terminals`)
    const of = (office: number, tablet: number) => offices[office]?.tablets[tablet]?.terminal_id as number
    const alter = (id: number, what: string) =>
      far.db.query(`update terminal_contacts set ${what} where terminal_id = $1`, [id])
    await alter(of(0, 2), `last_contact_at = '2026-11-23T10:00:00+07:00'`)
    await alter(of(1, 3), `last_contact_at = '2026-11-24T08:00:00+07:00', details = '{"battery": 0.1}'`)
    await alter(of(2, 6), `details = '{"battery": 0.05, "charging": false}'`)
    const administrator = await far.staff('administrator')
    await administrator.post('/api/v1/terminals', { counter_id: String(offices[2]?.counters[0]), name: 'Máy mới' })
    const whole = (await administrator.get('/api/v1/fleet')).body
    t.equal(whole.items.length, 22)
    t.same(Object.keys(whole).sort(), ['certificate', 'items', 'units'], 'asked for as before, the answer is as before')
    t.equal(whole.items[0].unit_name, undefined)

    const walk = async (who: Caller, query: string) => {
      const pages = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { status, body } = await who.get(`/api/v1/fleet?${query}${cursor && `&cursor=${cursor}`}`)
        if (status !== 200) throw new Error(JSON.stringify(body))
        pages.push(body)
        cursor = body.next_cursor
      }
      return pages
    }
    const pages = await walk(administrator, 'limit=5')
    t.same(
      pages.map(({ items }) => items.length),
      [5, 5, 5, 5, 2],
    )
    const listed = pages.flatMap(({ items }) => items)
    const names = new Map(whole.units.map(({ unit_id, name }: { unit_id: string; name: string }) => [unit_id, name]))
    t.same(
      listed,
      whole.items.map((tablet: FleetTablet) => ({ ...tablet, unit_name: names.get(tablet.unit_id) })),
      'the same tablets in the same order, each with its unit',
    )
    const count = (what: (tablet: FleetTablet) => boolean) => whole.items.filter(what).length
    const advice = new Map<string, number>()
    for (const code of whole.items.flatMap((tablet: FleetTablet) => tablet.advice))
      advice.set(code, (advice.get(code) ?? 0) + 1)
    t.same([...advice].sort(), [
      ['battery_low', 2],
      ['check_power_and_network', 2],
      ['type_code', 1],
    ])
    for (const { total, summary, units, items } of pages) {
      t.equal(total, 22)
      t.match(summary, {
        waiting: count(({ state }) => state === 'waiting'),
        online: count(({ state }) => state === 'online'),
        silent: 2,
        ailing: 1,
        longest_silent: {
          terminal_id: String(of(0, 2)),
          unit_name: 'Xã Mường Bú',
          counter_name: 'Quầy 3',
          silent_since: '2026-11-23T03:00:00.000Z',
        },
      })
      t.same(new Map(summary.advice.map(({ advice: code, n }: { advice: string; n: number }) => [code, n])), advice)
      t.same(
        units.map(({ unit_id }: { unit_id: string }) => unit_id).sort(),
        [...new Set(items.map(({ unit_id }: FleetTablet) => unit_id))].sort(),
        'units of the page alone',
      )
    }
    const found = async (query: string) => {
      const all = await walk(administrator, query)
      const ids = all.flatMap(({ items }) => items.map(({ terminal_id }: FleetTablet) => Number(terminal_id)))
      t.equal(all[0].total, ids.length, query)
      t.equal(all[0].summary.silent, 2, 'whatever a page is narrowed to, the summary is of all')
      return ids.sort((a, b) => a - b)
    }
    const ill = whole.items
      .filter((tablet: FleetTablet) => tablet.advice.length > 0)
      .map(({ terminal_id }: FleetTablet) => Number(terminal_id))
    t.same(
      await found('needs_hand=true&limit=2'),
      ill.sort((a: number, b: number) => a - b),
    )
    t.same(
      await found('search=muong%20bu&limit=3'),
      offices[0]?.tablets.map(({ terminal_id }) => terminal_id),
    )
    t.same(
      await found('search=MAY%20MOI'),
      ill.filter((id: number) => id > of(2, 6)),
    )
    t.same(await found('search=to%20hieu&needs_hand=true'), [of(1, 3)])
    t.same(await found('search=%25'), [])

    const leader = await far.staff('unit_leader', { unit_id: offices[1]?.unit_id as number })
    const [own] = await walk(leader, 'limit=500')
    t.match(own, { total: 7, next_cursor: null, summary: { online: 6, silent: 1 } })
    t.equal(
      own.items.every(({ unit_id }: FleetTablet) => unit_id === String(offices[1]?.unit_id)),
      true,
    )
    const { next_cursor } = (await administrator.get('/api/v1/fleet?limit=20')).body
    t.same(
      (await leader.get(`/api/v1/fleet?cursor=${next_cursor}`)).body.items,
      [],
      'a cursor names no tablet of others',
    )
    // The tablet that a page ended with is taken away before the next one is asked for.
    const [first, second] = await walk(administrator, 'limit=11')
    const last = first.items.at(-1)
    await administrator.patch(`/api/v1/terminals/${last.terminal_id}`, { revoked: true })
    const rest = (await administrator.get(`/api/v1/fleet?limit=11&cursor=${first.next_cursor}`)).body
    t.same(rest.items, second.items, 'the next page begins where it would have')
    t.equal(rest.total, 21)
    for (const query of ['limit=0', 'limit=501', 'needs_hand=false', 'needs_hand=', 'search=%00']) {
      refused(t, await administrator.get(`/api/v1/fleet?${query}`), 400, 'invalid_query', query)
    }
    refused(t, await administrator.get('/api/v1/fleet?cursor=x'), 400, 'invalid_cursor')
  },
)

t.test(
  'what is true of all is kept for a minute, and made anew at once after a pairing, a move or an end',
  async (t) => {
    const busy = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })
    const office = await createOffice(busy.db, { counters: 3, officers: 1 })
    await busy.db.query(`update terminals set paired_at = '2026-11-01T08:00:00+07:00'`)
    const administrator = await busy.staff('administrator')
    const told = async (who = administrator) => (await who.get('/api/v1/fleet?limit=1')).body.summary
    const before = await told()
    const made = await administrator.post('/api/v1/terminals', { counter_id: String(office.counters[0]) })
    t.equal((await told()).waiting, before.waiting + 1, 'a new one')
    await administrator.patch(`/api/v1/terminals/${made.body.terminal_id}`, { revoked: true })
    t.same(await told(), before, 'an ended one')
    await busy.db.query(`insert into terminal_contacts (terminal_id, unit_id, last_contact_at, queue_length, details)
    select terminal_id, unit_id, '2026-11-23T09:59:00+07:00', 0, '{"battery": 0.1}' from terminals`)
    t.same(await told(), before, 'what tablets say meanwhile is told a minute later')
    const leader = await busy.staff('unit_leader', { unit_id: office.unit_id })
    t.equal(
      (await told(leader)).advice.find(({ advice }: { advice: string }) => advice === 'battery_low')?.n,
      3,
      'each reach has its own',
    )
    const named = async (search: string) => (await administrator.get(`/api/v1/fleet?search=${search}`)).body.total
    t.equal(await named('cua%20so'), 0)
    await administrator.patch(`/api/v1/counters/${office.counters[1]}`, { name: 'Cửa sổ 9' })
    t.equal(await named('cua%20so'), 1, 'found by its new name')
  },
)

t.test(
  'an officer is told that the tablet at their counter of now is out of contact, by the day and to them alone',
  async (t) => {
    const { office, leader } = await arrange(2)
    const [own, other] = await Promise.all(
      [office.officers[0], (await createOffice(api.db)).officers[0]].map((officer_id) =>
        api.staff('officer', { officer_id: officer_id as number }),
      ),
    )
    await assign(api.db, office.counters[0] as number, office.officers[0] as number, at(1), at(30))
    const contact = (tablet: number, when: string) =>
      api.db.query(
        `insert into terminal_contacts (terminal_id, unit_id, last_contact_at, details) values ($1, $2, $3, '{}')
       on conflict (terminal_id) do update set last_contact_at = excluded.last_contact_at`,
        [office.tablets[tablet]?.terminal_id, office.unit_id, when],
      )
    const told = async (who = own as Caller) => (await who.get('/api/v1/reports/me')).body.silent_at
    for (const tablet of [0, 1]) await contact(tablet, at(24, '09:00:00'))
    t.same(await told(), [], 'an hour is nothing')
    for (const tablet of [0, 1]) await contact(tablet, at(23, '09:59:00'))
    await api.notify()
    t.same(await told(), [{ counter: 'Quầy 1', since: '2026-11-23' }], 'more than a day, and not the counter beside')
    t.same(await told(other as Caller), [], 'nor somebody else')
    const seen = (await leader.get(`/api/v1/reports/officers/${office.officers[0]}`)).body
    t.equal(seen.silent_at, undefined, 'a leader has the list of tablets')
    await api.db.query(`update assignments set during = tstzrange(lower(during), $2) where counter_id = $1`, [
      office.counters[0],
      at(24, '09:30:00'),
    ])
    await api.notify()
    t.same(await told(), [], 'who has left the counter')
  },
)
