/** Every number of test/fixtures/oracles.json is reproduced by the product's own function, and none is left out. */
import t, { type Test } from 'tap'
import { betaGreater, poissonUpperTail } from '../../server/domain/distributions.ts'
import { funnelLimits, overdispersion } from '../../server/domain/funnel.ts'
import { type DayContext, findBursts, judgeDay, MISUSE_RULES, type Tap } from '../../server/domain/misuse.ts'
import {
  indexOf,
  manski,
  newcombe,
  probabilityBetter,
  summariseLevels,
  wilson,
  Z95,
} from '../../server/domain/scoring.ts'
import { shrink } from '../../server/domain/shrinkage.ts'
import { poststratify, standardise } from '../../server/domain/standardisation.ts'
import { measureCoverage } from '../../server/simulate/coverage.ts'
import { near, type Oracles, oracles } from './oracles.ts'

/** The places of all numbers, and those of them that nobody asked for yet. */
const unread = new Set<string>()
function watched<T>(value: T, path: string): T {
  if (typeof value === 'number') unread.add(path)
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value).filter(([key]) => key !== '_about')
  const inner = new Map(parts.map(([key, part]) => [key, watched(part, `${path}/${key}`)]))
  return new Proxy(value, {
    get(target, key) {
      unread.delete(`${path}/${String(key)}`)
      return inner.get(String(key)) ?? Reflect.get(target, key)
    },
  })
}

const worked = watched(oracles, '')
const anytime: DayContext = { hours: null, unassigned: new Set() }

