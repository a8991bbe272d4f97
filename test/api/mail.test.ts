/** Official reports by e-mail, through a real mail server: on the day, once, and never twice by itself whatever crashes. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { strFromU8, unzipSync } from 'fflate'
import { pino } from 'pino'
import t from 'tap'
import type { MailSettings } from '../../server/config.ts'
import { createLog } from '../../server/log.ts'
import { createMailer } from '../../server/mail/mailer.ts'
import { deliver } from '../../server/mail/smtp.ts'
import { noteRestored } from '../../server/queries/backups.ts'
import { withScope } from '../../server/queries/database.ts'
import { listRunningSchedules } from '../../server/queries/report-schedules.ts'
import { type Caller, startTestApp, type TestApp } from '../support/app.ts'
import { type MailServer, readMail, startMailServer } from '../support/mail-server.ts'
import { createOffice, type Office } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const url = '/api/v1/report-schedules'
const MINUTE = 60_000
const monthly = { calendar: 'administrative', span: 'month', days_after: 1 }

let post: MailServer
let server: TestApp
let home: Office
let away: Office
const who: Record<string, Caller> = {}
const as = (name: string) => who[name] as Caller
const log = pino({ level: 'silent' })

/** A sender like that of a server process; its clock that only counts on is turned together with the test's. */
const sender = (mail: MailSettings | null = post.settings, to: Pick<TestApp, 'pools'> = server) =>
  createMailer({ pools: to.pools, clock: server.clock, log, config: { mail } }, () => server.clock.now())

t.before(async () => {
  post = await startMailServer(t)
  server = await startTestApp(t, { at: '2026-11-10T08:00:00+07:00', config: { mail: post.settings } })
  home = await createOffice(server.db, { name: 'Phường Quyết Thắng' })
  away = await createOffice(server.db, { name: 'Xã Chiềng Khương' })
  who.commission = await server.staff('commission')
  who.administrator = await server.staff('administrator')
  who.inspector = await server.staff('inspector')
  who.leader = await server.staff('unit_leader', { unit_id: home.unit_id })
  who.clerk = await server.staff('unit_clerk', { unit_id: home.unit_id })
})

const lastOf = async (id: string, name = 'commission') => {
  const { body } = await as(name).get(url)
  return body.items.find((one: { schedule_id: string }) => one.schedule_id === id)?.last
}

/** A mail that waits in the outbox of a schedule of its own, with the report that was issued first. */
async function queue(address: string): Promise<string> {
  const [row] = await server.db.query<{ id: number }>(
    `with made as (
       insert into report_schedules (calendar, span, days_after, language, address, made_by, made_at)
         select 'calendar', 'year', 25, 'vi', $1, issued_by, $2 from issued_reports order by issued_report_id limit 1
         returning schedule_id)
     insert into report_mails (schedule_id, from_day, to_day, issued_report_id, state, next_try_at, changed_at)
       select schedule_id, from_day, to_day, issued_report_id, 'waiting', $2, $2
         from made, (select * from issued_reports order by issued_report_id limit 1) r
       returning schedule_id as id`,
    [address, new Date(server.clock.now())],
  )
  return String(row?.id)
}

t.test('no log-in, wrong role, foreign unit', async (t) => {
  const body = { ...monthly, address: 'vanthu@sonla.example' }
  refused(t, await server.stranger.get(url), 401, 'login_required')
  refused(t, await server.stranger.post(url, body), 401, 'login_required')
  for (const name of ['inspector', 'clerk']) {
    refused(t, await as(name).get(url), 403, 'forbidden')
    refused(t, await as(name).post(url, body), 403, 'forbidden')
  }
  refused(t, await as('administrator').post(url, body), 403, 'forbidden', 'an administrator signs nothing')
  refused(t, await as('leader').post(url, body), 403, 'forbidden', 'the province')
  const foreign = String(away.unit_id)
  refused(t, await as('leader').post(url, { ...body, unit_id: foreign }), 404, 'not_found')
  refused(t, await as('leader').get(`${url}?unit_id=${foreign}`), 404, 'not_found')
  const made = await as('commission').post(url, { ...body, unit_id: foreign })
  t.equal(made.status, 201)
  const own = `${url}/${made.body.schedule_id}`
  refused(t, await as('leader').patch(own, { ended: true }), 404, 'not_found')
  refused(t, await as('leader').post(`${own}/resend`), 404, 'not_found')
  t.same((await as('leader').get(url)).body.items, [], 'nor in the list')
  t.equal((await as('administrator').patch(own, { ended: true })).status, 200)
  refused(t, await as('administrator').patch(own, { ended: true }), 409, 'already_settled')
})

