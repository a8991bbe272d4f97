/** What `normalize` is given, counted, and the text that costs it most. */
import type { Test } from 'tap'

/** Combining marks in the order that costs most: 400,000 of them took 46 s, in the square of their number. */
export const worstText = (units: number): string =>
  '\u0301'.repeat(Math.ceil(units / 2)) + '\u0323'.repeat(Math.floor(units / 2))

/** Counts the UTF-16 units that are given to `normalize` until the test ends; each call returns those since the last one. */
export function countNormalised(t: Test): () => number {
  let units = 0
  const { normalize } = String.prototype
  String.prototype.normalize = function (this: string, form?: string) {
    units += this.length
    return normalize.call(this, form)
  }
  t.teardown(() => {
    String.prototype.normalize = normalize
  })
  return () => {
    const counted = units
    units = 0
    return counted
  }
}
