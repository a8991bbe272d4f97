/** Eleven weeks of one lively unit and a quiet one, sent through the API, with every figure of it made by hand. */
import { randomUUID } from 'node:crypto'
import type { TestApp } from './app.ts'
import { assign, batch, createOffice, type Office, rating } from './office.ts'
import * as hand from './recount.ts'

export const NOW = '2026-11-24T16:30:45.678+07:00'

export interface Span {
  from: string
  to: string
}

export interface Step {
  counter: number
  officer: number | null
  aside: boolean
  day: string
  changes: hand.Moved[]
}

/** A row of numbers that looks like chance and is the same each time. */
export function dice(seed: number) {
  let state = seed
  return (sides: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** Arranges it and counts it all in one lot. The clock of `server` must stand at `NOW`. */
export async function arrangeWeeks(server: TestApp) {
  const home = await createOffice(server.db, { counters: 3, officers: 5, name: 'Phường Quyết Thắng' })
  const away = await createOffice(server.db, { counters: 1, officers: 1, name: 'Xã Chiềng Khương' })
  const roster: hand.Shift[] = []
  const shift = async (office: Office, counter: number, officer: number, from: string, to: string | null = null) => {
    const [counter_id, officer_id] = [office.counters[counter] as number, office.officers[officer] as number]
    await assign(server.db, counter_id, officer_id, from, to)
    roster.push({ counter_id, officer_id, from: Date.parse(from), to: to === null ? null : Date.parse(to) })
  }
  // The first serves throughout; then a middling one, one with few ratings, one with hardly any, and one with none.
  await shift(home, 0, 0, '2026-08-01T00:00:00+07:00')
  await shift(home, 1, 1, '2026-08-01T00:00:00+07:00', '2026-11-09T00:00:00+07:00')
  await shift(home, 1, 2, '2026-11-09T00:00:00+07:00', '2026-11-12T00:00:00+07:00')
  await shift(home, 1, 3, '2026-11-12T00:00:00+07:00', '2026-11-13T00:00:00+07:00')
  await shift(away, 0, 0, '2026-08-01T00:00:00+07:00')

  const roll = dice(7)
  const items = ['always_smile', 'please_hello', 'service_time', 'service_place', 'no_arrogance']
  const taps: hand.Tap[] = []
  const tap = (office: Office, counter: number, at: string, level: number) => {
    const { unit_id, counter_id, terminal_id } = office.tablets[counter] as Office['tablets'][number]
    const marks = items.filter(() => roll(4) === 0).map((commitment) => ({ commitment, kept: roll(2) === 0 }))
    taps.push({
      ...{ id: randomUUID(), unit_id, counter_id, terminal_id, level, marks },
      ...{ at: Date.parse(at), sequence: null, dwell_ms: 2000, timed: true },
    })
  }
  for (let ago = 75; ago >= 0; ago -= 1) {
    const day = hand.dayAt(Date.parse(NOW) - ago * 86_400_000)
    for (let visit = 0; visit < 1 + roll(4); visit += 1) {
      const minute = `${day}T0${8 + roll(2)}:${10 + roll(40)}`
      tap(home, 0, `${minute}:${10 + visit}+07:00`, 5 - (roll(3) === 0 ? roll(5) : 0))
      if (visit === 0 && roll(12) === 0) tap(home, 0, `${minute}:11+07:00`, 1)
    }
    if (roll(3) > 0) tap(home, 1, `${day}T10:0${roll(10)}:00+07:00`, 1 + roll(5))
    if (ago % 25 === 0) tap(home, 2, `${day}T10:00:00+07:00`, 3)
  }
  for (const day of ['02', '03', '24']) tap(away, 0, `2026-11-${day}T09:00:00+07:00`, 5)
  for (const minute of ['11', '12', '13', '14', '15', '16', '17']) tap(home, 1, `2026-11-10T14:${minute}:00+07:00`, 4)

  for (const tablet of [...home.tablets, ...away.tablets]) {
    const own = taps.filter((entry) => entry.terminal_id === tablet.terminal_id)
    for (let from = 0; from < own.length; from += 100) {
      const ratings = own
        .slice(from, from + 100)
        .map(({ id, level, marks, at, dwell_ms }) =>
          rating({ id, level, marks, dwell_ms, rated_at: new Date(at).toISOString() }),
        )
      const { body } = await server.tablet(tablet.token).post('/api/v1/ratings', batch(ratings, { sent_at: NOW }))
      if (body.results.some((result: { status: string }) => result.status !== 'stored')) throw new Error('not stored')
    }
  }
  await server.count()
  const verdicts = hand.judgeAll(taps, roster)
  const groups = new Map<string, hand.Tap[]>()
  for (const entry of taps) {
    const key = hand.groupOf(entry, verdicts.get(entry.id) as hand.Verdict)
    groups.set(key, [...(groups.get(key) ?? []), entry])
  }
  const steps: Step[] = [...groups].flatMap(([key, own]) => {
    const [counter, officer, aside] = key.split(' ')
    return hand
      .publish(
        own.map((entry) => hand.moved(entry, 1)),
        new hand.Shown(),
      )
      .steps.map((step) => ({
        ...step,
        counter: Number(counter),
        officer: officer === 'nobody' ? null : Number(officer),
        aside: aside === 'aside',
      }))
  })

  const live = (office: Office, span: Span, aside = false): number[] => {
    const levels = [0, 0, 0, 0, 0]
    for (const tap of taps) {
      if (tap.unit_id !== office.unit_id || !isWithin(hand.dayAt(tap.at), span)) continue
      if ((verdicts.get(tap.id)?.set_aside !== 0) === aside) levels[tap.level - 1] = (levels[tap.level - 1] ?? 0) + 1
    }
    return levels
  }

  const published = (span: Span, of: (step: Step) => boolean, aside = false): number[] => {
    const levels = [0, 0, 0, 0, 0]
    for (const step of steps) {
      if (step.aside !== aside || !isWithin(step.day, span) || !of(step)) continue
      for (const { tap } of step.changes) levels[tap.level - 1] = (levels[tap.level - 1] ?? 0) + 1
    }
    return levels
  }

  return {
    home,
    away,
    /** Levels of everything that was tapped in a unit, as the commission sees it at once. */
    live,
    /** Levels of whole steps, as everybody within the unit sees them. */
    published,
    steps,
    /** The counted ratings of a unit in a span. */
    counted: (office: Office, span: Span) =>
      taps.filter(
        (tap) =>
          tap.unit_id === office.unit_id && isWithin(hand.dayAt(tap.at), span) && verdicts.get(tap.id)?.set_aside === 0,
      ),
  }
}

export const isWithin = (day: string, { from, to }: Span): boolean => from <= day && day <= to