t.test('what is no single address, or no day, is refused', async (t) => {
  for (const address of [
    ...['vanthu', 'a b@c.vn', 'a@c.vn,b@c.vn', 'a@c.vn;b@c.vn', 'Lò <a@c.vn>', 'a@[127.0.0.1]', 'a@c.vn\n'],
    ...['a@c.vn\r\nBcc: thief@c.vn', 'a@c.vn>\r\nRCPT TO:<thief@c.vn'],
  ]) {
    const answer = await as('commission').post(url, { ...monthly, address })
    refused(t, answer, 400, 'mail_address_refused', JSON.stringify(address))
  }
  const body = { ...monthly, address: 'a@c.vn' }
  for (const bad of [
    { days_after: 26 },
    { days_after: 1.5 },
    { span: 'week' },
    { calendar: 'lunar' },
    { address: 1 },
  ]) {
    refused(t, await as('commission').post(url, { ...body, ...bad }), 400, 'invalid_body', JSON.stringify(bad))
  }
  refused(t, await as('commission').post(url, { ...body, to: 'b@c.vn' }), 400, 'unknown_field')
})

t.test('without a mail server the list says so, nothing can be set up and nothing is sent', async (t) => {
  const bare = await startTestApp(t, { ...server, config: { mail: null } })
  const member = await bare.staff('commission')
  t.equal((await member.get(url)).body.mail_set_up, false)
  refused(t, await member.post(url, { ...monthly, address: 'a@c.example' }), 409, 'mail_not_set_up')
  t.equal(await sender(null).look(), 0)
  t.equal((await as('commission').get(url)).body.mail_set_up, true)
})

let schedule: string

