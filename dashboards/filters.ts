/** What an address asks for beside its period: compared with what, of which area, service or counter, named how. */
import { signal } from '@preact/signals'
import { type Comparison, comparisons, isOverlapped, isRange, type Range } from '../server/contract/periods.ts'
import { normalise } from '../server/contract/text.ts'
import { type MessageKey, t } from './i18n/index.tsx'
import { route } from './router.ts'

/** A part of the address that cannot be: its parameters, and what is wrong with them. */
export interface Wrong {
  names: string[]
  text: string
}

/** A parameter without blanks around it; null where it is missing or empty. */
export const asked = (name: string): string | null => route.value.query.get(name)?.trim() || null

/** What figures are compared with; null = with nothing, also where the address asks for what there is not. */
export function askedComparison(): Comparison | null {
  const word = asked('compare')
  return word === null ? 'previous' : (comparisons.find((one) => one === word) ?? null)
}

/** What is wrong with the address as far as no figure is needed to know it; `compares`: whether the page compares its range. */
export function wrongParts(range: Range, { compares = false } = {}): Wrong[] {
  const word = asked('compare')
  const comparison = askedComparison()
  const wrong = asksTwice()
  const valid = isRange(range)
  if (!valid) wrong.push({ names: ['from', 'to'], text: t('error.invalid_range') })
  if (!compares) return wrong
  if (word !== null && word !== 'none' && comparison === null) wrong.push(wrongPart('compare'))
  if (valid && comparison && isOverlapped(range, comparison)) {
    wrong.push({ names: ['compare'], text: t('address.overlap') })
  }
  return wrong
}

/** Of two different answers to one question the page would have to choose one. */
function asksTwice(): Wrong[] {
  const { query } = route.value
  const twice = [...new Set(query.keys())].filter((name) => new Set(query.getAll(name)).size > 1)
  return twice.length === 0 ? [] : [{ names: twice, text: t('address.twice') }]
}

export const wrongPart = (
  name: 'compare' | 'area' | 'unit' | 'monitor' | 'service' | 'counter' | 'kind' | 'state',
): Wrong => {
  const key: MessageKey = `address.${name}`
  return { names: [name], text: t(key, { value: asked(name) ?? '' }) }
}

/** What the figures on the screen are compared with: for a moment another thing than the address asks for already. */
export const comparedWith = signal<Comparison | null>(null)

/** What the figures before are called within a sentence: the period before, the same one a year earlier. */
export const beforeName = (): string => t(`compare.${comparedWith.value ?? 'previous'}`)
/** The same at the beginning of one. */
export const beforeTitle = (): string => {
  const name = beforeName()
  return name.charAt(0).toLocaleUpperCase('vi') + name.slice(1)
}

/** Text without marks and case, so that "moc chau" finds Mộc Châu. */
export const plain = (text: string): string =>
  normalise(text, 'NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd')
