/** The question asked before the page's code has come is the one the page asks: by the calendar of its periods, or the address. */
import t from 'tap'
import { firstQuestion } from '../../dashboards/early-path.ts'
import { addDays, lastMonths, lastWeeks, periodAt, type Range, rangeOf } from '../../server/contract/periods.ts'

const at = (pathname: string, search = '') => ({ pathname, search })
const reader = (roles: string[], unit_id: string | null = null) => ({
  roles,
  account: { unit: unit_id === null ? null : { unit_id } },
})
const commission = reader(['commission'])

t.test('the usual periods, on every day of five years', async (t) => {
  const wrong: string[] = []
  const said = ({ from, to }: Range) => `from=${from}&to=${to}`
  for (let today = '2024-01-01'; today < '2029-01-01'; today = addDays(today, 1)) {
    const wanted = [
      `/reports/me?${said(lastMonths(today, 3))}`,
      `/reports/units/7?${said(lastWeeks(today, 12))}&compare=previous`,
      `/reports/units?${said(rangeOf(periodAt(today, 'administrative', 'quarter')))}&compare=previous`,
    ]
    for (const time of ['00:00:00', '23:59:59']) {
      const now = Date.parse(`${today}T${time}+07:00`)
      const asked = [
        firstQuestion(now, at('/me'))?.path,
        firstQuestion(now, at('/units/7'))?.path,
        firstQuestion(now, at('/'), commission)?.path,
      ]
      for (const [place, path] of asked.entries())
        if (path !== wanted[place]) wrong.push(`${today} ${time}: ${path}, not ${wanted[place]}`)
    }
  }
  t.same(wrong, [])
})

t.test('what the address asks for, whatever it is', async (t) => {
  const path = (pathname: string, search: string) => firstQuestion(0, at(pathname, search), commission)?.path
  const span = '?from=2026-01-01&to=2026-02-01'
  t.equal(path('/me', `${span}&x=1`), '/reports/me?from=2026-01-01&to=2026-02-01')
  t.equal(path('/me', '?to=2026-02-01'), '/reports/me?from=&to=2026-02-01')
  t.equal(path('/units/12', span), `/reports/units/12${span}&compare=previous`)
  t.equal(path('/', span), `/reports/units${span}&compare=previous`)
  for (const more of ['compare=none', 'counter=3', 'service=x', 'q=x', 'area=x']) {
    for (const pathname of ['/', '/units/12'])
      t.equal(path(pathname, `${span}&${more}`), undefined, `${pathname} ${more}`)
  }
  for (const pathname of ['/units/', '/units/a', '/units/1/2', '/cases', '/login'])
    t.equal(path(pathname, ''), undefined)
})

t.test('the first page of each reader', async (t) => {
  const page = (...of: Parameters<typeof reader>) => firstQuestion(0, at('/'), reader(...of))
  t.equal(firstQuestion(0, at('/')), null, 'nobody knows yet')
  t.equal(page(['commission', 'unit_leader'], '4')?.page, 'commission', 'the widest role')
  t.match(page(['unit_leader'], '4'), { page: 'unit', path: /^\/reports\/units\/4\?/ })
  t.match(firstQuestion(0, at('/', '?from=x&q=y'), reader(['unit_leader'], '4')), { page: 'unit' }, 'led on without it')
  for (const role of ['administrator', 'unit_clerk', 'officer', 'inspector']) t.equal(page([role], '4'), null, role)
  t.equal(page(['unit_leader']), null)
})