t.test('on the day the report is issued and sent, once, however many servers look', async (t) => {
  const made = await as('commission').post(url, { ...monthly, address: 'vanthu@sonla.example' })
  t.match(made, {
    status: 201,
    body: {
      unit: null,
      last: null,
      next: { from: '2026-10-15', to: '2026-11-14', due_at: '2026-11-15T00:00:00.000Z' },
    },
  })
  schedule = made.body.schedule_id
  const again = await as('commission').post(url, { ...monthly, address: 'VanThu@sonla.example' })
  refused(t, again, 409, 'schedule_taken')
  const second = await as('commission').post(url, { ...monthly, address: 'tinhuy@sonla.example' })

  const [one, two] = [sender(), sender()]
  t.equal(await one.look(), 0, 'a period that was due before it was set up is not sent')
  server.clock.set('2026-11-15T06:59:00+07:00')
  t.same(await Promise.all([one.look(), two.look()]), [0, 0], 'a minute before')
  server.clock.set('2026-11-15T07:00:00+07:00')
  const looks = await Promise.all([one.look(), two.look(), one.look(), two.look(), sender().look()])
  t.equal(
    looks.reduce((sum, n) => sum + n, 0),
    2,
    'one mail for each of two addresses',
  )
  t.same(post.taken.map(({ to }) => to.join()).sort(), ['tinhuy@sonla.example', 'vanthu@sonla.example'])
  server.clock.advance(20 * MINUTE)
  t.same(await Promise.all([one.look(), two.look(), sender().look()]), [0, 0, 0])
  t.equal(post.read.length, 2)

  const issued = await server.db.query<{ number: number; docx: Buffer; pdf: Buffer; by: string; cut_off: Date }>(
    'select number, docx, pdf, username as by, cut_off from issued_reports join accounts on account_id = issued_by',
  )
  t.equal(issued.length, 1, 'one report for both')
  t.match(issued[0], { number: 1, by: /^commission/, cut_off: new Date('2026-11-15T07:00:00+07:00') })
  const mail = readMail(post.taken.find(({ to }) => to[0] === 'vanthu@sonla.example')?.raw ?? '')
  const head = (name: string) => mail.headers.get(name)
  t.equal(head('subject'), 'Báo cáo số 1/2026 về mức độ hài lòng của người dân toàn tỉnh, từ 15/10/2026 đến 14/11/2026')
  t.equal(head('from'), 'Hài Lòng <hai-long@bdv.sonla.example>')
  t.equal(head('to'), 'vanthu@sonla.example')
  t.equal(head('auto-submitted'), 'auto-generated')
  const [text, docx, pdf, ...more] = mail.parts
  t.same(more, [])
  const words = text?.content.toString('utf8') ?? ''
  t.ok(words.includes('Số liệu được chốt lúc 07:00 ngày 15/11/2026'))
  t.ok(words.includes('Không dùng số liệu này làm căn cứ duy nhất'))
  t.match(docx?.headers.get('content-disposition'), /attachment; filename="?bao-cao-1-2026\.docx/)
  t.match(pdf?.headers.get('content-disposition'), /attachment; filename="?bao-cao-1-2026\.pdf/)
  t.ok(docx?.content.equals(issued[0]?.docx as Buffer), 'the bytes as they were issued')
  t.ok(pdf?.content.equals(issued[0]?.pdf as Buffer))
  t.equal(pdf?.content.subarray(0, 5).toString(), '%PDF-')
  const document = strFromU8(unzipSync(docx?.content as Buffer)['word/document.xml'] as Uint8Array)
  t.ok(document.replaceAll(/<[^>]+>/g, '').includes('Số 1-BC/BDVTU'), 'a Word file with its number')

  t.match(await lastOf(schedule), {
    ...{ state: 'sent', problem: null, attempts: 1, next_try_at: null, from: '2026-10-15', to: '2026-11-14' },
    report: { number: 1, year: 2026 },
  })
  refused(t, await as('commission').post(`${url}/${schedule}/resend`), 409, 'already_settled')
  const deeds = await server.db.query<{ action: string; n: number }>(
    `select action, count(*)::int as n from audit where action like 'report%' group by 1 order by 1`,
  )
  t.same(deeds, [
    { action: 'report.issue', n: 1 },
    { action: 'report_mail.send', n: 2 },
    { action: 'report_schedule.create', n: 3 },
    { action: 'report_schedule.end', n: 1 },
  ])
  await as('commission').patch(`${url}/${second.body.schedule_id}`, { ended: true })
})

t.test('the next period is another mail; one that was issued by hand is what is sent', async (t) => {
  server.clock.set('2026-12-15T06:30:00+07:00')
  const byHand = await as('commission').post('/api/v1/issued-reports', { from: '2026-11-15', to: '2026-12-14' })
  t.equal(byHand.body.number, 2)
  server.clock.set('2026-12-15T07:10:00+07:00')
  t.equal(await sender().look(), 1)
  t.match(await lastOf(schedule), { state: 'sent', from: '2026-11-15', report: { number: 2 } })
  t.equal((await server.db.query('select from issued_reports')).length, 2)
  await as('commission').patch(`${url}/${schedule}`, { ended: true })
  server.clock.set('2027-01-20T08:00:00+07:00')
  t.equal(await sender().look(), 0, 'nothing after its end')
})

t.test('a schedule made anew with another day does not send what the one before it sent', async (t) => {
  const address = 'ngay@sonla.example'
  const day = (days_after: number) => as('commission').post(url, { ...monthly, span: 'quarter', days_after, address })
  const first = await day(0)
  server.clock.set('2027-03-14T17:00:00+07:00')
  t.equal(await sender().look(), 1)
  await as('commission').patch(`${url}/${first.body.schedule_id}`, { ended: true })
  const second = await day(5)
  server.clock.set('2027-03-19T07:00:00+07:00')
  t.equal(await sender().look(), 0, 'the address has the report of this quarter')
  const running = await withScope(
    server.pools.app,
    { account_id: null, roles: [], units: [], officer_id: null, purpose: 'mail' },
    listRunningSchedules,
  )
  const known = running.find(({ schedule_id }) => String(schedule_id) === second.body.schedule_id)
  t.equal(known?.last_to, '2027-03-14', 'which is known without trying it at every look')
  t.equal(await lastOf(second.body.schedule_id), null)
  server.clock.set('2027-06-19T07:00:00+07:00')
  t.equal(await sender().look(), 1, 'the next quarter goes out on the new day')
  t.match(await lastOf(second.body.schedule_id), { state: 'sent', from: '2027-03-15', to: '2027-06-14' })
  t.equal(post.taken.filter(({ to }) => to[0] === address).length, 2)
  await as('commission').patch(`${url}/${second.body.schedule_id}`, { ended: true })

  const silent = await day(0)
  server.clock.set('2027-09-14T17:00:00+07:00')
  post.next({ at: 'rcpt', code: 550, text: 'no such mailbox here' })
  t.equal(await sender().look(), 1)
  await as('commission').patch(`${url}/${silent.body.schedule_id}`, { ended: true })
  const third = await day(5)
  server.clock.set('2027-09-19T07:00:00+07:00')
  t.equal(await sender().look(), 1, 'what was refused has not come')
  await as('commission').patch(`${url}/${third.body.schedule_id}`, { ended: true })
  server.clock.set('2027-01-20T08:00:00+07:00')
})

t.test('a name made of more than one line stays one line of one header', async (t) => {
  await server.db.query('update units set name = $2 where unit_id = $1', [
    home.unit_id,
    'Xã A\r\nBcc: thief@example.vn\r\n\r\nxx',
  ])
  const made = await as('leader').post(url, {
    ...{ calendar: 'calendar', span: 'month', days_after: 0, unit_id: String(home.unit_id) },
    ...{ address: 'xa@sonla.example', language: 'en' },
  })
  server.clock.set('2027-01-31T17:00:00+07:00')
  t.equal(await sender().look(), 1)
  const sent = post.taken.at(-1)
  t.same(sent?.to, ['xa@sonla.example'])
  const mail = readMail(sent?.raw ?? '')
  t.equal(mail.headers.has('bcc'), false)
  t.match(
    mail.headers.get('subject'),
    /^Report no\. 1\/2027 .* at Xã A Bcc: thief@example\.vn xx, 1\/1\/2027 to 31\/1\/2027$/,
  )
  t.equal(mail.parts.length, 3)
  t.match(await lastOf(made.body.schedule_id, 'leader'), { state: 'sent', report: { number: 1, year: 2027 } })
  await server.db.query(`update units set name = 'Phường Quyết Thắng' where unit_id = $1`, [home.unit_id])
  await as('leader').patch(`${url}/${made.body.schedule_id}`, { ended: true })
})

t.test('a mail server that cannot be reached, or says "later", is tried again, ever more slowly', async (t) => {
  const id = await queue('later@sonla.example')
  const before = post.taken.length
  const mailer = sender()
  await post.close()
  t.equal(await mailer.look(), 1)
  const first = await lastOf(id)
  t.match(first, { state: 'waiting', problem: 'unreachable', attempts: 1 })
  t.equal(Date.parse(first.next_try_at), server.clock.now() + MINUTE)
  t.equal(await mailer.look(), 0, 'not at once')
  await post.open()
  server.clock.advance(MINUTE)
  post.next({ at: 'rcpt', code: 451, text: 'greylisted, come back' })
  t.equal(await mailer.look(), 1)
  t.match(await lastOf(id), { state: 'waiting', problem: 'deferred', said: /451 greylisted/, attempts: 2 })
  server.clock.advance(4 * MINUTE)
  t.equal(await mailer.look(), 0)
  server.clock.advance(MINUTE)
  post.next({ at: 'data', code: 452, text: 'no room now' })
  t.equal(await mailer.look(), 1)
  t.match(await lastOf(id), { state: 'waiting', problem: 'deferred', attempts: 3 }, 'it said that it did not take it')
  server.clock.advance(15 * MINUTE)
  t.equal(await mailer.look(), 1)
  t.match(await lastOf(id), { state: 'sent', problem: null, attempts: 4 })
  t.equal(post.taken.length, before + 1)

  const never = await queue('never@sonla.example')
  await post.close()
  let tries = 0
  for (; (await lastOf(never)).state === 'waiting'; tries += 1) {
    if (tries > 20) throw new Error('it does not give up')
    server.clock.set(Date.parse((await lastOf(never)).next_try_at))
    await mailer.look()
  }
  await post.open()
  t.match(await lastOf(never), { state: 'failed', problem: 'gave_up', attempts: 11, next_try_at: null })
  t.equal(tries, 11)
})

t.test('"no" is final and shown in the mail server’s own words, until somebody asks again', async (t) => {
  for (const at of ['rcpt', 'data'] as const) {
    const id = await queue(`${at}@sonla.example`)
    const mailer = sender()
    post.next({ at, code: 550, text: 'no such mailbox here' })
    t.equal(await mailer.look(), 1)
    t.match(await lastOf(id), { state: 'failed', problem: 'refused', said: /550 no such mailbox here/ })
    server.clock.advance(24 * 60 * MINUTE)
    t.equal(await mailer.look(), 0, 'nobody tries again')
    const before = post.taken.length
    t.match(await as('administrator').post(`${url}/${id}/resend`), {
      status: 200,
      body: { last: { state: 'waiting' } },
    })
    t.equal(await mailer.look(), 1)
    t.equal(post.taken.length, before + 1)
    t.match(await lastOf(id), { state: 'sent', attempts: 2 })
  }
  const [deed] = await server.db.query<{ n: number }>(
    `select count(*)::int as n from audit where action = 'report_mail.resend' and account_id is not null`,
  )
  t.equal(deed?.n, 2)
})

t.test('a line cut after the mail: not certain, never again by itself', async (t) => {
  const id = await queue('cut@sonla.example')
  const mailer = sender()
  const read = post.read.length
  post.next('cut')
  t.equal(await mailer.look(), 1)
  t.match(await lastOf(id), { state: 'uncertain', problem: 'lost', next_try_at: null })
  server.clock.advance(24 * 60 * MINUTE)
  t.equal(await mailer.look(), 0)
  t.equal(post.read.length, read + 1, 'one mail on its way, not two')
})

t.test('a sender killed in the middle: not certain, never again by itself, once more by hand', async (t) => {
  const id = await queue('killed@sonla.example')
  const read = post.read.length
  post.next('silent')
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, '../support/mail-process.ts')], {
    env: {
      ...process.env,
      TEST_MAIL_URL: server.db.ownerUrl,
      TEST_MAIL_NOW: String(server.clock.now()),
      TEST_MAIL_SETTINGS: JSON.stringify(post.settings),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  for (let waited = 0; post.read.length === read; waited += 20) {
    if (waited > 20_000) throw new Error('the process sent nothing')
    await wait(20)
  }
  child.kill('SIGKILL')
  await gone
  const mailer = sender()
  t.equal(await mailer.look(), 0)
  t.match(await lastOf(id), { state: 'sending', attempts: 1 })
  refused(
    t,
    await as('commission').post(`${url}/${id}/resend`),
    409,
    'already_settled',
    'perhaps somebody still sends it',
  )
  server.clock.advance(11 * MINUTE)
  t.equal(await mailer.look(), 0)
  t.match(await lastOf(id), { state: 'uncertain', problem: 'interrupted' })
  server.clock.advance(24 * 60 * MINUTE)
  t.equal(await mailer.look(), 0)
  t.equal(post.read.length, read + 1)
  t.equal((await as('commission').post(`${url}/${id}/resend`)).status, 200)
  t.equal(await mailer.look(), 1)
  t.match(await lastOf(id), { state: 'sent', attempts: 2 })
  t.same(
    post.read.slice(read).map(({ raw }) => readMail(raw).headers.get('message-id')),
    Array(2).fill(`<hai-long.${id}.2026-10-15.2026-11-14@bdv.sonla.example>`),
    'a mailbox can tell that it is the same',
  )
})

t.test('by a clock that is not trusted nothing is issued and nothing is sent', async (t) => {
  const id = await queue('clock@sonla.example')
  const before = post.read.length
  const now = server.clock.now()
  await server.db.query('update counting_state set counted_through = $1', [new Date(now + 5 * MINUTE)])
  t.equal(await sender().look(), 0, 'behind a rating that was counted')
  await server.db.query('update counting_state set counted_through = $1', [new Date(now - 30 * 24 * 60 * MINUTE)])
  t.equal(await sender().look(), 0, 'a month after the last rating')
  await server.db.query('update counting_state set counted_through = $1', [new Date(now)])
  let steady = 0
  const watching = createMailer(
    { pools: server.pools, clock: server.clock, log, config: { mail: post.settings } },
    () => steady,
  )
  await server.db.query(`update report_mails set next_try_at = $1 where state = 'waiting'`, [new Date(now + MINUTE)])
  t.equal(await watching.look(), 0, 'not due yet')
  server.clock.advance(2 * 60 * MINUTE)
  steady += 1000
  t.equal(await watching.look(), 0, 'two hours in a second')
  t.match(await lastOf(id), { state: 'waiting', attempts: 0 })
  t.equal(post.read.length, before)
  await server.db.query('update counting_state set counted_through = null')
  t.equal(await sender().look(), 1, 'and then it goes out')
})

t.test('who may not issue it any more sends nothing; after a restore nothing goes out twice', async (t) => {
  const past = await server.staff('commission')
  const half = { calendar: 'calendar', span: 'half', days_after: 3 }
  const made = await past.post(url, { ...half, address: 'half@sonla.example' })
  t.equal(made.status, 201)
  await server.db.query(
    `update account_roles set ended_at = now() where account_id = (
       select made_by from report_schedules where schedule_id = $1)`,
    [made.body.schedule_id],
  )
  const before = post.read.length
  const reports = (await server.db.query('select from issued_reports')).length
  server.clock.set('2027-07-03T07:00:00+07:00')
  t.equal(await sender().look(), 0)
  t.match(await lastOf(made.body.schedule_id), { state: 'failed', problem: 'may_not_issue', report: null })
  refused(t, await as('commission').post(`${url}/${made.body.schedule_id}/resend`), 409, 'already_settled')
  t.equal((await server.db.query('select from issued_reports')).length, reports, 'none was issued either')

  const waiting = await queue('copy@sonla.example')
  const kept = await as('commission').post(url, { ...half, address: 'kept@sonla.example' })
  await noteRestored(server.db.ownerUrl, new Date(server.clock.now()))
  const [row] = await server.db.query<{ now: boolean }>(
    `select restored_at between now() - interval '1 minute' and now() as now from server_state`,
  )
  t.equal(row?.now, true)
  // The database's clock stands before the test's: as if it had been restored two minutes after the mails were due.
  await server.db.query('update report_schedules set made_at = $2 where schedule_id = $1', [
    kept.body.schedule_id,
    new Date(server.clock.now() - MINUTE),
  ])
  server.clock.advance(2 * MINUTE)
  await server.db.query('update server_state set restored_at = $1', [new Date(server.clock.now())])
  t.match(await lastOf(waiting), { state: 'uncertain', problem: 'restored', next_try_at: null })
  server.clock.advance(MINUTE)
  t.equal(await sender().look(), 0, 'what was due or waited before the restore: perhaps it was sent')
  t.equal(await lastOf(kept.body.schedule_id), null)
  t.equal(post.read.length, before)
  t.equal((await as('commission').post(`${url}/${waiting}/resend`)).status, 200)
  t.equal(await sender().look(), 1, 'a person knows better')
  t.match(await lastOf(waiting), { state: 'sent' })
  t.equal((await as('commission').patch(`${url}/${kept.body.schedule_id}`, { ended: true })).status, 200)
})

t.test('certificates are verified, logins are not told, and encryption is not given up', async (t) => {
  const secure = await startMailServer(t, { secure: true })
  const mail = Buffer.from('Subject: x\r\n\r\nx\r\n')
  t.match(await deliver(secure.settings, 'a@sonla.example', mail), { outcome: 'unreachable', said: /certificate/i })
  t.same(secure.read, [])
  const login = { user: 'hai-long', pass: 'geheim-và-dài' }
  const locked = await startMailServer(t, { login })
  const plain = await deliver({ ...locked.settings, security: 'starttls' }, 'a@sonla.example', mail)
  t.not(plain.outcome, 'sent')
  t.same(locked.logins, [], 'a server without STARTTLS is told nothing')
  t.match(await deliver({ ...locked.settings, login: { ...login, pass: 'x' } }, 'a@sonla.example', mail), {
    outcome: 'refused',
    said: /535/,
  })
  t.match(await deliver(locked.settings, 'a@sonla.example', mail), { outcome: 'sent' })
  t.equal(locked.taken.length, 1)

  const lines: string[] = []
  const told = createLog('trace', { write: (line: string) => void lines.push(line) })
  const id = await queue('log@sonla.example')
  for (const pass of ['falsch-và-dài', login.pass]) {
    const settings = { ...locked.settings, login: { ...login, pass } }
    const mailer = createMailer(
      { pools: server.pools, clock: server.clock, log: told, config: { mail: settings } },
      () => server.clock.now(),
    )
    t.equal(await mailer.look(), 1)
    if (pass !== login.pass) await as('commission').post(`${url}/${id}/resend`)
  }
  t.match(await lastOf(id), { state: 'sent' })
  t.match(lines.join(''), /report mail/)
  t.notMatch(lines.join(''), /geheim|falsch|log@sonla/)
})
