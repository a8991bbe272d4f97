/** Numbers and dates of the staff pages, written as each language writes them. */
import t from 'tap'
import {
  formatChosen,
  formatCount,
  formatDate,
  formatDay,
  formatDecimal,
  formatInstant,
  formatInterval,
  formatMonth,
  formatPercent,
  formatRange,
  formatWeekday,
  monthTick,
  officeInstant,
  officeTime,
  roundedShare,
} from '../../dashboards/format.ts'
import { byGivenName, byName } from '../../server/contract/names.ts'

t.test('Vietnamese and English numbers', async (t) => {
  t.equal(formatPercent(0.917, 'vi'), '91,7%')
  t.equal(formatPercent(0.917, 'en'), '91.7%')
  t.equal(formatCount(1000, 'vi'), '1.000')
  t.equal(formatCount(1000, 'en'), '1,000')
  t.equal(formatCount(1234567, 'vi'), '1.234.567')
  t.equal(formatDecimal(87.25, 'vi'), '87,3')
  t.equal(formatPercent(1, 'vi'), '100,0%', 'one decimal always, so that a count by hand agrees')
  t.equal(formatPercent(0, 'en'), '0.0%')
})

t.test('a share is rounded once, from the share itself', async (t) => {
  for (const [positive, n, text] of [
    [12, 13, '92,3%'],
    [2, 3, '66,7%'],
    [1, 8, '12,5%'],
    [1, 16, '6,3%'],
    [199, 200, '99,5%'],
    [1999, 2000, '100,0%'],
  ] as const) {
    t.equal(formatPercent(positive / n, 'vi'), text, `${positive} of ${n}`)
  }
})

t.test('what is subtracted by hand is what is printed', async (t) => {
  for (const [one, other, text] of [
    [0.87142, 0.91648, '4,5'],
    [0.0845, 0.0844, '0,1'],
    [0.9, 0.9, '0,0'],
  ] as const) {
    const points = Math.abs(roundedShare(one) - roundedShare(other)) * 100
    t.equal(formatDecimal(points, 'vi'), text, `${formatPercent(one, 'vi')} against ${formatPercent(other, 'vi')}`)
  }
})

t.test('an interval cannot break over two lines', async (t) => {
  t.equal(formatInterval(0.889, 0.961, 'vi'), '88,9\u2060–\u206096,1%')
  t.equal(formatInterval(0.889, 0.961, 'en'), '88.9\u2060–\u206096.1%')
})

t.test('dates', async (t) => {
  t.equal(formatDate('2025-03-05', 'vi'), '5/3/2025')
  t.equal(formatDate('2025-03-05', 'en'), '5\u00a0Mar\u00a02025', 'on one line')
  t.equal(formatDate('2025-03-05', 'vi', false), '5/3')
  t.equal(formatRange('2025-03-15', '2025-06-14', 'vi'), '15/3\u2060–\u206014/6/2025')
  t.equal(
    formatRange('2024-12-15', '2025-03-14', 'vi'),
    '15/12/2024\u2060–\u206014/3/2025',
    'both years when they differ',
  )
  t.equal(formatRange('2025-03-15', '2025-03-15', 'en'), '15\u00a0Mar\u00a02025')
  t.equal(formatRange('2025-10-15', '2025-11-14', 'en'), '15\u00a0Oct\u00a0– 14\u00a0Nov\u00a02025')
  t.equal(formatRange('2026-11-13', '2026-11-19', 'vi'), '13\u2060–\u206019/11/2026', 'the month once')
  t.equal(formatRange('2026-11-13', '2026-11-19', 'en'), '13\u2060–\u206019\u00a0Nov\u00a02026')
  t.equal(
    formatRange('2025-11-13', '2026-11-19', 'vi'),
    '13/11/2025\u2060–\u206019/11/2026',
    'the same month of two years',
  )
  t.equal(formatMonth('2025-06', 'vi'), '6/2025')
  t.equal(formatMonth('2025-06-01', 'en', true), 'Jun\u00a0’25')
  t.same(monthTick('2025-12-01', 'vi', true), ['12/25'])
  t.same(monthTick('2025-12-01', 'en', true), ['Dec', '2025'])
  t.same(monthTick('2026-03-01', 'en', false), ['Mar'])
  t.equal(formatWeekday('2025-06-16', 'vi'), 'T2')
  t.equal(formatWeekday('2025-06-15', 'vi'), 'CN')
  t.equal(formatWeekday('2025-06-15', 'en'), 'Sun')
  t.equal(formatDay('2026-02-16', 'en'), 'Mon\u00a016\u00a0Feb\u00a02026')
  t.equal(formatChosen('2026-11-27', 'vi'), 'Thứ Sáu, 27/11/2026', 'what a date field holds')
  t.equal(formatChosen('2026-11-29', 'vi'), 'Chủ nhật, 29/11/2026')
  t.equal(formatChosen('2026-11-27T10:35', 'en'), 'Friday, 27\u00a0Nov\u00a02026,\u00a010:35')
})

t.test('moments are told in the time of the office, wherever the reader sits', async (t) => {
  t.equal(formatInstant('2025-06-14T17:30:00Z', 'vi'), '15/6/2025\u00a000:30')
  t.equal(formatInstant('2025-06-14T10:00:00+07:00', 'en'), '14\u00a0Jun\u00a02025,\u00a010:00')
  t.same(officeTime('2025-12-31T16:59:59Z'), { date: '2025-12-31', time: '23:59' })
  t.same(officeTime('2025-12-31T17:00:00Z'), { date: '2026-01-01', time: '00:00' })
  t.equal(Date.parse(officeInstant('2026-01-01T00:00')), Date.parse('2025-12-31T17:00:00Z'))
})

t.test('names stand in Vietnamese order, numbers in them by value', async (t) => {
  t.same(
    byName(['Xã Đông Sang', 'Phường Tô Hiệu', 'Xã Co Mạ'].map((name) => ({ name }))).map(({ name }) => name),
    ['Phường Tô Hiệu', 'Xã Co Mạ', 'Xã Đông Sang'],
  )
  t.same(
    byName(['Quầy 10', 'Quầy 2', 'Quầy 1'].map((name) => ({ name }))).map(({ name }) => name),
    ['Quầy 1', 'Quầy 2', 'Quầy 10'],
  )
})

t.test('people stand in order of their given names, then of their families', async (t) => {
  const people = ['Vũ Thu Trang', 'Đèo Văn Phong', 'Lò Thị Hương', 'Cầm Thị Hương', 'Giàng A Dua', 'Bạc Cầm Đôi', 'Hà']
  t.same(
    byGivenName(people.map((name) => ({ name }))).map(({ name }) => name),
    ['Giàng A Dua', 'Bạc Cầm Đôi', 'Hà', 'Cầm Thị Hương', 'Lò Thị Hương', 'Đèo Văn Phong', 'Vũ Thu Trang'],
  )
})
