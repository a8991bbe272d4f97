/** Monte Carlo over officer-quarters with the product's own rules: who is outside the limits by chance, and who is found. */
import { chanceOf } from '../demo/chance.ts'
import { mayBeNamed, NAMED_FROM, rungOf } from '../domain/disclosure.ts'
import { funnelOf, type Subject } from '../domain/funnel.ts'
import { drawQuarter, drawSatisfied, drawShare } from './draws.ts'

/** The share of an ordinary officer. */
export const ORDINARY = 0.9
/** The officer who is to be found. */
export const LOW = 0.7

export interface FalseAlarms {
  officers: number
  tau: number
  /** Officer-quarters looked at, those of 50 ratings or more, and alarms among them. */
  quarters: number
  large: number
  alarms: number
}

const funnelShown = (subjects: readonly Subject[]) => funnelOf(subjects.filter(({ n }) => rungOf(n) === 'full'))

/** `quarters` officer-quarters of ordinary officers, `officers` of them compared with one another at a time. */
export function countFalseAlarms(seed: string, officers: number, tau: number, quarters: number): FalseAlarms {
  const chance = chanceOf(`${seed}/false alarms/${officers}/${tau}`)
  const result: FalseAlarms = { officers, tau, quarters: 0, large: 0, alarms: 0 }
  while (result.quarters < quarters) {
    const subjects = Array.from({ length: officers }, () => {
      const n = drawQuarter(chance)
      return { n, positive: drawSatisfied(chance, n, drawShare(chance, ORDINARY, tau)) }
    })
    const funnel = funnelShown(subjects)
    for (const { positive, n } of subjects) {
      if (n >= NAMED_FROM) result.large += 1
      if (mayBeNamed(positive, n, funnel)) result.alarms += 1
    }
    result.quarters += officers
  }
  return result
}

export interface Power {
  tau: number
  n: number
  /** Share of the officer's ratings that the roster gives from, and to, a neighbour at 0.90. */
  roster_error: number
  power: number
  trials: number
}

/** How often an officer at 0.70 among `officers` at 0.90 is outside the limits with `n` ratings. */
export function measurePower(
  seed: string,
  { tau, n, roster_error, officers, trials }: Omit<Power, 'power'> & { officers: number },
): Power {
  const chance = chanceOf(`${seed}/power/${tau}/${n}/${roster_error}`)
  const seen = (1 - roster_error) * LOW + roster_error * ORDINARY
  const worlds = Math.max(1, Math.round(trials / 50))
  let found = 0
  let tried = 0
  for (let world = 0; world < worlds; world += 1) {
    const others = Array.from({ length: officers - 1 }, () => {
      const count = drawQuarter(chance)
      return { n: count, positive: drawSatisfied(chance, count, drawShare(chance, ORDINARY, tau)) }
    })
    for (let trial = 0; trial < 50; trial += 1) {
      const positive = drawSatisfied(chance, n, seen)
      if (mayBeNamed(positive, n, funnelShown([...others, { positive, n }]))) found += 1
      tried += 1
    }
  }
  return { tau, n, roster_error, power: found / tried, trials: tried }
}
