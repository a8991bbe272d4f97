/** The head of every page: where the reader is, the pages of their role, language, theme, log-out. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Session } from '../../server/contract/accounts.ts'
import { hasRole } from '../api.ts'
import { language, t } from '../i18n/index.tsx'
import { setLanguage, setTheme, type Theme, theme } from '../preferences.ts'
import { route } from '../router.ts'
import { home, leave, session } from '../session.ts'
import { refusalOf } from './form.tsx'
import { Icon, type IconName, Mark } from './icons.tsx'

interface Entry {
  href: string
  name: string
}

/** Pages of a reader's roles. What may be seen is decided by the server; this only saves dead ends. */
export function entriesOf(now: Session): Entry[] {
  const entries: Entry[] = []
  const unit = now.account.unit
  if (hasRole(now, 'commission')) entries.push({ href: '/', name: t('nav.commission') })
  if (hasRole(now, 'unit_leader') && unit) {
    entries.push({ href: `/units/${encodeURIComponent(unit.unit_id)}`, name: t('nav.unit') })
  }
  if (now.account.officer) entries.push({ href: '/me', name: t('nav.me') })
  if (hasRole(now, 'unit_leader', 'unit_clerk')) {
    entries.push(
      { href: '/week', name: t('nav.week') },
      { href: '/roster', name: t('nav.roster') },
      { href: '/terminals', name: t('nav.terminals') },
    )
  }
  if (hasRole(now, 'administrator')) {
    entries.push(
      { href: '/admin', name: t('nav.admin') },
      { href: '/admin/units', name: t('nav.units') },
      { href: '/admin/counters', name: t('nav.counters') },
      { href: '/admin/officers', name: t('nav.officers') },
      { href: '/admin/assignments', name: t('nav.roster') },
      { href: '/admin/terminals', name: t('nav.terminals') },
      { href: '/admin/accounts', name: t('nav.accounts') },
      { href: '/holidays', name: t('nav.holidays') },
    )
  }
  if (hasRole(now, 'commission', 'unit_leader', 'administrator'))
    entries.push({ href: '/reports', name: t('nav.reports') })
  if (hasRole(now, 'unit_leader') && unit) entries.push({ href: '/public-board', name: t('nav.board') })
  if (hasRole(now, 'unit_leader', 'unit_clerk', 'administrator'))
    entries.push({ href: '/voices', name: t('nav.voices') })
  if (hasRole(now, 'unit_leader', 'unit_clerk', 'administrator'))
    entries.push({ href: '/imports', name: t('nav.imports') })
  if (hasRole(now, 'inspector')) entries.push({ href: '/integrity', name: t('nav.integrity') })
  if (hasRole(now, 'administrator', 'inspector', 'unit_leader')) entries.push({ href: '/audit', name: t('nav.audit') })
  entries.push({ href: '/account', name: t('nav.account') })
  return entries
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
  const [trouble, setTrouble] = useState('')
  const label = t('nav.log_out', { username: session.value?.account.username ?? '' })
  return (
    <>
      <button
        type="button"
        class="tool"
        aria-label={label}
        title={label}
        data-tool="log-out"
        onClick={() => leave().catch((error: unknown) => setTrouble(refusalOf(error).text))}
      >
        <Icon name="out" />
      </button>
      {trouble && (
        <p class="tool-trouble" role="alert">
          {trouble}
        </p>
      )}
    </>
  )
}

export function Header() {
  const now = session.value
  const pages = useRef<HTMLElement>(null)
  const unit = now?.account.unit
  const entries = now ? entriesOf(now) : []
  const { path } = route.value
  useEffect(() => {
    // On the phone the row of pages scrolls: the present one must be in sight.
    const here = pages.current?.querySelector<HTMLElement>('[aria-current]')
    if (here && pages.current) pages.current.scrollLeft = here.offsetLeft - 80
  }, [path, now])
  // Until the server said who is reading, an empty head: nothing that would have to move a moment later.
  if (now === undefined) return <div class="bar" />
  const title = unit ? unit.name : t('product')
  return (
    <header class="bar">
      <a class="skip" href="#content">
        {t('nav.skip')}
      </a>
      <div class="bar-inside">
        <a class="brand" href={home.value}>
          <Mark />
          {title}
        </a>
        {entries.length > 1 && (
          <nav aria-label={t('nav.pages')} ref={pages}>
            {entries.map(({ href, name }) => (
              <a href={href} aria-current={path === href ? 'page' : undefined}>
                {name}
              </a>
            ))}
          </nav>
        )}
        <div class="tools">
          <LanguageButton />
          <ThemeButton />
          {now && <LogOutButton />}
        </div>
      </div>
    </header>
  )
}
