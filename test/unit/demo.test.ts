/** The simulated offices: the same each time, true to what they are meant to show, and told apart from chance. */
import t from 'tap'
import { newPassphrase } from '../../server/demo/accounts.ts'
import { isOfficeDay, monthsBefore, officeDayBack } from '../../server/demo/calendar.ts'
import { chanceOf } from '../../server/demo/chance.ts'
import { unitPlans } from '../../server/demo/people.ts'
import { planScenario } from '../../server/demo/scenario.ts'
import { type Simulation, simulate } from '../../server/demo/simulation.ts'
import { checkPassword } from '../../server/domain/passwords.ts'
import { addDays, localDay } from '../../server/domain/time.ts'

const today = '2026-06-18'
const at = (time: string) => Date.parse(`${today}T${time}:00+07:00`)
const options = { seed: 'test', months: 18, now: at('10:30'), today }
const whole = simulate(options)
const short = { ...options, months: 2 }
const recent = simulate(short)
/** Compared as text: a difference of this size is nothing to read. */
const asText = (value: unknown) => JSON.stringify(value)
const ward = 'Phường Quyết Thắng'
const others = ['Xã Chiềng Khương', 'Thị trấn Mộc Châu']

/** Every rating with where it was tapped, when, and whose turn it was by the roster (null = nobody's). */
function listRatings({ deliveries, shifts }: Simulation) {
  return deliveries.flatMap(({ unit, counter, received_at, envelope }) =>
    envelope.ratings.map((rating) => {
      const gap = (envelope.sent_ms ?? 0) - (rating.elapsed_ms ?? 0)
      const sameRun = rating.clock_session === envelope.clock_session
      const tapped = sameRun
        ? received_at - gap
        : received_at - (Date.parse(envelope.sent_at) - Date.parse(rating.rated_at))
      const shift = shifts.find(
        (one) =>
          one.unit === unit && one.counter === counter && one.starts <= tapped && tapped < (one.ends ?? Infinity),
      )
      return { unit, counter, day: localDay(tapped), tapped, officer: shift?.officer ?? null, ...rating }
    }),
  )
}
const ratings = listRatings(whole)
const share = (of: { level: number }[]) => of.filter(({ level }) => level >= 4).length / of.length
const lowNaming = (day: string, unit?: string) =>
  ratings.filter(
    (rating) =>
      rating.day === day &&
      (unit ?? rating.unit) === rating.unit &&
      rating.level <= 3 &&
      rating.marks.length > 0 &&
      rating.marks.every(({ commitment, kept }) => !kept && ['service_time', 'service_place'].includes(commitment)),
  ).length

t.test('the same seed and end give the same ratings, to the last id', async (t) => {
  t.ok(asText(simulate(short)) === asText(recent))
  t.ok(asText(simulate({ ...short, seed: 'another' })) !== asText(recent))
})

t.test('a later hour of the same day only adds what arrived meanwhile', async (t) => {
  const later = simulate({ ...short, now: at('16:00') })
  const known = recent.deliveries.length
  t.ok(later.deliveries.length > known)
  t.ok(asText(later.deliveries.slice(0, known)) === asText(recent.deliveries))
  t.ok(later.deliveries.slice(known).every(({ received_at }) => received_at > at('10:30')))
})

t.test('it ends yesterday and reaches into today, never beyond now', async (t) => {
  t.equal(whole.to, '2026-06-17')
  t.equal(whole.from, '2024-12-18')
  t.ok(ratings.every(({ day }) => day >= whole.from && day <= today))
  t.ok(ratings.some(({ day }) => day === today))
  t.ok(whole.deliveries.every(({ received_at }) => received_at <= options.now))
  const arrivals = whole.deliveries.map(({ received_at }) => received_at)
  t.strictSame(
    arrivals,
    [...arrivals].sort((a, b) => a - b),
  )
})

t.test('a quiet ward beside two busier units', async (t) => {
  const months = 18
  for (const { unit, desks } of unitPlans) {
    const officers = desks.reduce((sum, desk) => sum + Math.min(2, desk.officers.length), 0)
    const perMonth = ratings.filter((rating) => rating.unit === unit).length / officers / months
    if (unit === ward) t.ok(perMonth > 4 && perMonth < 6, `${unit}: ${perMonth}`)
    else t.ok(perMonth > 25 && perMonth < 40, `${unit}: ${perMonth}`)
  }
})

t.test('about nine in ten are satisfied, with one mark and a half each', async (t) => {
  t.ok(share(ratings) > 0.87 && share(ratings) < 0.93, String(share(ratings)))
  const marks = ratings.reduce((sum, rating) => sum + rating.marks.length, 0) / ratings.length
  t.ok(marks > 1.3 && marks < 1.7, String(marks))
})

t.test('one officer clearly below, one above, the rest much alike', async (t) => {
  const mocChau = ratings.filter(({ unit, dwell_ms = 0 }) => unit === 'Thị trấn Mộc Châu' && dwell_ms >= 700)
  const of = (name: string) => share(mocChau.filter(({ officer }) => officer === name))
  const usual = ['Cầm Thị Duyên', 'Lò Thị Hương', 'Vì Văn Thắng', 'Giàng A Páo'].map(of)
  t.ok(of('Vũ Đình Quân') < Math.min(...usual) - 0.08, String(of('Vũ Đình Quân')))
  t.ok(of('Tòng Thị Mai') > Math.max(...usual) + 0.02, String(of('Tòng Thị Mai')))
  t.ok(Math.max(...usual) - Math.min(...usual) < 0.06, String(usual))
})

