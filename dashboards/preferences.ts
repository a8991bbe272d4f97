/** What a reader chose for this browser: language, theme, and in which of several units they work. Kept in local storage, never sent. */
import { effect, signal } from '@preact/signals'
import type { Language } from './format.ts'
import { loadMessages } from './i18n/index.tsx'

export type Theme = 'auto' | 'light' | 'dark'
const themes: readonly Theme[] = ['auto', 'light', 'dark']

// Storage may be refused (private windows, policies): the choice then lasts as long as the page.
function recall(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}
function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch {
    return
  }
}

const stored = recall('theme')
export const theme = signal<Theme>(themes.find((known) => known === stored) ?? 'auto')

export function setTheme(next: Theme): void {
  theme.value = next
  keep('theme', next)
}

/** Vietnamese unless the reader chose English. */
export const storedLanguage = (): Language => (recall('language') === 'en' ? 'en' : 'vi')

export async function setLanguage(next: Language): Promise<void> {
  try {
    await loadMessages(next)
  } catch {
    // The server is gone, which the page says by itself: it stays in the language it has.
    return
  }
  keep('language', next)
}

/** Of several own units the one the reader was in last; null = none chosen yet. */
export const storedUnit = (): string | null => recall('unit')
export const keepUnit = (unitId: string): void => keep('unit', unitId)

export function startTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value
  })
}

/**
 * Paper is light. What is drawn on a canvas keeps the colours it was drawn with, so that the theme itself is light while it is
 * printed; called at once and once more when the screen is back.
 */
export function onPaper(redraw: () => void): () => void {
  const paper = matchMedia('print')
  const begin = () => {
    document.documentElement.dataset.theme = 'light'
    redraw()
  }
  const end = () => {
    document.documentElement.dataset.theme = theme.peek()
    redraw()
  }
  const change = () => (paper.matches ? begin() : end())
  addEventListener('beforeprint', begin)
  addEventListener('afterprint', end)
  paper.addEventListener('change', change)
  return () => {
    removeEventListener('beforeprint', begin)
    removeEventListener('afterprint', end)
    paper.removeEventListener('change', change)
  }
}

/** Whether the page is dark now; tells charts to fetch their colours again. */
const system = matchMedia('(prefers-color-scheme: dark)')
const systemDark = signal(system.matches)
system.addEventListener('change', () => {
  systemDark.value = system.matches
})
export const isDark = (): boolean => theme.value === 'dark' || (theme.value === 'auto' && systemDark.value)
