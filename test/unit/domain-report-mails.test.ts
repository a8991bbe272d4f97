/** When a scheduled report is due, how long one is tried, and what is an address. */
import t from 'tap'
import { dueAt, duePeriods, isAbandoned, isMailAddress, retryAfter } from '../../server/domain/report-mails.ts'

const at = (text: string) => Date.parse(`${text}+07:00`)

t.test('due on the last day when offices have closed, or so many days later before they open', async (t) => {
  const range = { from: '2026-10-15', to: '2026-11-14' }
  t.equal(dueAt(range, 0), at('2026-11-14T17:00:00'))
  t.equal(dueAt(range, 1), at('2026-11-15T07:00:00'))
  t.equal(dueAt(range, 25), at('2026-12-09T07:00:00'))
})

t.test('the newest period that is due, by calendar and span', async (t) => {
  const due = (
    calendar: 'administrative' | 'calendar',
    span: 'month' | 'quarter' | 'half' | 'year',
    day: number,
    now: string,
  ) => Object.values(duePeriods({ calendar, span, days_after: day }, at(now)).due).join('/')
  t.equal(due('administrative', 'month', 0, '2026-11-14T16:59:59'), '2026-09-15/2026-10-14')
  t.equal(due('administrative', 'month', 0, '2026-11-14T17:00:00'), '2026-10-15/2026-11-14')
  t.equal(due('administrative', 'month', 1, '2026-11-15T06:59:59'), '2026-09-15/2026-10-14')
  t.equal(due('administrative', 'month', 1, '2026-11-15T07:00:00'), '2026-10-15/2026-11-14')
  t.equal(due('administrative', 'month', 25, '2026-12-08T12:00:00'), '2026-09-15/2026-10-14')
  t.equal(due('administrative', 'quarter', 3, '2026-12-17T07:00:00'), '2026-09-15/2026-12-14')
  t.equal(due('administrative', 'half', 3, '2026-12-17T06:00:00'), '2025-12-15/2026-06-14')
  t.equal(due('administrative', 'year', 1, '2026-12-15T07:00:00'), '2025-12-15/2026-12-14')
  t.equal(due('calendar', 'month', 5, '2026-03-05T07:00:00'), '2026-02-01/2026-02-28')
  t.equal(due('calendar', 'month', 0, '2028-02-29T17:00:00'), '2028-02-01/2028-02-29')
  t.equal(due('calendar', 'year', 1, '2027-01-01T06:59:00'), '2025-01-01/2025-12-31')
  const { next } = duePeriods({ calendar: 'calendar', span: 'quarter', days_after: 2 }, at('2026-11-24T10:00:00'))
  t.same(next, { from: '2026-10-01', to: '2026-12-31' })
})

t.test('tried again for two days and some hours, ever more slowly, and then no more', async (t) => {
  const waits = Array.from({ length: 10 }, (_, index) => retryAfter(index + 1) as number)
  t.equal(waits[0], 60_000)
  for (const [index, wait] of waits.entries()) t.ok(index === 0 || wait >= (waits[index - 1] as number))
  const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000
  t.ok(hours > 48 && hours < 72, `${hours} hours`)
  t.equal(retryAfter(11), null)
})

t.test('who has been sending for ten minutes without a word is gone', async (t) => {
  const now = at('2026-11-24T10:00:00')
  const mail = (state: string, ago: number) => ({ state, changed_at: new Date(now - ago) })
  t.notOk(isAbandoned(mail('sending', 600_000), now))
  t.ok(isAbandoned(mail('sending', 600_001), now))
  t.notOk(isAbandoned(mail('waiting', 9_000_000), now))
})

t.test('one plain address and nothing a mail server could read as more', async (t) => {
  for (const good of ['vanthu@sonla.gov.vn', "o'x.y+z@a-b.example", 'A1@b.co']) t.ok(isMailAddress(good), good)
  for (const bad of [
    ...['', 'a', 'a@b', '@b.vn', 'a@', 'a@b@c.vn', 'a b@c.vn', 'a@c.vn,b@c.vn', 'a@c.vn;b@c.vn', 'Lò <a@c.vn>'],
    ...[
      'a@c.vn\r\nBcc: b@c.vn',
      'a@c.vn\n',
      '\ta@c.vn',
      'lò@c.vn',
      'a@[127.0.0.1]',
      '"a"@c.vn',
      '.a@c.vn',
      'a..b@c.vn',
    ],
    ...['a@-c.vn', 'a@c..vn', 'a@c.1', `${'a'.repeat(65)}@c.vn`, `a@${'b.'.repeat(130)}vn`, 'a@c.vn>', '<a@c.vn'],
  ]) {
    t.notOk(isMailAddress(bad), JSON.stringify(bad))
  }
})
