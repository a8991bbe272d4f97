/** Working days over weekends, holidays and days worked in exchange. */
import t from 'tap'
import { addWorkingDays, countWorkingDays, isWorkingDay, workingCalendar } from '../../server/domain/working-days.ts'

t.test(
  'working days: weekends, holidays, days worked in exchange, and a unit’s own word before the province’s',
  async (t) => {
    const holidays = [
      { unit_id: null, day: '2026-04-27', kind: 'off' as const },
      { unit_id: null, day: '2026-04-30', kind: 'off' as const },
      { unit_id: null, day: '2026-05-01', kind: 'off' as const },
      { unit_id: null, day: '2026-05-09', kind: 'working' as const },
      { unit_id: 3, day: '2026-04-30', kind: 'working' as const },
      { unit_id: 4, day: '2026-05-04', kind: 'off' as const },
    ]
    const calendar = workingCalendar(holidays, 1)
    t.equal(isWorkingDay('2026-04-29', calendar), true)
    t.equal(isWorkingDay('2026-04-30', calendar), false)
    t.equal(isWorkingDay('2026-05-09', calendar), true, 'a Saturday that is worked')
    t.equal(isWorkingDay('2026-04-30', workingCalendar(holidays, 3)), true, 'the unit says otherwise')
    t.equal(
      isWorkingDay('2026-05-02', workingCalendar([], 1, [1, 2, 3, 4, 5, 6])),
      true,
      'a unit that opens on Saturdays',
    )
    t.equal(addWorkingDays('2026-04-29', 1, calendar), '2026-05-04')
    t.equal(addWorkingDays('2026-04-29', 1, workingCalendar(holidays, 4)), '2026-05-05')
    t.equal(addWorkingDays('2026-04-30', 5, calendar), '2026-05-08', 'a day off counts as no day')
    t.equal(addWorkingDays('2026-05-04', -2, calendar), '2026-04-28')
    t.equal(addWorkingDays('2026-05-02', 0, calendar), '2026-05-02')
    t.equal(countWorkingDays('2026-04-27', '2026-05-09', calendar), 8)
    t.equal(countWorkingDays('2026-05-09', '2026-04-27', calendar), 0)
    t.throws(() => addWorkingDays('2026-05-04', 1, workingCalendar([], 1, [])), RangeError)
  },
)
