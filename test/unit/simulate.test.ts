/** The simulation's own parts: what it draws is what it says, and its figures agree with sums worked exactly. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { chanceOf } from '../../server/demo/chance.ts'
import { coverageAt, measureCoverage } from '../../server/simulate/coverage.ts'
import { type Citizens, drawDay } from '../../server/simulate/days.ts'
import { drawShare } from '../../server/simulate/draws.ts'
import { measureRuns } from '../../server/simulate/faces.ts'
import { gamingKinds, halfwayOf, play, readGamingPlans } from '../../server/simulate/gaming.ts'
import { countFalseAlarms, measurePower } from '../../server/simulate/officers.ts'
import { BEGIN, END, putReport, staleParts } from '../../server/simulate/report.ts'
import { near } from './oracles.ts'

const citizens: Citizens = {
  visits: 12,
  satisfied: 0.8,
  politeness: 0.5,
  response: { satisfied: 0.9, dissatisfied: 0.5 },
  family: 0,
  helper: 0,
}

t.test('citizens: who answers, who is polite', async (t) => {
  const chance = chanceOf('citizens')
  const days = Array.from({ length: 2000 }, () => drawDay(chance, citizens))
  const visits = days.reduce((sum, day) => sum + day.visits, 0)
  const satisfied = days.reduce((sum, day) => sum + day.satisfied, 0)
  const taps = days.flatMap((day) => day.taps)
  near(t, visits / 2000, 12, 'visits', 0.3)
  near(t, satisfied / visits, 0.8, 'truly satisfied', 0.01)
  near(t, taps.length / visits, 0.8 * 0.9 + 0.2 * 0.5, 'response', 0.01)
  // 0.72 of all visits answer and are satisfied, 0.10 answer and are not, half of those politely.
  near(t, taps.filter(({ level }) => level >= 4).length / taps.length, (0.72 + 0.05) / 0.82, 'what is seen', 0.01)
  for (const day of days) {
    const minutes = day.taps.map(({ minute }) => minute)
    if (minutes.some((minute, place) => minute - (minutes[place - 1] ?? 0) < 1.79)) t.fail('two visits at once')
  }
  const family = Array.from({ length: 500 }, () => drawDay(chance, { ...citizens, family: 1 })).flatMap(
    ({ taps }) => taps,
  )
  t.ok(family.length > taps.length / 4 + 2000, 'families answer together')
  near(t, drawShare(chance, 0.9, 0), 0.9, 'no spread')
})

t.test('coverage: exact sums, and simulation near them', async (t) => {
  near(t, coverageAt(1, 0.5), 1, 'one rating never leaves out 0.5')
  const five = measureCoverage('test', 5, 20_000)
  near(t, five.lowest, 0.837, 'lowest at n = 5', 0.005)
  t.ok(
    Math.abs((five.simulated ?? 0) - five.lowest) < 4 * (five.error ?? 0),
    `${five.simulated} against ${five.lowest}`,
  )
  for (const n of [5, 17, 60, 200]) {
    const { mean } = measureCoverage('test', n, 0)
    t.ok(mean >= 0.94 && mean <= 0.97, `n = ${n}: ${mean}`)
  }
})

t.test('false alarms and power, small but whole', async (t) => {
  const none = countFalseAlarms('test', 60, 0.03, 4000)
  t.ok(none.alarms / none.quarters <= 0.004, `${none.alarms} of ${none.quarters}`)
  t.ok(none.large > 1000)
  const nobody = countFalseAlarms('test', 9, 0.03, 900)
  t.equal(nobody.alarms, 0, 'nine officers: nobody is compared')
  const power = (tau: number, roster_error: number) =>
    measurePower('test', { tau, n: 100, roster_error, officers: 100, trials: 200 }).power
  t.ok(power(0, 0) > 0.9 && power(0, 0.2) < power(0, 0), 'a wrong roster hides an officer')
  t.ok(power(0.05, 0) < power(0, 0), 'and so do colleagues who differ')
  const few = measurePower('hai-long', { tau: 0.03, n: 100, roster_error: 0, officers: 20, trials: 3000 }).power
  t.ok(few > 0.6 && few < 0.7, `with twenty officers about 0.6 to 0.7, as docs/figures.md says: ${few}`)
})

t.test('gaming: the file, each kind, and where it is no longer seen', async (t) => {
  const text = readFileSync(new URL('../fixtures/gaming.json', import.meta.url), 'utf8')
  const plans = readGamingPlans(text)
  t.same(Object.keys(plans).sort(), [...gamingKinds].sort(), 'eight kinds')
  t.throws(() => readGamingPlans('{}'), RangeError)
  t.throws(() => readGamingPlans('{'), SyntaxError)
  const chance = chanceOf('games')
  const honest = drawDay(chance, { ...citizens, visits: 60, politeness: 0 })
  const bad = (taps: readonly { level: number }[]) => taps.filter(({ level }) => level <= 3).length
  const run = (kind: (typeof gamingKinds)[number], intensity: number) =>
    play(kind, plans[kind], intensity, chance, honest)
  t.equal(run('angry_person', 30).here.length, honest.taps.length + 30)
  t.ok(
    run('angry_person', 30)
      .here.slice(-30)
      .every(({ level, honest }) => level === 1 && !honest),
  )
  t.equal(bad(run('withholds_tablet', 1).here), 0, 'whoever is unhappy gets no tablet')
  t.equal(bad(run('anothers_desk', 1).other), bad(honest.taps), 'or another desk’s')
  t.ok(
    run('helper', 5).here.every((tap) => tap.honest),
    'a helper is no gaming',
  )
  t.same(run('leader_sets_aside', 1).here, honest.taps)
  const curve = [
    { intensity: 4, recall: 1 },
    { intensity: 2, recall: 0 },
    { intensity: 3, recall: 0.75 },
  ]
  near(t, halfwayOf(curve), 2 + 0.5 / 0.75, 'between two rungs')
  t.equal(halfwayOf([{ intensity: 9, recall: 0.4 }]), null)
  t.equal(halfwayOf([{ intensity: 1, recall: 0.9 }]), 1)
})

t.test('runs of top faces: long ones are ordinary at nine in ten', async (t) => {
  const [ten, twenty] = measureRuns('test', 400)
  t.ok(ten && ten.honest > 0.9, `${ten?.honest} of honest months have ten in a row`)
  t.ok(twenty && twenty.honest > 0.3, `${twenty?.honest} have twenty`)
})

t.test('the report goes between its markers and nowhere else', async (t) => {
  t.equal(putReport(`a\n${BEGIN}\nold\n${END}\nz`, 'new'), `a\n${BEGIN}\n\nnew\n\n${END}\nz`)
  t.throws(() => putReport('a', 'new'), RangeError)
  t.throws(() => putReport(`${END}${BEGIN}`, 'new'), RangeError)
  const page = readFileSync(new URL('../../docs/figures.md', import.meta.url), 'utf8')
  const table = page.split(BEGIN)[1]?.split(END)[0] ?? ''
  t.ok(table.includes('đạt · met') && !table.includes('NaN') && !table.includes('undefined'), 'the page carries it')
})

t.test('the tables of the page are those of the present code', async (t) => {
  const page = readFileSync(new URL('../../docs/figures.md', import.meta.url), 'utf8')
  const percent = (share: number, digits: number) => `${(share * 100).toFixed(digits)} %`
  const holds = (line: string) => t.ok(page.includes(`\n| ${line} |`), line)
  for (const n of [5, 10, 20, 30, 50, 100, 200]) {
    const { mean, lowest, lowest_at, simulated, error } = measureCoverage('hai-long', n, 40_000)
    const drawn = `${percent(simulated ?? 0, 2)} ± ${percent(error ?? 0, 2)}`
    holds(`${n} | ${percent(mean, 1)} | ${percent(lowest, 2)} (${lowest_at}) | ${drawn}`)
  }
  const { alarms, quarters, large } = countFalseAlarms('hai-long', 200, 0.03, 40_000)
  holds(`200 | 0.03 | ${quarters} | ${alarms} | ${percent(alarms / quarters, 3)} | ${percent(alarms / large, 3)}`)
  const asked = { tau: 0.03, roster_error: 0, officers: 200, trials: 2000 }
  const powers = [50, 100].map((n) => measurePower('hai-long', { ...asked, n }).power.toFixed(3))
  t.match(page, new RegExp(`\n\\| 0.03 \\| 0 % \\| ${powers[0]} \\| [\\d.]+ \\| ${powers[1]} \\|`))
})

t.test('a stale page is noticed, the thief’s numbers apart', async (t) => {
  const report = 'seed\n\n### One\n\n| 1 |\n| ratings linked to visits | 2 |\n\n### A thief with a copy\n\n| 3 |'
  const page = `a\n${BEGIN}\n\n${report}\n\n${END}\nz`
  t.same(staleParts(page, report), [])
  t.same(staleParts(page, report.replace('| 3 |', '| 4 |').replace('visits | 2 |', 'visits | 5 |')), [])
  t.same(staleParts(page, report.replace('| 1 |', '| 2 |')), ['One'])
  t.same(staleParts(page, report.replace('### One', '### Two')), ['One', 'Two'])
  t.throws(() => staleParts('a', report), RangeError)
})
