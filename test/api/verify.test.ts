/** Verify finds every fault that is planted, and nothing where nothing is wrong. */
import pg from 'pg'
import t from 'tap'
import { verifyFigures } from '../../server/count/verify.ts'
import type { CountClient } from '../../server/queries/database.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { batch, rating } from '../support/office.ts'
import { populate } from '../support/populate.ts'

let server: TestApp
let owner: pg.Client

t.before(async () => {
  server = await startTestApp(t)
  await populate(server)
  await server.count()
  owner = new pg.Client({ connectionString: server.db.ownerUrl })
  await owner.connect()
  t.teardown(() => owner.end())
})

/** Verifies inside the open transaction of the planted fault, which is then rolled back. */
async function verifyWith(plant: string): Promise<{ changed: number; found: string[] }> {
  await owner.query('begin')
  try {
    const { rowCount } = await owner.query(plant)
    const query = (text: string | { text: string }, values?: unknown[]) =>
      typeof text === 'string' && /^(begin|rollback)/.test(text)
        ? Promise.resolve({ rows: [] })
        : owner.query(text as string, values)
    const { differences } = await verifyFigures({ query } as unknown as CountClient)
    return { changed: rowCount ?? 0, found: [...new Set(differences.map(({ what }) => what))].sort() }
  } finally {
    await owner.query('rollback')
  }
}

const BLOCK = 'block with ratings of other counters or days, or of none'
const inBlock = 'rating_id in (select unnest(rating_ids) from blocks)'
const TALLIES = 'tallies against raw ratings'
const UNIT = 'unit totals against raw ratings'
const SPANS = 'unit months and years against unit totals'
const STEP_SPANS = 'unit months and years against unit steps'
const MONTHS = 'months of steps against steps'
const STEPS = 'steps + waiting against tallies'
const UNIT_STEPS = 'unit steps against steps'
const RULES = 'verdict against the rules'
const one = (table: string, where = 'true') => `ctid = (select ctid from ${table} where ${where} order by ctid limit 1)`

const faults: [what: string, plant: string, found: string[]][] = [
  ['a tally that grew by one', `update tallies set n5 = n5 + 1 where ${one('tallies')}`, [STEPS, TALLIES]],
  [
    'two levels swapped in a tally',
    `update tallies set n1 = n1 + 1, n5 = n5 - 1 where ${one('tallies')}`,
    [STEPS, TALLIES],
  ],
  [
    'a mark more in a tally',
    `update tallies set marks[9] = marks[9] + 1 where ${one('tallies', 'marks[9] > 0')}`,
    [STEPS, TALLIES],
  ],
  ['a mark of an item far behind', `update tallies set marks[40] = 1 where ${one('tallies')}`, [STEPS, TALLIES]],
  [
    'kept counted as broken',
    `update tallies set marks[10] = marks[9], marks[9] = 0 where ${one('tallies', 'marks[9] > 0')}`,
    [STEPS, TALLIES],
  ],
  [
    'service_only changed',
    `update tallies set service_only = service_only + 1 where ${one('tallies')}`,
    [STEPS, TALLIES],
  ],
  ['a tally lost', `delete from tallies where ${one('tallies')}`, [STEPS, TALLIES]],
  [
    'a tally given to another officer',
    `update tallies set officer_id = 99 where ${one('tallies', 'officer_id is not null')}`,
    [STEPS, TALLIES],
  ],
  ['a tally in another month', `update tallies set month = '2026-01-01' where ${one('tallies')}`, [TALLIES]],
  [
    'a tally of nobody’s ratings that nobody gave',
    `insert into tallies (unit_id, counter_id, month, set_aside, n1) values (1, 1, '2026-01-01', false, 1)`,
    [STEPS, TALLIES],
  ],
  ['a unit total changed', `update unit_tallies set n3 = n3 + 1 where ${one('unit_tallies')}`, [SPANS, UNIT]],
  ['a unit total lost', `delete from unit_tallies where ${one('unit_tallies')}`, [SPANS, UNIT]],
  [
    'marks of a unit total',
    `update unit_tallies set marks = null where ${one('unit_tallies', 'marks is not null')}`,
    [SPANS, UNIT],
  ],
  ['a waiting row lost', `delete from waiting where ${one('waiting')}`, [STEPS]],
  ['a waiting row turned round', `update waiting set sign = -sign where ${one('waiting')}`, [STEPS]],
  ['a waiting row of another officer', `update waiting set officer_id = 99 where ${one('waiting')}`, [STEPS]],
  ['a step that grew', `update steps set n4 = n4 + 1 where ${one('steps')}`, [MONTHS, STEPS, UNIT_STEPS]],
  [
    'marks of a step',
    `update steps set marks[1] = coalesce(marks[1], 0) + 1 where ${one('steps')}`,
    [MONTHS, STEPS, UNIT_STEPS],
  ],
  ['a step lost', `delete from steps where ${one('steps')}`, [MONTHS, STEPS, UNIT_STEPS]],
  [
    'a step moved to another day',
    `update steps set local_day = '2026-01-01' where ${one('steps')}`,
    [MONTHS, UNIT_STEPS],
  ],
  [
    'a step given to nobody',
    `update steps set officer_id = null where ${one('steps', 'officer_id is not null')}`,
    [MONTHS, STEPS],
  ],
  ['a unit’s steps changed', `update unit_steps set n5 = n5 - 1 where ${one('unit_steps')}`, [STEP_SPANS, UNIT_STEPS]],
  ['a unit’s steps lost', `delete from unit_steps where ${one('unit_steps')}`, [STEP_SPANS, UNIT_STEPS]],
  [
    'a unit’s month changed',
    `update unit_tally_spans set n3 = n3 + 1 where ${one('unit_tally_spans', 'months = 1')}`,
    [SPANS],
  ],
  ['a unit’s year lost', `delete from unit_tally_spans where ${one('unit_tally_spans', 'months = 12')}`, [SPANS]],
  [
    'marks of a unit’s year of steps',
    `update unit_step_spans set marks[1] = coalesce(marks[1], 0) + 1 where ${one('unit_step_spans', 'months = 12')}`,
    [STEP_SPANS],
  ],
  ['an officer’s month of steps changed', `update step_months set n5 = n5 - 1 where ${one('step_months')}`, [MONTHS]],
  ['an officer’s month of steps lost', `delete from step_months where ${one('step_months')}`, [MONTHS]],
  [
    'a counter’s last day moved',
    `update counter_activity set last_day = '2026-01-01' where ${one('counter_activity')}`,
    ['last day of a counter'],
  ],
  [
    'a verdict for another officer',
    `update verdicts set officer_id = 99 where ${one('verdicts', 'officer_id is not null')}`,
    [TALLIES, RULES],
  ],
  [
    'a rating set aside against the rules',
    `update verdicts set set_aside = 2 where ${one('verdicts', 'set_aside = 0')}`,
    [TALLIES, UNIT, RULES],
  ],
  [
    'a misused rating counted',
    `update verdicts set set_aside = 0 where ${one('verdicts', 'set_aside = 1')}`,
    [TALLIES, UNIT, RULES],
  ],
  [
    'set aside by the wrong rule',
    `update verdicts set set_aside = 2 where ${one('verdicts', 'set_aside = 1')}`,
    [RULES],
  ],
  [
    'a verdict lost',
    `delete from verdicts where ${one('verdicts')}`,
    [TALLIES, UNIT, 'rating without a verdict and not in the inbox'],
  ],
  [
    'a citizen’s answer changed',
    `update ratings set level = 6 - level where ${one('ratings', 'level = 5')}`,
    [TALLIES, UNIT],
  ],
  [
    'a mark taken out of a rating',
    `update ratings set marks = '' where ${one('ratings', "marks <> ''")}`,
    [TALLIES, UNIT],
  ],
  [
    'a kept mark turned into a broken one',
    `update ratings set marks = set_byte(marks, 0, get_byte(marks, 0) | 128)
      where ${one('ratings', 'length(marks) > 0 and get_byte(marks, 0) < 128')}`,
    [TALLIES, UNIT],
  ],
  [
    'a broken mark of the service turned into one of a commitment',
    `update ratings set marks = '\\x81' where ${one('ratings', "level <= 3 and marks = '\\x8e'")}`,
    [TALLIES, UNIT],
  ],
  [
    'a rating deleted',
    `delete from ratings where ${one('ratings', inBlock)}`,
    [TALLIES, UNIT, BLOCK, 'moment without its rating', 'verdict without its rating'],
  ],
  ['a block of another counter', `update blocks set counter_id = 99 where ${one('blocks')}`, [BLOCK]],
  [
    'a block of other days',
    `update blocks set last_day = first_day - 1, first_day = first_day - 1 where ${one('blocks')}`,
    [BLOCK],
  ],
  [
    'a rating in two blocks',
    `insert into blocks select gen_random_uuid(), counter_id, first_day, last_day, rating_ids from blocks where ${one('blocks')}`,
    ['rating in more than one block'],
  ],
  [
    'a roster changed behind counting’s back',
    `update assignments set during = tstzrange(lower(during), '2026-11-20') where ${one('assignments')}`,
    [RULES],
  ],
]

