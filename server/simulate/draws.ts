/** Draws that the simulations need beyond plain chance: counts of satisfied, and true shares that differ between officers. */
import type { Chance } from '../demo/chance.ts'

/** How many of `n` citizens are satisfied when each is with probability `share`. */
export function drawSatisfied(chance: Chance, n: number, share: number): number {
  let satisfied = 0
  for (let i = 0; i < n; i += 1) if (chance.happens(share)) satisfied += 1
  return satisfied
}

/** An officer's true share: normal around `mean` with standard deviation `tau` (Spiegelhalter's additive model), inside (0, 1). */
export function drawShare(chance: Chance, mean: number, tau: number): number {
  if (tau === 0) return mean
  for (;;) {
    const share = mean + tau * chance.normal()
    if (share > 0 && share < 1) return share
  }
}

/** Ratings of one officer in one quarter, at 4 to 30 a month. */
export function drawQuarter(chance: Chance): number {
  const mean = 4 + 26 * chance.next()
  return chance.count(mean) + chance.count(mean) + chance.count(mean)
}
