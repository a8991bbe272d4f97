/** Exports: within scope, safe to open, and back in again without a change; and the templates. */
import { setTimeout as rest } from 'node:timers/promises'
import { pino } from 'pino'
import t from 'tap'
import { hashToken, newToken } from '../../server/secrets.ts'
import { insertAccount, startTestApp } from '../support/app.ts'
import { bring, countsOf, readSheets, sheetXml, told } from '../support/import-files.ts'
import { assign, createOffice } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })
const administrator = await api.staff('administrator')

const nouns = ['units', 'counters', 'officers', 'accounts', 'assignments', 'visits', 'dossiers'] as const

t.test('out and in again changes nothing, in every noun, format and language, ambiguous names included', async (t) => {
  const [one, two] = [
    await createOffice(api.db, { counters: 2, officers: 2, name: 'Xã Trùng' }),
    await createOffice(api.db, { name: 'Xã Trùng' }),
  ]
  await api.db.query(`update officers set name = 'Trùng Tên' where unit_id = $1`, [one.unit_id])
  await api.db.query(`update counters set name = 'Quầy 1', active = false where counter_id = $1`, [one.counters[1]])
  await api.db.query(`insert into unit_predecessors values ($1, $2)`, [one.unit_id, two.unit_id])
  await api.db.query(`update units set hotline = '+84 212 3852 001', duty_leader_name = '=1+1' where unit_id = $1`, [
    one.unit_id,
  ])
  await assign(
    api.db,
    one.counters[0] as number,
    one.officers[0] as number,
    '2026-11-01T07:30:15.123+07:00',
    '2026-11-02T07:30:00+07:00',
  )
  await assign(api.db, one.counters[1] as number, one.officers[1] as number, '2026-11-01T07:30:00+07:00')
  await api.db.query(
    `insert into visits (unit_id, counter_id, grain, day, procedure_group, visits) values ($1, $2, 'month', '2026-10-01', '-Đất; "đai"', 1234), ($1, $2, 'day', '2026-10-02', '', 0)`,
    [one.unit_id, one.counters[1]],
  )
  await api.db.query(
    `insert into dossiers (unit_id, grain, day, same_day, early, on_time, overdue) values ($1, 'month', '2026-10-01', 1, 22222, 3, 4)`,
    [one.unit_id],
  )
  const audited = async () =>
    (await api.db.query(`select from audit where action = 'export.make' and detail ->> 'rows' <> '0'`)).length
  const before = await audited()
  for (const noun of nouns) {
    for (const format of ['csv', 'xlsx'] as const) {
      for (const language of ['vi', 'en'] as const) {
        const { file, status } = await administrator.get(
          `/api/v1/exports?noun=${noun}&format=${format}&language=${language}`,
        )
        t.equal(status, 200)
        const { body } = await bring(administrator, file, `x.${format}`)
        const [made, changed, same, error] = countsOf(body)[noun] ?? []
        t.same(
          [made, changed, error],
          [0, 0, 0],
          `${noun} ${format} ${language}: ${JSON.stringify(body.problems?.items?.slice(0, 3))}`,
        )
        t.ok((same ?? 0) > 0, `${noun} ${format} ${language} has rows`)
      }
    }
  }
  t.equal((await audited()) - before, 28, 'each stands in the audit log')
})

t.test('the log says how many rows went out: of the unit alone, a line for each role', async (t) => {
  const office = await createOffice(api.db, { counters: 2, officers: 2 })
  await api.staff('unit_clerk', { unit_id: office.unit_id })
  await api.staff('unit_leader', { unit_id: office.unit_id })
  await api.staff('commission')
  for (const noun of ['accounts', 'counters', 'officers', 'units']) {
    for (const narrowed of [`&unit_id=${office.unit_id}`, '']) {
      const { file } = await administrator.get(`/api/v1/exports?noun=${noun}&format=csv${narrowed}`)
      const lines = file.toString('utf8').trim().split('\r\n').length - 2
      const [last] = await api.db.query<{ rows: number }>(
        `select (detail ->> 'rows')::int as rows from audit where action = 'export.make' order by audit_id desc limit 1`,
      )
      t.equal(last?.rows, lines, `${noun}${narrowed}`)
      if (narrowed) t.equal(lines, noun === 'units' ? 1 : 2, `${noun} of the unit alone`)
    }
  }
})

t.test('more rows than a workbook takes: told to take CSV, which has them all', async (t) => {
  const office = await createOffice(api.db, { counters: 1 })
  await api.db.query(
    `insert into visits (unit_id, counter_id, grain, day, procedure_group, visits)
     select $1, $2, 'day', '2026-11-01', 'Nhóm ' || n, n from generate_series(1, 20001) n`,
    [office.unit_id, office.counters[0]],
  )
  const path = `/api/v1/exports?noun=visits&unit_id=${office.unit_id}`
  const details = refused(t, await administrator.get(`${path}&format=xlsx`), 400, 'export_too_large')
  t.same(details, { rows: 20001, most: 20000 })
  const { file, headers } = await administrator.get(`${path}&format=csv`)
  t.equal(file.toString('utf8').trim().split('\r\n').length, 20_003)
  t.equal(headers['x-total-rows'], '20001')
})

