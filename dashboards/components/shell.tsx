/** The head of every page: where the reader is, the pages of their role, language, theme, log-out. */
import { useRef, useState } from 'preact/hooks'
import type { Session } from '../../server/contract/accounts.ts'
import { hasRole } from '../api.ts'
import { language, t } from '../i18n/index.tsx'
import { ownUnits } from '../own-unit.ts'
import { setLanguage, setTheme, type Theme, theme } from '../preferences.ts'
import { route } from '../router.ts'
import { home, leave, session } from '../session.ts'
import { answersCases, waiting } from '../waiting.ts'
import { type Refusal, refusalOf } from './form.tsx'
import { Icon, type IconName, Mark } from './icons.tsx'
import { useRowEdges } from './row-edges.ts'

interface Entry {
  href: string
  name: string
  /** How many things on it wait for the reader; null where that is not counted, or not known yet. */
  waiting?: number | null
  /** Pages that belong to this one, itself first: a second row, shown while one of them is open. */
  pages?: Entry[]
  /** How addresses begin that lead on from it and are in no row themselves. */
  leadsTo?: string
}

/** As many pages stand in one row; whoever has more sees them in groups. */
const ONE_ROW = 6

/** The way to the page of the reader's own unit. */
const unitPage = (unit: { unit_id: string }): Entry => ({
  href: `/units/${encodeURIComponent(unit.unit_id)}`,
  name: t('nav.unit'),
})

/** Pages of a reader's roles. What may be seen is decided by the server; this only saves dead ends. */
export function entriesOf(now: Session): Entry[] {
  const entries: Entry[] = []
  const unit = now.account.unit
  const keepsRoster = hasRole(now, 'unit_leader', 'unit_clerk')
  const audit = { href: '/audit', name: t('nav.audit') }
  const voices = { href: '/voices', name: t('nav.voices') }
  if (hasRole(now, 'commission')) entries.push({ href: '/', name: t('nav.commission'), leadsTo: '/units/' })
  if (hasRole(now, 'unit_leader') && unit) {
    const page = unitPage(unit)
    entries.push({ ...page, pages: [page, { href: '/public-board', name: t('nav.board') }] })
  }
  if (answersCases()) entries.push({ href: '/cases', name: t('nav.cases'), waiting: waiting.value })
  if (now.account.officer) entries.push({ href: '/me', name: t('nav.me') })
  if (keepsRoster) {
    const week = { href: '/week', name: t('nav.week') }
    entries.push({
      ...week,
      pages: [
        week,
        { href: '/roster', name: t('nav.roster') },
        { href: '/terminals', name: t('nav.terminals') },
        { href: '/people', name: t('nav.officers') },
        { href: '/holidays', name: t('nav.holidays') },
        voices,
      ],
    })
    if (unit && !hasRole(now, 'unit_leader')) entries.push(unitPage(unit))
  }
  if (hasRole(now, 'administrator')) {
    entries.push({
      href: '/admin',
      name: t('nav.admin'),
      pages: [
        { href: '/admin', name: t('nav.overview') },
        { href: '/admin/units', name: t('nav.units') },
        { href: '/admin/counters', name: t('nav.counters') },
        { href: '/admin/officers', name: t('nav.officers') },
        { href: '/admin/assignments', name: t('nav.roster') },
        { href: '/admin/terminals', name: t('nav.terminals') },
        { href: '/admin/accounts', name: t('nav.accounts') },
        // Whoever keeps a unit's roster as well finds these two there.
        ...(keepsRoster ? [] : [{ href: '/holidays', name: t('nav.holidays') }, voices]),
        audit,
      ],
    })
  }
  if (hasRole(now, 'commission', 'unit_leader', 'administrator'))
    entries.push({ href: '/reports', name: t('nav.reports') })
  if (hasRole(now, 'unit_leader', 'unit_clerk', 'administrator'))
    entries.push({ href: '/imports', name: t('nav.imports') })
  if (hasRole(now, 'inspector')) entries.push({ href: '/integrity', name: t('nav.integrity') })
  if (hasRole(now, 'inspector', 'unit_leader') && !hasRole(now, 'administrator')) entries.push(audit)
  const flat = entries.flatMap((entry) => entry.pages ?? [entry])
  return flat.length > ONE_ROW ? entries : flat
}

const themeIcons: Record<Theme, IconName> = { auto: 'half', light: 'sun', dark: 'moon' }
const nextTheme: Record<Theme, Theme> = { auto: 'light', light: 'dark', dark: 'auto' }

const ThemeButton = () => {
  const label = t('nav.theme', { theme: t(`theme.${theme.value}`) })
  return (
    <button
      type="button"
      class="tool"
      aria-label={label}
      title={label}
      onClick={() => setTheme(nextTheme[theme.value])}
      data-tool="theme"
    >
      <Icon name={themeIcons[theme.value]} />
    </button>
  )
}

