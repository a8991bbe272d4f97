/** Gaming through the real API: weeks of tablets, honest and played with, and what the product says about each day. */
import type { Episode } from '../contract/episodes.ts'
import { chanceOf } from '../demo/chance.ts'
import { setsAside } from '../domain/episodes.ts'
import { addDays, startOfDay, weekday } from '../domain/time.ts'
import { type Citizens, type DayTap, drawDay } from './days.ts'
import { type GamingKind, type GamingPlans, gamingKinds, play } from './gaming.ts'
import { callAs, type Desk, logIn, openUnit, sendTaps, settle, type World } from './world.ts'

export interface GamingResult {
  kind: GamingKind
  intensity: number
  /** Days played with, and those of them the product suspects. */
  days: number
  suspected: number
  /** Taps nobody meant, and those of them that were set aside. */
  false_taps: number
  set_aside: number
}

export interface GamingLane {
  results: GamingResult[]
  /** Days without any gaming, families and helpers among them, and how many of those were suspected all the same. */
  honest_days: number
  honest_suspected: number
  honest_taps: number
  honest_set_aside: number
  /** Requests of leaders to set bad ratings aside: how many were tried alone, and how many went through without a decision. */
  leader_tries: number
  leader_alone: number
}

/** Rules whose episodes make a day suspect. Overtime and an empty roster are nobody's gaming. */
const suspicious = (rule: Episode['rule']) => setsAside(rule) || rule === 'straight_lining' || rule === 'same_hour'

const citizens: Citizens = {
  visits: 14,
  satisfied: 0.88,
  politeness: 0.2,
  response: { satisfied: 0.6, dissatisfied: 0.7 },
  family: 0.08,
  helper: 0.05,
}

interface Played {
  desk: number
  day: string
  kind: GamingKind | null
  intensity: number
  taps: DayTap[]
}

/** Every rung of every ladder on `repeats` tablet-days, and at least as many honest ones beside them. */
export async function runGaming(world: World, plans: GamingPlans, seed: string, repeats: number): Promise<GamingLane> {
  const chance = chanceOf(`${seed}/gaming`)
  const games = gamingKinds
    .filter((kind) => kind !== 'leader_sets_aside')
    .flatMap((kind) =>
      [...new Set([...plans[kind].ladder, plans[kind].intensity])].map((intensity) => ({ kind, intensity })),
    )
  // Half of all days are honest. Days go round the tablets, so that a day beside a played one is judged by itself.
  const wanted = games.flatMap((game) => Array.from({ length: repeats }, () => game))
  const plan: ({ kind: GamingKind; intensity: number } | null)[] = [...wanted, ...wanted.map(() => null)]
  for (let i = plan.length - 1; i > 0; i -= 1) {
    const j = chance.whole(0, i)
    ;[plan[i], plan[j]] = [plan[j] as (typeof plan)[number], plan[i] as (typeof plan)[number]]
  }
  const desks = Math.max(12, Math.ceil(plan.length / 20))
  const admin = await logIn(world, 'administrator')
  const unit = await openUnit(world, admin, 'Xã mô phỏng', desks, ['Hộ tịch', 'Đất đai', 'Xã hội'])

  const played: Played[] = []
  let day = addDays(localDayOf(world), 1)
  for (let next = 0; next < plan.length; day = addDays(day, 1)) {
    if (weekday(day) > 5) continue
    const extra = new Map<number, DayTap[]>()
    for (let desk = 0; desk < desks && next < plan.length; desk += 1, next += 1) {
      const game = plan[next] ?? null
      const drawn = drawDay(chance, citizens)
      const { here, other } = game
        ? play(game.kind, plans[game.kind], game.intensity, chance, drawn)
        : { here: drawn.taps, other: [] }
      const beside = (desk + 1) % desks
      if (other.length > 0) extra.set(beside, [...(extra.get(beside) ?? []), ...other])
      played.push({ desk, day, kind: game?.kind ?? null, intensity: game?.intensity ?? 0, taps: here })
    }
    world.clock.set(startOfDay(day) + 19 * 3_600_000)
    for (const entry of played.filter((one) => one.day === day)) {
      entry.taps.push(...(extra.get(entry.desk) ?? []))
      await send(world, unit.desks[entry.desk] as Desk, entry)
    }
    await settle(world)
  }
  world.clock.set(startOfDay(addDays(day, 1)) + 9 * 3_600_000)
  await settle(world)
  return { ...(await judge(world, unit, played)), ...(await tryAlone(world, unit.unit_id, played)) }
}