t.test('a workbook that nobody waits for any more is not read to its end, and that is no fault of ours', async (t) => {
  const office = await createOffice(api.db, { counters: 1 })
  await api.db.query(
    `insert into visits (unit_id, counter_id, grain, day, procedure_group, visits)
     select $1, $2, 'day', '2026-11-01', 'Nhóm ' || n, n from generate_series(1, 20000) n`,
    [office.unit_id, office.counters[0]],
  )
  let asked = 0
  let onAsked = () => {}
  const app = new Proxy(api.pools.app, {
    get(db, name) {
      if (name === 'transaction') {
        asked += 1
        onAsked()
      }
      const value = Reflect.get(db, name, db)
      return typeof value === 'function' ? value.bind(db) : value
    },
  })
  const said: { level: number; msg: string }[] = []
  const log = pino({ level: 'info' }, { write: (line) => said.push(JSON.parse(line)) })
  const other = await startTestApp(t, {
    db: api.db,
    clock: api.clock,
    keys: api.keys,
    pools: { ...api.pools, app },
    log,
  })
  const token = newToken()
  await api.db.query(
    'insert into sessions (token_hash, account_id, created_at, last_seen_at) values ($1, $2, $3, $3)',
    [hashToken(token), await insertAccount(api.db, [{ role: 'administrator' }]), new Date(api.clock.now())],
  )
  const origin = await other.app.listen({ port: 0, host: '127.0.0.1' })
  const fetchWorkbook = (signal?: AbortSignal) =>
    fetch(`${origin}/api/v1/exports?noun=visits&format=xlsx&unit_id=${office.unit_id}`, {
      headers: { cookie: `__Host-session=${token}` },
      ...(signal ? { signal } : {}),
    })

  const whole = await fetchWorkbook()
  t.equal(whole.headers.get('x-total-rows'), null, 'a workbook has no lines to count')
  t.ok((await whole.arrayBuffer()).byteLength > 100_000)
  const needed = asked

  asked = 0
  const reader = new AbortController()
  // The reader hangs up while the third slice is read.
  onAsked = () => {
    if (asked === 5) reader.abort()
  }
  await t.rejects(fetchWorkbook(reader.signal), { name: 'AbortError' })
  while (!said.some(({ msg }) => msg === 'the caller has gone')) await rest(10)
  t.ok(asked < needed - 2, `${asked} of ${needed} questions`)
  t.notOk(
    said.some(({ level }) => level >= 40),
    JSON.stringify(said),
  )
})

t.test('no cell of an export is taken for a formula; numbers are numbers, days are days', async (t) => {
  const office = await createOffice(api.db, { officers: 0, name: 'Xã Tiêm' })
  const evil = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '|calc',
    '\t=1',
    "'=1",
    '"=1"',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    ' =1',
    '\u00A0=1',
    '\u3000+1',
    '\uFEFF@x',
    '\u00AD=1',
    '\u061C=1',
    '\u180E=1',
    '\uFE0F=1',
    '\u3164=1',
    "=cmd|' /C calc'!A0",
  ]
  for (const name of evil)
    await api.db.query('insert into officers (unit_id, name, signed_on) values ($1, $2, $3)', [
      office.unit_id,
      name,
      '2025-08-15',
    ])
  const path = `/api/v1/exports?noun=officers&unit_id=${office.unit_id}`
  const formula = /^(?:[\t\r]|[^\p{L}\p{N}\p{P}\p{S}\u3164]*\u3164?[=+\-@|＝＋－＠])/u
  const text = (await administrator.get(`${path}&format=csv`)).file.toString('utf8')
  t.ok(text.startsWith('\uFEFFSố hệ thống;Mã đơn vị;'))
  for (const cell of text.split(/\r\n/).flatMap((line) => line.split(';'))) {
    t.notMatch(cell.replace(/^"/, ''), formula, cell)
  }
  const { file } = await administrator.get(`${path}&format=xlsx`)
  t.notMatch(sheetXml(file), /<f[ >]/)
  const [sheet] = await readSheets(file)
  for (const row of sheet?.data.slice(2) ?? []) {
    t.type(row[0], 'number')
    t.ok(row.some((cell) => cell instanceof Date))
    for (const cell of row) if (typeof cell === 'string') t.notMatch(cell, formula)
  }
  const { body } = await bring(administrator, file, 'x.xlsx')
  t.match(body.sheets, [{ new: 0, error: 0 }])
})

t.test('templates: both headers, a legend with examples, and nothing to import', async (t) => {
  const { file, headers } = await administrator.get('/api/v1/import-templates?format=xlsx&language=vi')
  t.match(headers['content-disposition'], 'import-template.xlsx')
  const sheets = await readSheets(file)
  t.same(
    sheets.map(({ sheet }) => sheet),
    ['Đơn vị', 'Quầy', 'Cán bộ', 'Tài khoản', 'Phân công', 'Lượt phục vụ', 'Hồ sơ', 'Hướng dẫn'],
  )
  t.same(sheets[1]?.data[0]?.slice(0, 4), ['Số hệ thống', 'Mã đơn vị', 'Đơn vị', 'Tên quầy'])
  t.same(sheets[1]?.data[1]?.slice(0, 4), ['counter_id', 'unit_code', 'unit', 'counter'])
  t.ok(sheets[7]?.data.some((row) => row.includes('Phường Tô Hiệu')))
  const { body } = await bring(administrator, file, 'x.xlsx')
  t.same([body.sheets.length, told(body)], [7, []])
  for (const noun of nouns) {
    const { file: empty } = await administrator.get(`/api/v1/import-templates?noun=${noun}&format=csv&language=en`)
    t.same(countsOf((await bring(administrator, empty)).body), { [noun]: [0, 0, 0, 0] })
  }
  const clerk = await api.staff('unit_clerk', { unit_id: (await createOffice(api.db)).unit_id })
  const own = await readSheets((await clerk.get('/api/v1/import-templates?format=xlsx&language=en')).file)
  t.same(
    own.map(({ sheet }) => sheet),
    ['Counters', 'Officers', 'Assignments', 'Visits', 'Dossiers', 'How to fill in'],
  )
})
