/** How often the printed interval holds the truth: exactly, by summing over every count, and once more by Monte Carlo. */
import { chanceOf } from '../demo/chance.ts'
import { binomial } from '../domain/distributions.ts'
import { wilson } from '../domain/scoring.ts'
import { drawSatisfied } from './draws.ts'

/** True shares from 0.50 to 0.98. */
export const shares: readonly number[] = Array.from({ length: 97 }, (_, index) => Math.round(500 + index * 5) / 1000)

const holds = (positive: number, n: number, share: number): boolean => {
  const interval = wilson(positive, n)
  return interval !== null && interval.lower <= share && share <= interval.upper
}

/** The exact probability that the 95 % interval of `n` ratings holds the true `share`. */
export function coverageAt(n: number, share: number): number {
  const { low, probabilities } = binomial(n, share)
  let covered = 0
  for (const [index, probability] of probabilities.entries()) {
    if (holds(low + index, n, share)) covered += probability
  }
  return covered
}

export interface Coverage {
  n: number
  /** Over all shares from 0.50 to 0.98. */
  mean: number
  lowest: number
  lowest_at: number
  /** The same lowest point by simulation, and its standard error; null where only the exact sum was asked for. */
  simulated: number | null
  error: number | null
}

/** `draws` 0 = without simulation. */
export function measureCoverage(seed: string, n: number, draws: number): Coverage {
  const exact = shares.map((share) => coverageAt(n, share))
  const lowest = Math.min(...exact)
  const lowest_at = shares[exact.indexOf(lowest)] ?? 0
  const mean = exact.reduce((sum, value) => sum + value, 0) / exact.length
  if (draws === 0) return { n, mean, lowest, lowest_at, simulated: null, error: null }
  const chance = chanceOf(`${seed}/coverage/${n}`)
  let covered = 0
  for (let draw = 0; draw < draws; draw += 1) {
    if (holds(drawSatisfied(chance, n, lowest_at), n, lowest_at)) covered += 1
  }
  return { n, mean, lowest, lowest_at, simulated: covered / draws, error: Math.sqrt((lowest * (1 - lowest)) / draws) }
}