/** Bears the name of the other language, in that language. */
const LanguageButton = () => {
  const other = language.value === 'vi' ? 'en' : 'vi'
  const name = other === 'en' ? 'EN, English' : 'VI, Tiếng Việt'
  return (
    <button
      type="button"
      class="tool"
      lang={other}
      aria-label={name}
      title={name}
      onClick={() => void setLanguage(other)}
      data-tool="language"
    >
      {other.toUpperCase()}
    </button>
  )
}

const LogOutButton = () => {
  const [trouble, setTrouble] = useState<Refusal | null>(null)
  const label = t('nav.log_out', { username: session.value?.account.username ?? '' })
  return (
    <>
      <button
        type="button"
        class="tool"
        aria-label={label}
        title={label}
        data-tool="log-out"
        onClick={() => leave().catch((error: unknown) => setTrouble(refusalOf(error)))}
      >
        <Icon name="out" />
      </button>
      {trouble && (
        <p class="tool-trouble" role="alert">
          {trouble.text}
        </p>
      )}
    </>
  )
}

const holds = ({ href, pages = [] }: Entry, path: string): boolean =>
  href === path || pages.some((page) => page.href === path)

/** A row of pages. Where it is too long it scrolls: the present one must be in sight, and what is not fades out at the edge. */
function Pages({ entries, path, name, sub = false }: { entries: Entry[]; path: string; name: string; sub?: boolean }) {
  const row = useRef<HTMLElement>(null)
  useRowEdges(row, [path, entries.length, language.value])
  const here =
    entries.find((entry) => holds(entry, path)) ?? entries.find(({ leadsTo }) => leadsTo && path.startsWith(leadsTo))
  return (
    <nav class={sub ? 'sub' : undefined} aria-label={name} ref={row}>
      {entries.map((entry) => (
        <a
          href={entry.href}
          class={entry.waiting === undefined ? undefined : 'counted'}
          aria-current={path === entry.href ? 'page' : entry === here ? 'true' : undefined}
          key={entry.href}
        >
          {entry.name}
          {entry.waiting ? <Waiting n={entry.waiting} /> : null}
        </a>
      ))}
    </nav>
  )
}

/** Beyond this the number only says "many". */
const MOST_WAITING = 99

const Waiting = ({ n }: { n: number }) => (
  <>
    <span class="count" aria-hidden="true">
      {n > MOST_WAITING ? `${MOST_WAITING}+` : n}
    </span>
    <span class="sr">, {t('nav.cases_waiting', { n })}</span>
  </>
)

/** Whether a page tells of the whole province, or of another unit, to a reader who belongs to one. */
const beyond = (now: Session, path: string, unitId: string): boolean =>
  ['/', '/integrity'].includes(path) ||
  path.startsWith('/admin') ||
  (path === '/audit' && hasRole(now, 'administrator', 'inspector')) ||
  (path === '/reports' && hasRole(now, 'commission', 'administrator')) ||
  (path.startsWith('/units/') && path !== `/units/${encodeURIComponent(unitId)}`)

export function Header() {
  const now = session.value
  const unit = now?.account.unit
  const entries = now ? entriesOf(now) : []
  // Whoever works in several units is in one of them at a time, and goes to another one by its page.
  const several = now ? ownUnits(now).map((one) => ({ ...unitPage(one), name: one.name })) : []
  const { path } = route.value
  // Until the server said who is reading, what index.html has: nothing that would have to move a moment later.
  if (now === undefined) {
    return (
      <header class="bar">
        <div class="bar-inside">
          <span class="brand">
            <Mark />
            {t('product')}
          </span>
        </div>
      </header>
    )
  }
  const title = unit && !beyond(now, path, unit.unit_id) ? unit.name : t('product')
  const group = entries.find(({ pages }) => pages?.some(({ href }) => href === path))
  return (
    <>
      <header class="bar">
        <a class="skip" href="#content">
          {t('nav.skip')}
        </a>
        <div class="bar-inside">
          <a class="brand" href={home.value}>
            <Mark />
            {title}
          </a>
          {entries.length > 1 && <Pages entries={entries} path={path} name={t('nav.pages')} />}
          <div class="tools">
            <LanguageButton />
            <ThemeButton />
            {now && (
              <a
                class="tool"
                href="/account"
                aria-current={path === '/account' ? 'page' : undefined}
                aria-label={t('nav.account')}
                title={t('nav.account')}
                data-tool="account"
              >
                <Icon name="person" />
              </a>
            )}
            {now && <LogOutButton />}
          </div>
        </div>
      </header>
      {unit && several.length > 1 && (
        <Pages entries={several} path={unitPage(unit).href} name={t('nav.own_unit')} sub />
      )}
      {group?.pages && <Pages entries={group.pages} path={path} name={group.name} sub />}
    </>
  )
}