const localDayOf = (world: World) => new Date(world.clock.now() + 7 * 3_600_000).toISOString().slice(0, 10)

const sent = new WeakMap<Played, { id: string; honest: boolean }[]>()

async function send(world: World, desk: Desk, entry: Played): Promise<void> {
  const ordered = [...entry.taps].sort((a, b) => a.minute - b.minute)
  const ids = await sendTaps(
    world,
    desk,
    ordered.map((tap) => ({ ...tap, at: startOfDay(entry.day) + Math.round(tap.minute * 60_000) })),
  )
  sent.set(
    entry,
    ids.map((id, index) => ({ id, honest: ordered[index]?.honest ?? true })),
  )
}

async function judge(world: World, unit: { unit_id: string; desks: Desk[] }, played: readonly Played[]) {
  // What a page shows is told in fives and without tablets below five; who was really found is read from the tables.
  const episodes = await world.asThief<{ counter_id: number; local_day: string; rule: Episode['rule'] }>(
    `select counter_id, local_day::text, rule from episodes where n > 0 and unit_id = $1`,
    [unit.unit_id],
  )
  const suspected = new Set(
    episodes.filter(({ rule }) => suspicious(rule)).map((one) => `${one.counter_id}/${one.local_day}`),
  )
  const aside = new Set(
    (await world.asThief<{ rating_id: string }>(`select rating_id from verdicts where set_aside <> 0`)).map(
      ({ rating_id }) => rating_id,
    ),
  )
  const results = new Map<string, GamingResult>()
  const honest = { honest_days: 0, honest_suspected: 0, honest_taps: 0, honest_set_aside: 0 }
  for (const entry of played) {
    const found = suspected.has(`${unit.desks[entry.desk]?.counter_id}/${entry.day}`)
    const taps = sent.get(entry) ?? []
    const meant = taps.filter((tap) => tap.honest)
    if (entry.kind === null || entry.kind === 'helper') {
      honest.honest_days += 1
      honest.honest_suspected += found ? 1 : 0
      honest.honest_taps += meant.length
      honest.honest_set_aside += meant.filter(({ id }) => aside.has(id)).length
    }
    if (entry.kind === null) continue
    const key = `${entry.kind}/${entry.intensity}`
    const { kind, intensity } = entry
    const result = results.get(key) ?? { kind, intensity, days: 0, suspected: 0, false_taps: 0, set_aside: 0 }
    result.days += 1
    result.suspected += found ? 1 : 0
    result.false_taps += taps.length - meant.length
    result.set_aside += taps.filter((tap) => !tap.honest && aside.has(tap.id)).length
    results.set(key, result)
  }
  return { results: [...results.values()], ...honest }
}

/** A leader wants bad ratings gone: asks about every episode there is, then tries to decide alone. */
async function tryAlone(world: World, unit_id: string, played: readonly Played[]) {
  const leader = await logIn(world, 'unit_leader', Number(unit_id))
  const [first, last] = [played[0]?.day, played.at(-1)?.day]
  const range = `from=${first}&to=${last}`
  const before = await leader.get(`/api/v1/reports/units/${unit_id}?${range}`)
  const { items } = (await leader.get(`/api/v1/reports/units/${unit_id}/episodes?${range}`)) as { items: Episode[] }
  let [tries, alone] = [0, 0]
  for (const episode of items.slice(0, 50)) {
    const { local_day, rule, episode_id } = episode
    const wish = { unit_id, local_day, rule, episode_id, wants: 'set_aside', reason: 'Mô phỏng' }
    const { proposal_id } = await leader.post('/api/v1/proposals', wish)
    tries += 1
    const status = await leader.status('PATCH', `/api/v1/proposals/${proposal_id}`, {
      outcome: 'accepted',
      answer: 'x',
    })
    if (status < 300) alone += 1
  }
  if ((await callAs(world, {}).status('POST', '/api/v1/proposals', {})) !== 401) alone += 1
  await settle(world)
  const after = await leader.get(`/api/v1/reports/units/${unit_id}?${range}`)
  if (JSON.stringify(after.figure) !== JSON.stringify(before.figure)) alone += 1
  return { leader_tries: tries, leader_alone: alone }
}
