/** Which page an address means, who may be on it, and the code that is fetched for it. */
import { signal } from '@preact/signals'
import { type ComponentChild, type ComponentType, Fragment, h } from 'preact'
import { useEffect } from 'preact/hooks'
import { type Role, roles } from '../server/contract/accounts.ts'
import { ApiError, getSession, hasRole, isGone, serverNow } from './api.ts'
import { SessionEnded } from './components/log-in.tsx'
import { Page } from './components/page.tsx'
import { Header } from './components/shell.tsx'
import { GonePage, Refused, Skeleton, Void } from './components/states.tsx'
import { fonts } from './fonts.ts'
import { t } from './i18n/index.tsx'
import { useLive } from './live.ts'
import LogIn from './pages/log-in.tsx'
import { pause } from './pause.ts'
import { navigate, route } from './router.ts'
import { findSession, home, session, tell } from './session.ts'

type Loader<P> = () => Promise<{ default: ComponentType<P> }>

interface Later<P> {
  (props: P): ComponentChild
  /** Fetches it, unless that was begun already; resolves when it is here or will not come. */
  start(): Promise<void>
}

/** A page in a file of its own, fetched when first opened. */
function later<P extends object>(load: Loader<P>): Later<P> {
  const page = signal<ComponentType<P> | null>(null)
  const failed = signal(false)
  const fetchPage = async () => {
    try {
      const [loaded] = await Promise.all([load(), fonts])
      await pause()
      page.value = loaded.default
    } catch {
      failed.value = true
    }
  }
  let asked: Promise<void> | undefined
  const start = () => (asked ??= fetchPage())
  const shown = (props: P) => {
    void start()
    if (failed.value) return <NotLoaded />
    const Loaded = page.value
    return Loaded ? h(Loaded, props) : <Waiting />
  }
  return Object.assign(shown, { start })
}

const Commission = later(() => import('./pages/commission.tsx'))
const Unit = later(() => import('./pages/unit.tsx'))
const Officer = later(() => import('./pages/officer.tsx'))
const Cases = later(() => import('./pages/cases.tsx'))
const Admin = later(() => import('./pages/admin.tsx'))
const Roster = later(() => import('./pages/roster.tsx'))
const Week = later(() => import('./pages/week.tsx'))
const Holidays = later(() => import('./pages/holidays.tsx'))
const People = later(() => import('./pages/people.tsx'))
const Terminals = later(() => import('./pages/terminals.tsx'))
const Reports = later(() => import('./pages/reports.tsx'))
const PublicBoard = later(() => import('./pages/public-board.tsx'))
const Voices = later(() => import('./pages/voices.tsx'))
const Imports = later(() => import('./pages/imports.tsx'))
const Integrity = later(() => import('./pages/integrity.tsx'))
const Invitation = later(() => import('./pages/invitation.tsx'))
const Account = later(() => import('./pages/account.tsx'))
const Audit = later(() => import('./pages/audit.tsx'))
const Figures = later(() => import('./pages/figures.tsx'))
const SetUp = later(() => import('./pages/set-up.tsx'))

const Waiting = () => (
  <Page name="notice" title={t('state.loading')}>
    <Skeleton />
  </Page>
)

/** The page's file did not come: the server is gone, or was updated. Once it answers, a reload fetches what it has now. */
function NotLoaded() {
  useLive('page', async (options) => {
    const reader = await getSession(options)
    reloadOnce()
    return reader
  })
  return (
    <Page name="notice" title={t('state.not_loaded')}>
      <Void
        whole
        icon="alert"
        title={t('state.not_loaded')}
        actions={
          <button type="button" class="button main" onClick={() => location.reload()}>
            {t('state.reload')}
          </button>
        }
      >
        {t('state.not_loaded_help')}
      </Void>
    </Page>
  )
}

/** Once a minute at most: a file that is missing for good must not make the page turn in circles. */
function reloadOnce(): void {
  const before = history.state?.reloadedAt ?? 0
  if (Math.abs(Date.now() - before) < 60_000) return
  history.replaceState({ reloadedAt: Date.now() }, '')
  location.reload()
}

const Notice = ({ error }: { error: ApiError }) => (
  <Page name="notice" title={t(error.status === 403 ? 'error.forbidden' : 'error.not_found')}>
    <Refused error={error} />
  </Page>
)

/** Pages that follow nothing themselves still tell when the server is gone, the session over or the rights are others. */
function Reader() {
  useLive(
    'reader',
    async (options) => {
      const reader = await getSession(options)
      tell(reader)
      return reader
    },
    { follow: 'alone' },
  )
  return null
}

interface Found {
  /** Roles the page is made for; the server decides again about every figure on it. */
  roles: readonly Role[]
  start: () => Promise<void>
  show: () => ComponentChild
}