t.test('nothing is wrong, and nothing is found', async (t) => {
  t.same((await server.verify()).differences, [])
  t.same(await verifyWith('select'), { changed: 1, found: [] })
})

for (const [what, plant, wanted] of faults) {
  t.test(what, async (t) => {
    const { changed, found } = await verifyWith(plant)
    t.ok(changed > 0, 'the fault was planted')
    t.same(found, [...wanted].sort(), 'and found for what it is, by nothing else')
  })
}

t.test('five that wait and were not published', async (t) => {
  const { found } = await verifyWith(
    `insert into waiting (rating_id, unit_id, counter_id, set_aside, sign)
     select rating_id, unit_id, counter_id, false, 1 from ratings where counter_id = (select min(counter_id) from counters) limit 5`,
  )
  t.ok(found.includes('five or more new ones wait unpublished'))
})

t.test('a rating that is only received is no difference: it waits to be counted', async (t) => {
  const [tablet] = await server.db.query<{ terminal_id: number }>(
    'select min(terminal_id) as terminal_id from ratings where terminal_id in (select terminal_id from terminals where revoked_at is null)',
  )
  const token = 'a-token-of-this-test'
  await server.db.query('update terminals set token_hash = sha256($1::text::bytea) where terminal_id = $2', [
    token,
    tablet?.terminal_id,
  ])
  const before = await server.verify()
  await server.tablet(token).post('/api/v1/ratings', batch([rating()]))
  const { ratings, inbox, rederived, differences } = await server.verify()
  t.same(differences, [])
  t.equal(ratings, before.ratings + 1)
  t.equal(inbox, 1)
  t.ok(rederived < before.rederived, 'the day it belongs to is left out until it is counted')
  t.ok(
    (await verifyWith('delete from inbox')).found.includes('rating without a verdict and not in the inbox'),
    'unless its inbox row is lost',
  )
  await server.count()
  t.equal((await server.verify()).rederived, ratings)
})

t.test('verify changes nothing and may run while the server works', async (t) => {
  const [verified] = await Promise.all([
    server.verify(),
    ...Array.from({ length: 10 }, () =>
      server.tablet('a-token-of-this-test').post('/api/v1/ratings', batch([rating()])),
    ),
    server.count(),
  ])
  t.same(verified.differences, [])
})
