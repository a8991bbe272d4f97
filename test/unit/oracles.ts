/** The worked numbers of test/fixtures/oracles.json, typed: every figure the product publishes has to reproduce them. */
import { readFileSync } from 'node:fs'

type Group = [string, number, number]

export type Oracles = {
  z95: number
  scores5: {
    counts_1to5: number[]
    n: number
    top: number
    top2: number
    bottom2: number
    net: number
    mean: number
    sd: number
    index: number
    se: number
    ci: [number, number]
  }
  govuk_linear: { counts: number[]; published: number }[]
  wilson: [number, number, number, number][]
  officers: Record<string, [number, number]>
  eb: { pooled: number; rho: number; alpha: number; beta: number; shrunk: Record<string, number> }
  'funnel_p0_0.9': Record<string, [number, number, number, number]>
  newcombe_45_50_vs_38_50: [number, number, number]
  prob_better_Beta46_6_vs_Beta39_13: number
  'poisson_lam0.2': { ge3: number; ge5: number }
  case_mix: {
    rates: Record<string, number>
    province: number
    P: { groups: Group[]; raw: number; std: number }
    Q: { groups: Group[]; raw: number; std: number }
  }
  manski_108_120_of_1000: [number, number]
  poststrat: { groups: [number, number, number][]; raw: number; weighted: number }
  burst: { taps: number[]; window_s: number; k: number; in_burst: number[]; set_aside: number[] }
  min_interval: { taps: number[]; seconds: number; accepted: number[] }
  funnel_fixture: {
    z: Record<string, number>
    phi_raw: number
    phi_winsorised_10pct: number
    tau2: number
    z_multiplicative: Record<string, number>
    z_additive: Record<string, number>
  }
  /** In words only. */
  wilson_coverage: { _about: string }
}

export const oracles: Oracles = JSON.parse(
  readFileSync(new URL('../fixtures/oracles.json', import.meta.url), 'utf8'),
) as Oracles

/** Passes when `found` is within `tolerance` (by default that of the worked numbers) of `wanted`; null and NaN never are. */
export function near(
  t: { ok: (pass: boolean, message: string) => unknown },
  found: number | null | undefined,
  wanted: number | undefined,
  what: string,
  tolerance = 1e-6,
): void {
  t.ok(Math.abs((found ?? Number.NaN) - (wanted ?? Number.NaN)) <= tolerance, `${what}: ${found}, wanted ${wanted}`)
}

/** One seed for every property test: a run that fails here fails again on the next machine. */
export const property = { seed: 20230501, numRuns: 300 } as const
