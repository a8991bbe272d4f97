/** A quarter of three units through the real API: what the product concludes beside what is true of each officer. */
import type { OfficerReport, UnitReport } from '../contract/reports.ts'
import { chanceOf } from '../demo/chance.ts'
import { addDays, startOfDay, weekday } from '../domain/time.ts'
import { type Citizens, drawDay } from './days.ts'
import { drawShare } from './draws.ts'
import { type Desk, logIn, openUnit, sendTaps, settle, type World } from './world.ts'

export interface Concluded {
  unit: number
  officer: number
  /** Share of this officer's citizens who were truly satisfied, silent and polite ones included. */
  truth: number
  /** The same of those whose rating the roster gave to this officer, had everybody answered and nobody been polite. */
  visits: number
  n: number
  value: number | null
  lower: number | null
  upper: number | null
  band: string | null
  shrunk: number | null
  /** Share of the officer's days on which somebody else sat there without the roster knowing. */
  roster_error: number
}

export interface QuarterLane {
  officers: Concluded[]
  named: string[]
  /** Of the officers with an interval: how many intervals hold the truth as it is among those who answered. */
  with_interval: number
  holding: number
}

const services = ['Hộ tịch', 'Đất đai', 'Xã hội']
/** Land is harder for everybody: what a service adds to an officer's share. */
const harder = [0, -0.08, 0.02]

/** `weeks` working weeks; officer 1 of unit 1 is at 0.70. */
export async function runQuarter(world: World, seed: string, weeks: number): Promise<QuarterLane> {
  const chance = chanceOf(`${seed}/quarter`)
  const admin = await logIn(world, 'administrator')
  const units = []
  for (const name of ['Xã thật 1', 'Xã thật 2', 'Xã thật 3'])
    units.push(await openUnit(world, admin, name, 6, services))
  const people = units.flatMap((_, unit) =>
    Array.from({ length: 6 }, (_, officer) => ({
      unit,
      officer,
      share:
        unit === 0 && officer === 0 ? 0.7 : Math.min(0.99, drawShare(chance, 0.92, 0.03) + (harder[officer % 3] ?? 0)),
      visits: 0,
      satisfied: 0,
      away: 0,
      days: 0,
    })),
  )
  const first = addDays(new Date(world.clock.now() + 7 * 3_600_000).toISOString().slice(0, 10), 1)
  const last = addDays(first, weeks * 7 - 1)
  for (let day = first; day <= last; day = addDays(day, 1)) {
    if (weekday(day) > 5) continue
    world.clock.set(startOfDay(day) + 19 * 3_600_000)
    for (const [unit, { desks }] of units.entries()) {
      // One day in ten two neighbours swap and nobody writes it down.
      const swapped = chance.happens(0.1) ? chance.whole(0, 2) * 2 : null
      for (const [place, desk] of desks.entries()) {
        const serving = swapped === null || place >> 1 !== swapped >> 1 ? place : place ^ 1
        const person = people[unit * 6 + serving] as (typeof people)[number]
        person.days += 1
        if (serving !== place) person.away += 1
        const citizens: Citizens = {
          visits: 4,
          satisfied: person.share,
          politeness: 0.15,
          response: { satisfied: 0.3, dissatisfied: 0.35 },
          family: 0.04,
          helper: 0.02,
        }
        const drawn = drawDay(chance, citizens)
        person.visits += drawn.visits
        person.satisfied += drawn.satisfied
        const taps = drawn.taps.map((tap) => ({ ...tap, at: startOfDay(day) + Math.round(tap.minute * 60_000) }))
        await sendTaps(world, desk as Desk, taps)
      }
    }
    if (weekday(day) === 5) await settle(world)
  }
  world.clock.set(startOfDay(addDays(last, 1)) + 9 * 3_600_000)
  await settle(world)

  const commission = await logIn(world, 'commission')
  const range = `from=${first}&to=${last}`
  const officers: Concluded[] = []
  for (const [unit, { unit_id, desks }] of units.entries()) {
    const report = (await commission.get(`/api/v1/reports/units/${unit_id}?${range}`)) as UnitReport
    for (const [place, desk] of desks.entries()) {
      const person = people[unit * 6 + place] as (typeof people)[number]
      const own = (await commission.get(`/api/v1/reports/officers/${desk.officer_id}?${range}`)) as OfficerReport
      const row = report.officers.find(({ officer_id }) => officer_id === desk.officer_id)
      officers.push({
        unit: unit + 1,
        officer: place + 1,
        truth: person.satisfied / Math.max(1, person.visits),
        visits: person.visits,
        n: own.figure.n ?? 0,
        value: own.figure.satisfaction?.value ?? null,
        lower: own.figure.satisfaction?.lower ?? null,
        upper: own.figure.satisfaction?.upper ?? null,
        band: own.band,
        shrunk: row?.shrunk?.value ?? null,
        roster_error: person.away / Math.max(1, person.days),
      })
    }
  }
  const { named_officers } = await commission.get(`/api/v1/reports/units?${range}`)
  const told = officers.filter(({ lower }) => lower !== null)
  return {
    officers,
    named: (named_officers as { unit_name: string; name: string }[]).map(
      ({ unit_name, name }) => `${unit_name}: ${name}`,
    ),
    with_interval: told.length,
    holding: told.filter(({ truth, lower, upper }) => (lower ?? 0) <= truth && truth <= (upper ?? 1)).length,
  }
}
