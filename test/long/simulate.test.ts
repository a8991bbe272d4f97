/** The lanes of the simulation that go through the real API, in small: what they find is really there. */
import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { readGamingPlans } from '../../server/simulate/gaming.ts'
import { runGaming } from '../../server/simulate/gaming-lane.ts'
import { runLinkage } from '../../server/simulate/linkage.ts'
import { runQuarter } from '../../server/simulate/quarter-lane.ts'
import type { World } from '../../server/simulate/world.ts'
import { startTestApp } from '../support/app.ts'

async function openWorld(t: Test): Promise<World> {
  const server = await startTestApp(t, { at: '2026-03-02T06:00:00+07:00' })
  const client = await server.pools.openCountClient()
  t.teardown(() => client.end())
  const { app, pools, clock, db } = server
  return { app, pools, clock, client, asThief: (text, values) => db.query(text, values) as never }
}

t.test('gaming that can be seen is seen, helpers are not accused, and a leader alone changes nothing', async (t) => {
  const plans = readGamingPlans(readFileSync(new URL('../fixtures/gaming.json', import.meta.url), 'utf8'))
  for (const plan of Object.values(plans)) plan.ladder = []
  const lane = await runGaming(await openWorld(t), plans, 'test', 3)
  for (const { kind, days, suspected, false_taps, set_aside } of lane.results) {
    if (plans[kind].seen === true) {
      t.equal(suspected, days, kind)
      t.ok(set_aside > false_taps / 2, `${kind}: ${set_aside} of ${false_taps} taps set aside`)
    }
    if (plans[kind].seen === null) t.equal(suspected, 0, `${kind} is no gaming`)
  }
  t.ok(lane.honest_days >= 21 && lane.honest_suspected <= 2, `${lane.honest_suspected} of ${lane.honest_days}`)
  t.equal(lane.leader_alone, 0)
  t.ok(lane.leader_tries > 3)
})

t.test('what is concluded of officers comes from the reports, beside what is true of them', async (t) => {
  const { officers, with_interval, holding } = await runQuarter(await openWorld(t), 'test', 2)
  t.equal(officers.length, 18)
  t.ok(with_interval > 3 && holding >= with_interval * 0.7, `${holding} of ${with_interval}`)
  for (const { n, value, lower, upper } of officers) {
    if (n < 30) t.equal(value, null, 'no share below thirty')
    if (n >= 10) t.ok(lower !== null && upper !== null && lower < upper)
  }
})

t.test('a thief: everything from a young copy, chance from an old one', async (t) => {
  const log = pino({ level: 'silent' })
  const [young, old] = await runLinkage(await openWorld(t), 'test', 5, [3, 45], log)
  t.ok(young && young.linked > young.chance + 0.2, `young: ${young?.linked} against ${young?.chance}`)
  t.ok(old && old.linked < old.chance + 0.15, `old: ${old?.linked} against ${old?.chance}, by ${old?.way}`)
})
