/** All lanes of the simulation, how large each is, and which of the promised figures they meet. */
import { type Coverage, measureCoverage } from './coverage.ts'
import { measureRuns, type RunRule } from './faces.ts'
import { type GamingKind, type GamingPlans, gamingKinds, halfwayOf } from './gaming.ts'
import type { GamingLane } from './gaming-lane.ts'
import type { Linkage } from './linkage.ts'
import { countFalseAlarms, type FalseAlarms, measurePower, type Power } from './officers.ts'
import type { QuarterLane } from './quarter-lane.ts'

export interface Size {
  quarters: number
  power_trials: number
  coverage_draws: number
  run_months: number
  /** Tablet-days per rung of each ladder, weeks of the quarter, days of the theft. */
  gaming_repeats: number
  weeks: number
  theft_days: number
}

export const whole: Size = {
  quarters: 40_000,
  power_trials: 2000,
  coverage_draws: 40_000,
  run_months: 4000,
  gaming_repeats: 25,
  weeks: 13,
  theft_days: 20,
}
/** A minute's worth: enough to see that everything runs, too little to quote. */
export const quick: Size = {
  quarters: 2000,
  power_trials: 200,
  coverage_draws: 4000,
  run_months: 300,
  gaming_repeats: 3,
  weeks: 3,
  theft_days: 4,
}

export interface PureResults {
  alarms: FalseAlarms[]
  power: Power[]
  /** The same at 100 ratings and without roster error, among fewer officers. */
  power_few: (Power & { officers: number })[]
  coverage: Coverage[]
  /** Mean coverage over shares at every n from 5 to 200, least and greatest. */
  coverage_mean: { least: number; greatest: number }
  runs: RunRule[]
}

/** Officers of a province that are compared with one another when power is measured. */
export const OFFICERS = 200
export const taus = [0, 0.01, 0.02, 0.03, 0.05] as const
export const sizes = [50, 75, 100, 150, 200] as const
/** A pilot's units, and a few more. */
export const few = [20, 60] as const
export const rosterErrors = [0, 0.1, 0.2] as const

export function runPure(seed: string, size: Size): PureResults {
  const alarms = [20, 60, 200].flatMap((officers) =>
    taus.map((tau) => countFalseAlarms(seed, officers, tau, size.quarters)),
  )
  const power = taus.flatMap((tau) =>
    rosterErrors.flatMap((roster_error) =>
      sizes.map((n) => measurePower(seed, { tau, n, roster_error, officers: OFFICERS, trials: size.power_trials })),
    ),
  )
  const power_few = taus.flatMap((tau) =>
    few.map((officers) => {
      const asked = { tau, n: 100, roster_error: 0, officers, trials: size.power_trials }
      return { ...measurePower(seed, asked), officers }
    }),
  )
  const means = Array.from({ length: 196 }, (_, index) => measureCoverage(seed, index + 5, 0).mean)
  return {
    alarms,
    power,
    power_few,
    coverage: [5, 10, 20, 30, 50, 100, 200].map((n) => measureCoverage(seed, n, size.coverage_draws)),
    coverage_mean: { least: Math.min(...means), greatest: Math.max(...means) },
    runs: measureRuns(seed, size.run_months),
  }
}

export interface Results {
  pure: PureResults
  plans: GamingPlans
  gaming: GamingLane
  quarter: QuarterLane
  linkage: Linkage[]
}

export interface Recall {
  kind: GamingKind
  intensity: number
  days: number
  /** Share of the days played at the intensity of the file that are suspected. */
  recall: number
  /** Where recall passes one half; null: at none of the intensities tried. */
  half: number | null
  seen: boolean | null
}

export function recallOf({ plans, gaming }: Pick<Results, 'plans' | 'gaming'>): Recall[] {
  return gamingKinds
    .filter((kind) => kind !== 'leader_sets_aside')
    .map((kind) => {
      const own = gaming.results.filter((result) => result.kind === kind)
      const curve = own.map(({ intensity, days, suspected }) => ({ intensity, recall: suspected / days }))
      const { intensity, seen } = plans[kind]
      const at = own.find((result) => result.intensity === intensity)
      return {
        kind,
        intensity,
        days: at?.days ?? 0,
        recall: at ? at.suspected / at.days : 0,
        half: halfwayOf(curve),
        seen,
      }
    })
}

export interface Target {
  name: string
  wanted: string
  found: string
  met: boolean
}

const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`

/** Each promise of the issue beside what was found. */
export function judgeTargets(results: Results): Target[] {
  const { pure, gaming, linkage } = results
  const usual = pure.alarms.filter(({ tau, officers }) => tau <= 0.03 && officers === OFFICERS)
  const worst = Math.max(...usual.map(({ alarms, quarters }) => alarms / quarters))
  const strong = pure.power.filter(({ tau, n, roster_error }) => tau <= 0.03 && n === 100 && roster_error === 0)
  const weakest = Math.min(...strong.map(({ power }) => power))
  const off = Math.max(
    ...pure.coverage.map(({ simulated, lowest, error }) => Math.abs((simulated ?? 0) - lowest) / (error ?? 1)),
  )
  const recalls = recallOf(results).filter(({ seen }) => seen === true)
  const lowest = Math.min(...recalls.map(({ recall }) => recall))
  const accused = gaming.honest_suspected / gaming.honest_days
  const old = linkage.filter(({ age }) => age > 35)
  const gain = Math.max(...old.map(({ linked, chance }) => linked - chance))
  return [
    {
      name: 'false alarms per officer-quarter, tau <= 0.03',
      wanted: '<= 0.2 %',
      found: percent(worst, 3),
      met: worst <= 0.002,
    },
    {
      name: 'power for 0.70 among 0.90 at 100 ratings, tau <= 0.03',
      wanted: '>= 0.90',
      found: weakest.toFixed(3),
      met: weakest >= 0.9,
    },
    {
      name: 'mean coverage at every n from 5 to 200',
      wanted: '94-97 %',
      found: `${percent(pure.coverage_mean.least)} to ${percent(pure.coverage_mean.greatest)}`,
      met: pure.coverage_mean.least >= 0.94 && pure.coverage_mean.greatest <= 0.97,
    },
    {
      name: 'lowest coverage, exact against simulated',
      wanted: '<= 4 standard errors',
      found: `${off.toFixed(1)} standard errors`,
      met: off <= 4,
    },
    {
      name: 'recall of gaming that can be seen',
      wanted: '>= 90 %',
      found: percent(lowest),
      met: lowest >= 0.9,
    },
    {
      name: 'honest days suspected, families and helpers included',
      wanted: '<= 1 %',
      found: `${percent(accused, 2)} of ${gaming.honest_days}`,
      met: accused <= 0.01,
    },
    {
      name: 'leader sets aside alone',
      wanted: '0',
      found: `${gaming.leader_alone} of ${gaming.leader_tries}`,
      met: gaming.leader_alone === 0 && gaming.leader_tries > 0,
    },
    {
      name: 'ratings linked to visits, copy older than 35 days, above chance',
      wanted: '<= 5 points',
      found: `${(gain * 100).toFixed(1)} points`,
      met: gain <= 0.05,
    },
  ]
}
