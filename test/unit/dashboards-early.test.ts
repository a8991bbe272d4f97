/** The question asked before the page's code has come is the one the page asks: by the calendar of its periods, or the address. */
import { readdirSync } from 'node:fs'
import t from 'tap'
import { asksForReader, firstQuestions } from '../../dashboards/early-path.ts'
import { homeOf, pageAt } from '../../dashboards/home.ts'
import { addDays, lastMonths, lastWeeks, periodAt, type Range, rangeOf } from '../../server/contract/periods.ts'

const at = (pathname: string, search = '') => ({ pathname, search })
const firstQuestion = (now_ms: number, place: { pathname: string; search: string }) => {
  const [first = null, ...more] = firstQuestions(now_ms, place)
  if (more.length > 0) throw new Error(`a page of figures asks one question first, not also ${more}`)
  return first
}

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
      const asked = [firstQuestion(now, at('/me')), firstQuestion(now, at('/units/7')), firstQuestion(now, at('/'))]
      for (const [place, path] of asked.entries())
        if (path !== wanted[place]) wrong.push(`${today} ${time}: ${path}, not ${wanted[place]}`)
    }
  }
  t.same(wrong, [])
})

t.test('what the address asks for, whatever it is', async (t) => {
  const path = (pathname: string, search: string) => firstQuestion(0, at(pathname, search))
  const span = '?from=2026-01-01&to=2026-02-01'
  t.equal(path('/me', `${span}&x=1`), '/reports/me?from=2026-01-01&to=2026-02-01')
  t.equal(path('/me', '?to=2026-02-01'), '/reports/me?from=&to=2026-02-01')
  t.equal(path('/units/12', span), `/reports/units/12${span}&compare=previous`)
  t.equal(path('/', span), `/reports/units${span}&compare=previous`)
  for (const more of ['compare=none', 'counter=3', 'service=x', 'q=x', 'area=x']) {
    for (const pathname of ['/', '/units/12']) t.equal(path(pathname, `${span}&${more}`), null, `${pathname} ${more}`)
  }
  for (const pathname of ['/units/', '/units/a', '/units/1/2', '/cases', '/login']) t.equal(path(pathname, ''), null)
})

t.test('the roster of the own unit, and what an administrator keeps', async (t) => {
  const asked = (pathname: string, search = '', unit_id?: string | null) =>
    firstQuestions(0, { pathname, search, unit_id })
  t.same(asked('/roster', '', '7'), [
    '/counters?unit_id=7&limit=500',
    '/officers?unit_id=7&limit=500',
    '/assignments?unit_id=7&limit=500',
  ])
  t.same(asked('/roster', '', null), [], 'of no unit')
  t.same(asked('/roster'), [], 'not known yet')
  t.same(['/', '/roster', '/admin', '/me'].map(asksForReader), [true, true, false, false])
  t.same(asked('/admin/units'), ['/units?limit=500', '/units'])
  t.same(asked('/admin/accounts'), ['/units?limit=500', '/accounts'])
  t.same(asked('/admin/officers', '?unit=3'), ['/units?limit=500'], 'a narrowed list')
  t.same(asked('/admin/terminals'), ['/units?limit=500'])
  t.same(asked('/admin'), ['/units?limit=1', '/counters?limit=1', '/officers?limit=1', '/terminals?limit=1'])
  t.same(asked('/admin/units/x'), [])
})

t.test('where each reader begins, by the widest of their roles', async (t) => {
  const home = (roles: string[], unit_id: string | null = '4') =>
    homeOf({ roles, account: { unit: unit_id === null ? null : { unit_id } } })
  t.equal(home(['commission', 'unit_leader']), '/')
  t.equal(home(['officer', 'unit_leader']), '/units/4')
  t.equal(home(['unit_leader'], null), '/me', 'a leader of no unit')
  t.equal(home(['administrator', 'unit_clerk']), '/admin')
  t.equal(home(['unit_clerk', 'inspector']), '/week')
  t.equal(home(['inspector', 'officer']), '/integrity')
  t.equal(home(['officer']), '/me')
})

t.test('the file that draws an address', async (t) => {
  const pages = new Set(readdirSync('dashboards/pages').map((file) => file.replace('.tsx', '')))
  const addresses = [
    '/',
    '/me',
    '/units/7',
    '/setup',
    '/invitation',
    '/admin/officers',
    '/public-board',
    '/cases',
    '/week',
  ]
  t.same(addresses.map(pageAt), [
    'commission',
    'officer',
    'unit',
    'set-up',
    'invitation',
    'admin',
    'public-board',
    'cases',
    'week',
  ])
  t.same(
    addresses.map(pageAt).filter((page) => !pages.has(page)),
    [],
  )
  t.equal(pages.has(pageAt('/nowhere')), false)
})
