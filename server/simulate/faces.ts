/** Runs of top faces: how long they get on honest tablets, and what a rule about them would catch and whom it would accuse. */
import { chanceOf } from '../demo/chance.ts'

export interface RunRule {
  /** A month with a run of at least so many top faces would be suspect. */
  length: number
  honest: number
  gamed: number
}

function longestRun(levels: readonly number[]): number {
  let [longest, run] = [0, 0]
  for (const level of levels) {
    run = level >= 4 ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}

/**
 * Months of a tablet with 60 ratings, nine in ten of them content; in the gamed ones two more top faces a day, 42 a month.
 * For each length the share of honest and of gamed months that have such a run.
 */
export function measureRuns(seed: string, months: number): RunRule[] {
  const chance = chanceOf(`${seed}/runs`)
  const month = (added: number) => {
    const levels = Array.from({ length: 60 }, () => (chance.happens(0.9) ? 5 : 2))
    for (let i = 0; i < added; i += 1) levels.splice(chance.whole(0, levels.length), 0, 5)
    return longestRun(levels)
  }
  const honest = Array.from({ length: months }, () => month(0))
  const gamed = Array.from({ length: months }, () => month(42))
  const share = (runs: readonly number[], length: number) => runs.filter((run) => run >= length).length / runs.length
  return [10, 20, 30, 40].map((length) => ({ length, honest: share(honest, length), gamed: share(gamed, length) }))
}