/** One for each entry of the file. */
const checks: { [Entry in keyof Oracles]: (t: Test, wanted: Oracles[Entry]) => void } = {
  z95: (t, wanted) => near(t, Z95, wanted, 'z'),
  scores5(t, wanted) {
    const found = summariseLevels([...wanted.counts_1to5])
    for (const key of ['n', 'top', 'top2', 'bottom2', 'net', 'mean', 'sd', 'index', 'se'] as const) {
      near(t, found?.[key], wanted[key], key)
    }
    for (const end of [0, 1] as const) near(t, found?.ci?.[end], wanted.ci[end], 'ci')
  },
  govuk_linear(t, months) {
    for (const { counts, published } of months) near(t, Math.round(indexOf([...counts]) ?? -1), published, 'index')
  },
  wilson(t, rows) {
    for (const [positive, n, lower, upper] of rows) {
      near(t, wilson(positive, n)?.lower, lower, `lower ${positive}/${n}`)
      near(t, wilson(positive, n)?.upper, upper, `upper ${positive}/${n}`)
    }
  },
  officers: (t, wanted) =>
    t.ok(
      Object.values(wanted).every(([positive, n]) => positive <= n),
      'what the next ones are made of',
    ),
  eb(t, wanted) {
    const found = shrink(subjects())
    for (const key of ['pooled', 'rho', 'alpha', 'beta'] as const) near(t, found?.[key], wanted[key], key)
    for (const [place, name] of Object.keys(wanted.shrunk).entries()) {
      near(t, found?.shrunk[place], wanted.shrunk[name], `shrunk ${name}`)
    }
  },
  'funnel_p0_0.9'(t, rows) {
    for (const [n, [low998, low95, high95, high998]] of Object.entries(rows)) {
      const found = funnelLimits(Number(n), 0.9)
      for (const [key, wanted] of Object.entries({ low998, low95, high95, high998 })) {
        near(t, found?.[key as keyof typeof found], wanted, `${key} at ${n}`)
      }
    }
  },
  newcombe_45_50_vs_38_50(t, [value, lower, upper]) {
    const found = newcombe(45, 50, 38, 50)
    near(t, found?.value, value, 'value')
    near(t, found?.lower, lower, 'lower')
    near(t, found?.upper, upper, 'upper')
  },
  prob_better_Beta46_6_vs_Beta39_13(t, wanted) {
    near(t, betaGreater(46, 6, 39, 13), wanted, 'Beta')
    near(t, probabilityBetter(45, 50, 38, 50), wanted, 'ratings')
  },
  'poisson_lam0.2'(t, { ge3, ge5 }) {
    near(t, poissonUpperTail(3, 0.2), ge3, 'three or more', 1e-12)
    near(t, poissonUpperTail(5, 0.2), ge5, 'five or more', 1e-15)
  },
  case_mix(t, { rates, province, P, Q }) {
    for (const one of [P, Q]) {
      const groups = one.groups.map(([group, n, positive]) => ({ n, positive, reference: rates[group] as number }))
      const found = standardise(groups, province)
      near(t, found?.raw, one.raw, 'raw')
      near(t, found?.standardised, one.std, 'standardised')
    }
  },
  manski_108_120_of_1000(t, [lower, upper]) {
    near(t, manski(108, 120, 1000)?.lower, lower, 'lower')
    near(t, manski(108, 120, 1000)?.upper, upper, 'upper')
  },
  poststrat(t, { groups, raw, weighted }) {
    const found = poststratify(groups.map(([visits, n, positive]) => ({ visits, n, positive })))
    near(t, found?.raw, raw, 'raw')
    near(t, found?.weighted, weighted, 'weighted')
  },
  burst(t, { taps, window_s, k, in_burst, set_aside }) {
    const seconds = [...taps]
    const found = findBursts(seconds, window_s, k).flatMap(([first, last]) => seconds.slice(first, last + 1))
    t.strictSame(found, [...in_burst])
    t.same([MISUSE_RULES.burst_window_ms, MISUSE_RULES.burst_taps], [window_s * 1000, k], 'the product’s own rule')
    t.strictSame(setAside(seconds, MISUSE_RULES), [...set_aside])
  },
  min_interval(t, { taps, seconds, accepted }) {
    t.equal(MISUSE_RULES.min_interval_ms, seconds * 1000, 'the product’s own rule')
    const without = setAside([...taps], { ...MISUSE_RULES, burst_taps: Number.POSITIVE_INFINITY })
    t.strictSame(
      [...taps].filter((at) => !without.includes(at)),
      [...accepted],
    )
  },
  funnel_fixture(t, wanted) {
    const found = overdispersion(subjects())
    near(t, found?.phi, wanted.phi_raw, 'phi')
    near(t, found?.phi_winsorised, wanted.phi_winsorised_10pct, 'phi, winsorised')
    near(t, found?.tau2, wanted.tau2, 'tau2')
    const names = Object.keys(oracles.officers)
    for (const key of ['z', 'z_multiplicative', 'z_additive'] as const) {
      for (const name of Object.keys(wanted[key])) {
        near(t, found?.subjects[names.indexOf(name)]?.[key], wanted[key][name], `${key} of ${name}`)
      }
    }
  },
  wilson_coverage(t) {
    const at = (n: number) => measureCoverage('', n, 0)
    near(t, at(5).lowest, 0.837, 'pointwise minimum at n = 5', 5e-4)
    for (const n of [5, 20, 100]) near(t, at(n).mean, 0.95, `mean at n = ${n}`, 0.01)
  },
}

const subjects = () => Object.values(worked.officers).map(([positive, n]) => ({ positive, n }))

/** At which of these seconds the rating is set aside. */
function setAside(seconds: readonly number[], rules: typeof MISUSE_RULES): number[] {
  const taps = seconds.map(
    (at): Tap => ({ rating_id: String(at), at: Math.round(at * 1000), sequence: null, level: 5, dwell_ms: 3000 }),
  )
  const verdicts = judgeDay(taps, anytime, rules)
  return seconds.filter((at) => verdicts.get(String(at))?.set_aside !== null)
}

for (const [entry, check] of Object.entries(checks)) {
  t.test(entry, async (t) => check(t, worked[entry as keyof Oracles] as never))
}

t.test('no entry, and no number of one, is without its function', async (t) => {
  t.same(Object.keys(oracles).sort(), ['_about', ...Object.keys(checks)].sort())
  t.same([...unread], [])
})
