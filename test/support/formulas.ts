/** The published figures computed again, by hand and by the slowest way: nothing here is shared with the server. */
import type { Test } from 'tap'
import type { Figure } from '../../server/contract/figures.ts'

const Z = 1.959963984540054

/** Wilson 1927 as the two roots of (p - s)² = z² s (1 - s) / n. */
export function wilson(k: number, n: number): { value: number; lower: number; upper: number } {
  const p = k / n
  const [a, b, c] = [1 + (Z * Z) / n, -(2 * p + (Z * Z) / n), p * p]
  const root = Math.sqrt(b * b - 4 * a * c)
  return { value: p, lower: (-b - root) / (2 * a), upper: (-b + root) / (2 * a) }
}

/** Newcombe 1998, method 10: now minus before. */
export function change(
  k1: number,
  n1: number,
  k2: number,
  n2: number,
): { value: number; lower: number; upper: number } {
  const [now, then] = [wilson(k1, n1), wilson(k2, n2)]
  const value = now.value - then.value
  return {
    value,
    lower: value - Math.sqrt((now.value - now.lower) ** 2 + (then.upper - then.value) ** 2),
    upper: value + Math.sqrt((now.upper - now.value) ** 2 + (then.value - then.lower) ** 2),
  }
}

export const count = (levels: readonly number[]): number => levels.reduce((sum, n) => sum + n, 0)
export const satisfied = (levels: readonly number[]): number => (levels[3] ?? 0) + (levels[4] ?? 0)

/** Whether so few (or many) satisfied happen by chance in under 2.5 % of cases, summed term by term. */
export function band(k: number, n: number, share: number): 'below' | 'usual' | 'above' {
  let term = (1 - share) ** n
  let [upTo, from] = [0, 0]
  for (let i = 0; i <= n; i += 1) {
    if (i <= k) upTo += term
    if (i >= k) from += term
    term *= ((n - i) / (i + 1)) * (share / (1 - share))
  }
  return upTo < 0.025 ? 'below' : from < 0.025 ? 'above' : 'usual'
}

/** Every number of a fully shown figure. */
export function isFull(
  t: Test,
  figure: Figure,
  levels: readonly number[],
  setAside: number | null,
  what: string,
): void {
  const n = count(levels)
  const share = wilson(satisfied(levels), n)
  const index = levels.reduce((sum, many, place) => sum + many * 25 * place, 0) / n
  t.same(
    { ...figure, satisfaction: null, index: null },
    { n, levels, satisfaction: null, index: null, set_aside: setAside, rung: 'full', suppressed: false },
    what,
  )
  for (const part of ['value', 'lower', 'upper'] as const) {
    const [shown, wanted] = [figure.satisfaction?.[part] ?? Number.NaN, Math.min(1, Math.max(0, share[part]))]
    if (!(Math.abs(shown - wanted) < 1e-6)) t.fail(`${what}: ${part} ${shown}, by hand ${wanted}`)
  }
  if (!(Math.abs((figure.index ?? Number.NaN) - index) < 1e-6))
    t.fail(`${what}: index ${figure.index}, by hand ${index}`)
}
