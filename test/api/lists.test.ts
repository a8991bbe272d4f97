/** Lists in a province of 3,300 units: searched without marks or case, paged, counted, and never beyond the reader's scope. */
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { createOffice } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })
const administrator = await api.staff('administrator')
const names = (body: { items: { name: string }[] }) => body.items.map(({ name }) => name)
const found = async (path: string, who = administrator) => {
  const { status, body } = await who.get(`/api/v1/${path}`)
  t.equal(status, 200, path)
  return body
}
const asked = (text: string) => `search=${encodeURIComponent(text)}`

t.before(async () => {
  await api.db.query(
    `insert into units (name, kind, code, area, valid_to)
     select 'Xã Số ' || n, 'commune', 'S' || n, 'Huyện cũ ' || (n % 11), case when n % 10 = 0 then date '2025-06-30' end
       from generate_series(1, 3300) n`,
  )
  await api.db.query(
    `insert into units (name, kind) values ('Xã Mường Bú', 'commune'), ('Phường Đống Đa 100%', 'ward')`,
  )
})

t.test('3,300 units: every one in seven calls, each once; how many, and how many have ended', async (t) => {
  const seen: string[] = []
  let calls = 0
  for (let cursor = ''; ; calls += 1) {
    const body = await found(`units?limit=500${cursor && `&cursor=${cursor}`}`)
    t.match(body, { total: 3302, ended: 330 })
    seen.push(...body.items.map(({ unit_id }: { unit_id: string }) => unit_id))
    if (body.next_cursor === null) break
    cursor = body.next_cursor
  }
  t.same([calls + 1, seen.length, new Set(seen).size], [7, 3302, 3302])
})

t.test('found whatever case and marks, by code and area too; what is typed is no pattern', async (t) => {
  for (const text of ['muong bu', 'MƯỜNG BÚ', 'Mường', 'Mu\u031Bo\u031B\u0300ng bu\u0301', ' bú ']) {
    t.same(names(await found(`units?${asked(text)}`)), ['Xã Mường Bú'], text)
  }
  t.same(names(await found(`units?${asked('dong da')}`)), ['Phường Đống Đa 100%'], 'đ is found as d')
  t.same(names(await found(`units?${asked('S3300')}`)), ['Xã Số 3300'], 'a code')
  t.match(await found(`units?${asked('cũ 10')}&limit=3`), { total: 300, ended: 30, items: { length: 3 } }, 'an area')
  t.same(names(await found(`units?${asked('100%')}`)), ['Phường Đống Đa 100%'])
  for (const text of ['%', '_', '\\', "'", '%%%', 'x_y', '"; drop table units']) {
    const { total } = await found(`units?${asked(text)}`)
    t.equal(total, text === '%' ? 1 : 0, text)
  }
  t.equal((await found(`units?${asked('   ')}`)).total, 3302, 'blanks search for nothing')
  refused(t, await administrator.get('/api/v1/units?search=%00'), 400, 'invalid_query')
  refused(t, await administrator.get(`/api/v1/units?search=${'x'.repeat(101)}`), 400, 'invalid_query')
})

t.test('people by given name, from page to page', async (t) => {
  const office = await createOffice(api.db, { officers: 4, name: 'Xã Chiềng Ơn' })
  for (const [place, name] of ['Cầm Thị Bình', 'Vũ Thị An', 'Giàng A Páo', 'Bạc Thị Bình'].entries()) {
    await api.db.query('update officers set name = $2 where officer_id = $1', [office.officers[place], name])
  }
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const body = await found(`officers?unit_id=${office.unit_id}&limit=1${cursor && `&cursor=${cursor}`}`)
    seen.push(...names(body))
    if (body.next_cursor === null) break
    cursor = body.next_cursor
  }
  t.same(seen, ['Vũ Thị An', 'Bạc Thị Bình', 'Cầm Thị Bình', 'Giàng A Páo'])
})

t.test('pages of what was found: each once, in order', async (t) => {
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const body = await found(`units?${asked('so 33')}&limit=40${cursor && `&cursor=${cursor}`}`)
    seen.push(...names(body))
    if (body.next_cursor === null) break
    cursor = body.next_cursor
  }
  const expected = Array.from({ length: 3300 }, (_, i) => `Xã Số ${i + 1}`).filter((name) => name.includes('Số 33'))
  t.same([...seen].sort(), expected.sort())
})

t.test('counters, officers and accounts: by their own words, in one unit or all, within scope', async (t) => {
  const [home, away] = [await createOffice(api.db, { counters: 2, officers: 2 }), await createOffice(api.db)]
  const clerk = await api.staff('unit_clerk', { unit_id: home.unit_id })
  await api.db.query(
    `update officers set name = 'Lường Thị Ún', title = 'Công chức', code = 'CB-7' where officer_id = $1`,
    [home.officers[0]],
  )
  await api.db.query(`update officers set name = 'Lường Văn Ún' where officer_id = $1`, [away.officers[0]])
  await api.db.query(`update counters set service = 'Đất đai', active = false where counter_id = $1`, [
    home.counters[1],
  ])
  t.same(names(await found(`officers?${asked('luong')}`)), ['Lường Thị Ún', 'Lường Văn Ún'])
  t.same(names(await found(`officers?${asked('luong')}`, clerk)), ['Lường Thị Ún'], 'not beyond the own unit')
  t.match(await found(`officers?${asked('luong')}`, clerk), { total: 1 }, 'not even their number')
  t.same(names(await found(`officers?${asked('cb-7')}&unit_id=${home.unit_id}`)), ['Lường Thị Ún'])
  t.match(await found(`counters?${asked('dat dai')}`), { total: 1, ended: 1 })
  t.match(await found(`counters?unit_id=${home.unit_id}`), { total: 2, ended: 1 })
  const made = {
    username: 'lan.huong',
    password: 'bốn con mèo đen ngủ',
    role: 'officer',
    officer_id: String(home.officers[0]),
  }
  t.equal((await administrator.post('/api/v1/accounts', made)).status, 201)
  for (const text of ['HUONG', 'luong thi', 'Lường Thị Ún']) {
    const { items, total } = await found(`accounts?${asked(text)}`)
    t.match([items.length, total, items[0]?.username], [1, 1, 'lan.huong'], text)
    t.match(items[0].grants, [{ role: 'officer', officer_name: 'Lường Thị Ún' }])
  }
  t.match(await found(`accounts?${asked('huong')}`), { total: 1, invited: 0, ended: 0 })
  const { password: _, ...unset } = { ...made, username: 'lan.huong.moi' }
  t.equal((await administrator.post('/api/v1/accounts', unset)).status, 201)
  t.match(await found(`accounts?${asked('huong')}`), { total: 2, invited: 1, ended: 0 }, 'one waits for a password')
  t.match(await found(`terminals?unit_id=${home.unit_id}`), { total: 2, ended: 0 })
})
