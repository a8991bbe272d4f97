/** Eighteen months of three offices, made from a seed and an end: the same ratings, shifts and remarks each time. */
import { addDays, dayRange } from '../domain/time.ts'
import { mondayOf, monthsBefore } from './calendar.ts'
import { chanceOf } from './chance.ts'
import { type Delivery, deliver, type TapAt } from './deliveries.ts'
import { type Desk, type UnitPlan, unitPlans } from './people.ts'
import { type RemarkTopic, remarks } from './remarks.ts'
import { type DayPlan, officerOn, planDays, type Shift, writeShifts } from './roster.ts'
import { planScenario, type Scenario } from './scenario.ts'
import { drawTaps, progressOf, type Tap } from './taps.ts'

export interface SimulatedOfficer {
  unit: string
  name: string
  title: string
  signed_on: string
  /** False for one who left before the end. */
  active: boolean
}

/** A tablet at its counter and when the server last heard of it, epoch ms. */
export interface SimulatedTerminal {
  unit: string
  counter: string
  last_contact_at: number
}

export interface Simulation {
  /** First and last whole day. */
  from: string
  to: string
  officers: SimulatedOfficer[]
  shifts: Shift[]
  terminals: SimulatedTerminal[]
  /** In the order of their arrival. */
  deliveries: Delivery[]
}

export interface SimulationOptions {
  seed: string
  /** How many months there are before `now`'s day. */
  months: number
  /** The moment the simulation stops, epoch ms: whole days up to yesterday, and today until now. */
  now: number
  /** The office's day of `now`. */
  today: string
}

/** Tablets tell that they are there once a minute while they have a network. */
const HEARTBEAT_MS = 60_000

export function simulate({ seed, months, now, today }: SimulationOptions): Simulation {
  const to = addDays(today, -1)
  const from = addDays(monthsBefore(to, months), 1)
  const scenario = planScenario(to)
  const simulation: Simulation = { from, to, officers: [], shifts: [], terminals: [], deliveries: [] }
  for (const plan of unitPlans) {
    const { unit } = plan
    const ordinary = new Map<Desk, Tap[]>()
    for (const desk of plan.desks) {
      const roster = planDays(unit, desk, scenario.gaps, from, today, to)
      simulation.shifts.push(...writeShifts(unit, desk.counter, roster))
      ordinary.set(desk, drawDesk(plan, desk, roster, scenario, { seed, from, to, today }))
      for (const { name, title, signed_on, joined, left } of desk.officers) {
        const signed = signed_on ?? addDays(to, -(joined ?? 0))
        simulation.officers.push({ unit, name, title, signed_on: signed, active: left === undefined })
      }
    }
    const words = dealRemarks(`${seed}/${unit}`, [...ordinary.values()].flat())
    for (const [{ counter }, drawn] of ordinary) {
      const taps: TapAt[] = plannedTaps(scenario, unit, counter, from)
      for (const tap of drawn) {
        const { topic: _topic, ...content } = tap
        const comment = words.get(tap)
        taps.push(comment === undefined ? content : { ...content, comment })
      }
      const until = taps.filter((tap) => tap.at <= now).sort((a, b) => a.at - b.at)
      simulation.deliveries.push(...deliver({ seed, unit, counter, scenario }, until, now))
      simulation.terminals.push({ unit, counter, last_contact_at: lastContact(scenario, unit, counter, now) })
    }
  }
  simulation.deliveries.sort((a, b) => a.received_at - b.received_at)
  return simulation
}

function drawDesk(
  plan: UnitPlan,
  desk: Desk,
  roster: DayPlan,
  { crowded, portalDown }: Scenario,
  { seed, from, to, today }: Pick<Simulation, 'from' | 'to'> & Pick<SimulationOptions, 'seed' | 'today'>,
): Tap[] {
  const { unit } = plan
  return dayRange(from, today).flatMap((day) => {
    const chance = chanceOf(`${seed}/${unit}/${desk.counter}/${day}`)
    const serving = roster.get(day) ?? officerOn(desk, mondayOf(day), to)
    const mood = {
      crowded: unit === crowded.unit && crowded.days.has(day),
      portalDown: portalDown.has(day),
      progress: progressOf(day, from, to),
    }
    return drawTaps(chance, plan, desk.officers.length > 1 ? 2 : 1, serving, day, mood)
  })
}

function plannedTaps({ planned }: Scenario, unit: string, counter: string, from: string): TapAt[] {
  return planned
    .filter((group) => group.unit === unit && group.counter === counter && group.day >= from)
    .flatMap(({ taps }) =>
      taps.map(({ accused = [], comment, ...tap }) => ({
        ...tap,
        shown: accused.length > 0 ? ('marks' as const) : ('face' as const),
        marks: accused.map((commitment) => ({ commitment, kept: false })),
        language: 'vi',
        voice_used: false,
        ...(comment === undefined ? {} : { comment }),
      })),
    )
}

/** Shuffled remarks of each topic, dealt in the order of time, so that none comes twice before all have come once. */
function dealRemarks(name: string, taps: readonly Tap[]): Map<Tap, string> {
  const deck = (topic: RemarkTopic) => {
    const chance = chanceOf(`${name}/${topic}`)
    return remarks[topic]
      .map((text) => ({ text, place: chance.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ text }) => text)
  }
  const topics = Object.keys(remarks) as RemarkTopic[]
  const dealt = new Map<Tap, string>()
  for (const topic of topics) {
    const shuffled = deck(topic)
    const about = taps.filter((tap) => tap.topic === topic).sort((a, b) => a.at - b.at)
    for (const [index, tap] of about.entries()) dealt.set(tap, shuffled[index % shuffled.length] as string)
  }
  return dealt
}

function lastContact({ silences }: Scenario, unit: string, counter: string, now: number): number {
  const silent = silences.find(
    (silence) =>
      silence.unit === unit &&
      (silence.counter ?? counter) === counter &&
      silence.from <= now &&
      silence.until === null,
  )
  return Math.min(silent?.from ?? now, now - chanceOf(`${unit}/${counter}`).whole(1000, HEARTBEAT_MS))
}
