/** The roster of the staff pages: who stands where on a day and at a moment. */
import t from 'tap'
import { assignmentAt, halvesOf, partsLeft, staysOn } from '../../dashboards/roster.ts'
import type { Assignment } from '../../server/contract/assignments.ts'

const at = (local: string) => `${local}:00+07:00`
const assignment = (id: string, officer_id: string, starts: string, ends: string | null): Assignment => ({
  assignment_id: id,
  unit_id: 'u',
  counter_id: 'c',
  officer_id,
  starts_at: at(starts),
  ends_at: ends && at(ends),
})
const standing = assignment('a', 'old', '2026-01-05T07:30', null)

t.test('a day shows who stood there, in order, with the hours that are not the whole day', async (t) => {
  const shift = assignment('b', 'other', '2026-06-16T08:05', '2026-06-16T11:30')
  const before = assignment('a', 'old', '2026-01-05T07:30', '2026-06-16T08:05')
  const after = assignment('d', 'old', '2026-06-16T11:30', null)
  const stays = staysOn([after, shift, before], 'c', '2026-06-16')
  t.same(
    stays.map(({ officer_id, from, to, limited }) => [officer_id, from, to, limited]),
    [
      ['old', null, '08:05', false],
      ['other', '08:05', '11:30', true],
      ['old', '11:30', null, false],
    ],
  )
  t.same(staysOn([standing], 'c', '2026-01-04'), [], 'not before it began')
  t.same(staysOn([standing], 'elsewhere', '2026-06-16'), [])
  t.equal(staysOn([before], 'c', '2026-06-17').length, 0, 'not after it ended')
})

t.test('a shift that ends at midnight does not reach into the next day', async (t) => {
  const shift = assignment('b', 'other', '2026-06-16T13:00', '2026-06-17T00:00')
  t.equal(staysOn([shift], 'c', '2026-06-16')[0]?.to, null)
  t.equal(staysOn([shift], 'c', '2026-06-17').length, 0)
})

t.test('the assignment in force at a moment', async (t) => {
  const shift = assignment('b', 'other', '2026-06-16T08:00', '2026-06-16T12:00')
  t.equal(assignmentAt([shift], 'c', Date.parse(at('2026-06-16T08:00')))?.assignment_id, 'b', 'its first moment counts')
  t.equal(assignmentAt([shift], 'c', Date.parse(at('2026-06-16T12:00'))), null, 'its last does not')
})

t.test('what an officer can doubt of a day: the halves they stand in the roster for, each once', async (t) => {
  const halves = (...spans: (readonly [string | null, string | null])[]) =>
    halvesOf(spans.map(([from, to]) => ({ from, to })))
  t.same(halves([null, null]), ['morning', 'afternoon'])
  t.same(halves(['07:30', '11:30']), ['morning'])
  t.same(halves(['07:30', '12:00']), ['morning'], 'noon belongs to the afternoon, as where a doubt is judged')
  t.same(halves(['12:00', null]), ['afternoon'])
  t.same(halves(['07:30', '11:30'], ['13:30', '17:00']), ['morning', 'afternoon'])
  t.same(halves(['11:59', '12:01']), ['morning', 'afternoon'])
  t.same(halves(), [])
  t.same(partsLeft(['morning', 'afternoon'], []), ['day', 'morning', 'afternoon'])
  t.same(partsLeft(['morning'], []), ['morning'], 'of a shift nothing but the shift')
  t.same(partsLeft(['morning', 'afternoon'], [{ part: 'morning' }]), ['afternoon'])
  t.same(partsLeft(['morning', 'afternoon'], [{ part: 'morning' }, { part: 'afternoon' }]), [])
  t.same(partsLeft(['morning', 'afternoon'], [{ part: 'day' }]), [])
})
