/** Dossiers as they were told, read by time and by group: nothing counted twice, and no month for a part of it. */
import t from 'tap'
import { dossiersByGroup, dossiersByTime, toldWithin } from '../../dashboards/dossiers.ts'
import type { Dossiers } from '../../server/contract/visits.ts'

const told = (time: string, overdue: number, procedure_group = ''): Dossiers => ({
  unit_id: '1',
  day: time.length > 7 ? time : null,
  month: time.length > 7 ? null : time,
  procedure_group,
  ...{ same_day: 1, early: 2, on_time: 3, overdue },
})
const read = (lines: { of: string; overdue: number }[]) => lines.map(({ of, overdue }) => [of, overdue])

t.test(
  'by time: newest first, a month before its days, a total before its groups, groups together where none was told',
  async (t) => {
    const lines = dossiersByTime([
      told('2026-11-03', 4, 'Hộ tịch'),
      told('2026-11-03', 5, 'Đất đai'),
      told('2026-11-04', 1),
      told('2026-11-04', 7, 'Hộ tịch'),
      told('2026-11', 20),
      told('2026-10-30', 2),
      told('2026-12-01', 3),
    ])
    t.same(read(lines), [
      ['2026-12-01', 3],
      ['2026-11', 20],
      ['2026-11-04', 1],
      ['2026-11-03', 9],
      ['2026-10-30', 2],
    ])
    t.match(lines[3], { same_day: 2, early: 4, on_time: 6 })
  },
)

t.test('by group: a month told as a whole stands before its days, another month’s days count', async (t) => {
  const lines = dossiersByGroup([
    told('2026-11-03', 4, 'Hộ tịch'),
    told('2026-11', 9, 'Hộ tịch'),
    told('2026-10-30', 2, 'Hộ tịch'),
    told('2026-11-03', 5, 'Đất đai'),
    told('2026-11-03', 99),
  ])
  t.same(read(lines), [
    ['Đất đai', 5],
    ['Hộ tịch', 11],
  ])
})

t.test('within a range: its days, and months that lie in it as a whole', async (t) => {
  const all = ['2026-01', '2026-02', '2026-02-28', '2026-03-01', '2026-03'].map((time) => told(time, 1))
  const times = (from: string, to: string) => toldWithin(all, { from, to }).map(({ day, month }) => day ?? month)
  t.same(times('2026-02-01', '2026-02-28'), ['2026-02', '2026-02-28'])
  t.same(times('2026-02-02', '2026-03-30'), ['2026-02-28', '2026-03-01'])
  t.same(times('2026-01-01', '2026-03-31').length, 5)
})