/** `key`: another page of the same kind begins anew. */
const place = <P extends object>(roles: readonly Role[], page: Later<P>, props: P, key?: string): Found => ({
  roles,
  start: page.start,
  show: () => h(page, { ...props, key }),
})

function find(path: string): Found | null {
  const [first = '', second, ...rest] = path.split('/').filter(Boolean).map(decode)
  if (rest.length > 0) return null
  if (first === 'units' && second) return place(['commission', ...keepers], Unit, { unitId: second }, second)
  if (first === 'admin') {
    const section = second === undefined ? null : adminSection(second)
    return section === undefined ? null : place(['administrator'], Admin, { section }, String(section))
  }
  const page = second === undefined && Object.hasOwn(pages, first) ? pages[first] : undefined
  return page ? place(page[0], page[1], {}) : null
}

const keepers = ['unit_leader', 'unit_clerk'] as const
const pages: Record<string, [roles: readonly Role[], page: Later<object>]> = {
  '': [['commission'], Commission],
  me: [['officer', ...keepers], Officer],
  cases: [['commission', 'officer', ...keepers], Cases],
  week: [keepers, Week],
  roster: [keepers, Roster],
  people: [keepers, People],
  holidays: [[...keepers, 'administrator'], Holidays],
  terminals: [keepers, Terminals],
  reports: [['commission', 'unit_leader', 'administrator'], Reports],
  'public-board': [['unit_leader'], PublicBoard],
  voices: [[...keepers, 'administrator', 'commission'], Voices],
  account: [roles, Account],
  figures: [roles, Figures],
  audit: [['administrator', 'inspector', 'unit_leader'], Audit],
  imports: [['administrator', ...keepers, 'commission'], Imports],
  integrity: [['inspector'], Integrity],
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const sections = ['units', 'counters', 'officers', 'assignments', 'terminals', 'accounts'] as const
const adminSection = (name: string) => sections.find((section) => section === name)

function Here() {
  const { path } = route.value
  const now = session.value
  if (path === '/setup') return <SetUp />
  if (path === '/invitation') return <Invitation />
  if (now === undefined) return null
  if (now === null || path === '/login') return <LogIn />
  // On its way to the first page of the reader's role.
  if (path === '/' && home.value !== '/') return <Waiting />
  // Overdue: nothing but setting the second factor up is possible.
  const due = now.second_factor === 'due' ? now.second_factor_due_at : null
  if (due !== null && Date.parse(due) <= serverNow() && path !== '/account') return <Account />
  const found = find(path)
  if (!found) return <Notice error={new ApiError('not_found', 404)} />
  if (!hasRole(now, ...found.roles)) return <Notice error={new ApiError('forbidden', 403)} />
  // In another of the reader's units every page begins anew.
  return <Fragment key={now.account.unit?.unit_id}>{found.show()}</Fragment>
}

/** From `/` to the page that it means for this reader, in the period that the address asks for: it may have been sent by another. */
const leadOn = () => navigate(home.value + location.search, { replace: true })

const unreachable = signal(false)

/** Asks who is reading, again until the server answers; resolves when their page can be drawn, or the server gave no answer. */
export async function begin(): Promise<void> {
  // The page's own file is fetched while the server tells who is reading; which page `/` means for them, it must say.
  const { path } = route.peek()
  const begun = path === '/' ? null : find(path)?.start()
  try {
    await findSession()
    unreachable.value = false
    if (!session.value) return
    // Led on before anything is drawn.
    if (path === '/' && home.value !== '/') leadOn()
    await (begun ?? find(home.value)?.start())
  } catch (error) {
    if (!isGone(error) && !(error instanceof ApiError)) throw error
    unreachable.value = true
    setTimeout(begin, 5000)
  }
}

export function App() {
  const now = session.value
  const { path } = route.value
  useEffect(() => {
    if (now === undefined || path === '/setup' || path === '/invitation') return
    // Nobody logged in: the log-in remembers where they wanted to go. Logged in: the log-in page leads on.
    if (now === null && path !== '/login') {
      const wanted = path + location.search
      navigate(wanted === '/' ? '/login' : `/login?next=${encodeURIComponent(wanted)}`, { replace: true })
    } else if (now && path === '/login') {
      navigate(home.value, { replace: true })
    } else if (now && path === '/' && home.value !== '/') leadOn()
  }, [now, path])
  return (
    <Fragment>
      <Header />
      {unreachable.value && now === undefined ? (
        <Page name="notice" title={t('state.server_gone_spoken')}>
          <GonePage />
        </Page>
      ) : (
        <Here />
      )}
      {now && <Reader />}
      <SessionEnded />
    </Fragment>
  )
}
