/** The frame of every page: title, place in the page (phone), the notice that the server is gone, dimmed last figures. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { language, t } from '../i18n/index.tsx'
import { retryAt } from '../live.ts'
import { useEdges, useRowEdges } from './row-edges.ts'
import { ClockNotice, GoneNotice } from './states.tsx'

export type PageName =
  | 'commission'
  | 'unit'
  | 'officer'
  | 'cases'
  | 'admin'
  | 'login'
  | 'invitation'
  | 'account'
  | 'audit'
  | 'setup'
  | 'roster'
  | 'week'
  | 'holidays'
  | 'people'
  | 'terminals'
  | 'voices'
  | 'imports'
  | 'integrity'
  | 'reports'
  | 'public-board'
  | 'figures'
  | 'notice'

export interface Section {
  id: string
  name: string
}

interface PageProps {
  name: PageName
  title: string
  sections?: Section[]
  /** Phone first: one column also on a wide screen. */
  narrow?: boolean
  children: ComponentChildren
}

let firstPage = true

export function Page({ name, title, sections = [], narrow = false, children }: PageProps) {
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    document.title = `${title} · ${t('product')}`
  }, [title])
  useEffect(() => {
    // After going to another page the keyboard starts at its content; the very first page is left to the browser.
    if (!firstPage) main.current?.focus({ preventScroll: true })
    firstPage = false
  }, [])
  const gone = retryAt.value !== null
  return (
    <>
      {sections.length > 0 && <Contents sections={sections} />}
      <main class={narrow ? 'page narrow' : 'page'} id="content" tabIndex={-1} data-page={name} ref={main}>
        <GoneNotice />
        <ClockNotice />
        <div class={gone ? 'dimmed' : undefined}>{children}</div>
      </main>
    </>
  )
}

/** Sticky navigation inside the page, shown on the phone alone. */
function Contents({ sections }: { sections: Section[] }) {
  const [current, setCurrent] = useState(sections[0]?.id)
  const bar = useRef<HTMLElement>(null)
  useEffect(() => {
    // The last one whose head has passed a line in the upper third of the screen; some cards come later than the page.
    const mark = () => {
      const passed = sections.filter(({ id }) => {
        const section = document.getElementById(id)
        return section && section.getBoundingClientRect().top <= innerHeight * 0.3
      })
      setCurrent((passed.at(-1) ?? sections[0])?.id)
    }
    mark()
    addEventListener('scroll', mark, { passive: true })
    return () => removeEventListener('scroll', mark)
  }, [sections.map(({ id }) => id).join()])
  useRowEdges(bar, [current, sections.length, language.value])
  return (
    <nav class="contents" aria-label={t('nav.contents')} ref={bar}>
      {sections.map(({ id, name }) => (
        <a href={`#${id}`} aria-current={id === current ? 'true' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  )
}

/** A card with its heading and one line about what is seen. */
export const Card = (props: {
  id?: string
  title: ComponentChildren
  about?: ComponentChildren
  /** Where the page of explanations tells how these figures are read. */
  reads?: string
  span?: 12 | 8 | 7 | 6 | 5 | 4
  children: ComponentChildren
}) => (
  <section class={`card span-${props.span ?? 12}`} id={props.id} aria-labelledby={props.id && `${props.id}-title`}>
    <header>
      <h2 id={props.id && `${props.id}-title`}>{props.title}</h2>
      {(props.about || props.reads) && (
        <p>
          {props.about}
          {typeof props.about === 'string' && !props.about.endsWith('.') ? ' · ' : ' '}
          {props.reads && (
            <a class="nowrap" href={`/figures#${props.reads}`}>
              {t('figures.read')}
            </a>
          )}
        </p>
      )}
    </header>
    {props.children}
  </section>
)

/** A table that scrolls inside its card and can be reached by keyboard; with `columns` it comes to rest at whole ones. */
export function Scroll(props: { name: string; columns?: boolean; children: ComponentChildren }) {
  const { name, columns = false, children } = props
  const kind = columns ? 'scroll columns' : 'scroll'
  const region = useRef<HTMLElement>(null)
  useEdges(region)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class={kind} tabIndex={0} aria-label={t('table.region', { name })} ref={region}>
      {children}
    </section>
  )
}