t.test('a bad week, a portal outage, misused tablets', async (t) => {
  const { crowded, portalDown, planned } = planScenario(whole.to)
  const bad = ratings.filter(({ unit, day }) => unit === crowded.unit && crowded.days.has(day))
  t.ok(share(bad) < 0.75, `bad week: ${share(bad)}`)
  for (const unit of [ward, ...others]) {
    const during = [...portalDown].reduce((sum, day) => sum + lowNaming(day, unit), 0)
    const before = [...portalDown].reduce((sum, day) => sum + lowNaming(addDays(day, -7), unit), 0)
    t.ok(during > before, `${unit}: ${during} during the outage, ${before} in the week before`)
  }
  for (const { unit, counter, day, taps } of planned) {
    const own = ratings.filter((one) => one.unit === unit && one.counter === counter)
    const moments = new Set(own.map(({ rated_at }) => Date.parse(rated_at)))
    t.strictSame(
      taps.map(({ at: moment }) => moments.has(moment)),
      taps.map(() => true),
      `${unit}, ${counter}, ${day}`,
    )
  }
})

t.test('the roster: never two at one counter, gaps, and officers who come and go', async (t) => {
  const known = new Set(whole.officers.map(({ unit, name }) => `${unit}/${name}`))
  for (const { unit, desks } of unitPlans) {
    for (const { counter } of desks) {
      const own = whole.shifts.filter((shift) => shift.unit === unit && shift.counter === counter)
      t.ok(own.every(({ officer }) => known.has(`${unit}/${officer}`)))
      for (const [index, shift] of own.entries()) {
        const next = own[index + 1]
        if (next) t.ok(shift.ends !== null && shift.ends <= next.starts, `${unit} ${counter} overlaps`)
        else t.equal(shift.ends, null, 'the last one runs until changed')
      }
    }
  }
  t.ok(ratings.filter(({ officer }) => officer === null).length >= 10, 'some ratings belong to nobody')
  t.strictSame(
    whole.officers.filter(({ active }) => !active).map(({ name }) => name),
    ['Hoàng Văn Kiên'],
  )
})

t.test('some work until it is done: overtime, and Saturday mornings', async (t) => {
  const minutes = ratings.map(({ tapped }) => Math.floor(((tapped + 7 * 3_600_000) % 86_400_000) / 60_000))
  t.ok(minutes.some((minute) => minute >= 1020))
  t.ok(minutes.every((minute) => minute >= 450 && minute < 1110))
  t.ok(ratings.some(({ day }) => !isOfficeDay(day)))
})

t.test('no remark comes twice in a unit before its topic is through', async (t) => {
  for (const unit of [ward, ...others]) {
    const good = ratings.filter((one) => one.unit === unit && one.level >= 4).flatMap(({ comment }) => comment ?? [])
    const counts = [...new Set(good)].map((text) => good.filter((other) => other === text).length)
    t.ok(Math.max(...counts) <= Math.ceil(good.length / counts.length) + 1, unit)
  }
})

t.test('a short simulation is the end of a long one', async (t) => {
  const content = (simulation: Simulation) =>
    listRatings(simulation)
      .filter(({ unit, day }) => unit === ward && day > addDays(whole.to, -40))
      .map(({ tapped, level, marks }) => ({ tapped, level, marks }))
  t.strictSame(content(recent), content(whole))
})

t.test('chance is seeded, and as even as it says', async (t) => {
  const numbers = (name: string) => {
    const chance = chanceOf(name)
    return Array.from({ length: 5 }, () => chance.next())
  }
  t.strictSame(numbers('a'), numbers('a'))
  t.notSame(numbers('a'), numbers('b'))
  const chance = chanceOf('even')
  const counts = Array.from({ length: 4000 }, () => chance.count(1.5))
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  t.ok(Math.abs(mean - 1.5) < 0.1, String(mean))
  t.match(chance.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.throws(() => chance.pick([]), RangeError)
})

t.test('days of the office', async (t) => {
  t.equal(officeDayBack('2026-06-21', 1), '2026-06-19', 'from a Sunday back to Friday')
  t.equal(officeDayBack('2026-06-19', 2), '2026-06-18')
  t.notOk(isOfficeDay('2026-02-17'), 'the lunar new year')
  t.notOk(isOfficeDay('2026-09-02'), 'the national day')
  t.equal(monthsBefore('2026-08-31', 18), '2025-02-28')
  t.equal(monthsBefore('2026-01-15', 1), '2025-12-15')
})

t.test('printed passwords pass the product’s own rule', async (t) => {
  const passwords = Array.from({ length: 300 }, newPassphrase)
  t.equal(new Set(passwords).size, 300, 'no two alike')
  for (const username of ['danvan', 'duyen', 'thao', 'vanphong']) {
    const refused = passwords.filter((password) => checkPassword(password, username) !== null)
    t.strictSame(refused, [], username)
  }
})
