/** The question asked before the page's code has come is the one the page asks: by the calendar of its periods, or the address. */
import t from 'tap'
import { firstQuestion } from '../../dashboards/early-path.ts'
import { addDays, lastMonths } from '../../server/contract/periods.ts'

t.test('the last three months, on every day of five years', async (t) => {
  const wrong: string[] = []
  for (let today = '2024-01-01'; today < '2029-01-01'; today = addDays(today, 1)) {
    const { from, to } = lastMonths(today, 3)
    for (const time of ['00:00:00', '23:59:59']) {
      const asked = firstQuestion(Date.parse(`${today}T${time}+07:00`), '')
      if (asked !== `/reports/me?from=${from}&to=${to}`) wrong.push(`${today} ${time}: ${asked}`)
    }
  }
  t.same(wrong, [])
})

t.test('what the address asks for, whatever it is', async (t) => {
  t.equal(firstQuestion(0, '?from=2026-01-01&to=2026-02-01&x=1'), '/reports/me?from=2026-01-01&to=2026-02-01')
  t.equal(firstQuestion(0, '?to=2026-02-01'), '/reports/me?from=&to=2026-02-01')
})
