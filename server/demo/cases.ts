/** What the people of the demonstration brought up and how it was answered: by the same functions as through their pages. */
import { scopeOf } from '../domain/access.ts'
import { MIN_FIGURE } from '../domain/disclosure.ts'
import { type EpisodeRule, setsAside } from '../domain/episodes.ts'
import { addDays, localDay, weekday } from '../domain/time.ts'
import { addWorkingDays, workingCalendar } from '../domain/working-days.ts'
import { listAccounts } from '../queries/accounts.ts'
import { withScope } from '../queries/database.ts'
import { type EpisodeRow, listEpisodes } from '../queries/episodes.ts'
import { listHolidays } from '../queries/holidays.ts'
import { actOnCase, openCase } from '../routes/case-deeds.ts'
import { decide, propose } from '../routes/episodes.ts'
import { endDoubt, raiseDoubt } from '../routes/roster-doubts.ts'
import type { ServiceParts } from '../services.ts'
import { instantAt } from './calendar.ts'
import type { Story } from './load.ts'
import { demoScope, idOf, type Office } from './office.ts'
import type { Simulation } from './simulation.ts'

const ward = 'Phường Quyết Thắng'
const township = 'Thị trấn Mộc Châu'
const officers: Record<string, { unit: string; name: string }> = {
  duyen: { unit: township, name: 'Cầm Thị Duyên' },
  thao: { unit: ward, name: 'Lò Thị Thảo' },
}

/** Far enough back for everything below. */
const WORKING_DAYS = 40
const NINE = 540

/**
 * Cases of every kind: answered in time and late, accepted, in hand, advised on, due today, overdue. `openAccounts` came
 * before. What is told of a roster or of ratings stays a story: nobody's roster and no figure is changed by it. The answer
 * tells it as far as a moment, in the order of time.
 */
export async function planCases(
  { shifts }: Pick<Simulation, 'shifts'>,
  office: Office,
  parts: ServiceParts,
): Promise<Story> {
  const { pools, clock } = parts
  const today = localDay(clock.now())
  const { people, calendar } = await withScope(pools.app, demoScope, async (trx) => {
    const accounts = await listAccounts(trx, { after: null, limit: 500 }, { unit_id: null })
    const holidays = await listHolidays(trx, { from: addDays(today, -3 * WORKING_DAYS), to: today })
    return {
      people: new Map(accounts.map(({ username, account_id, grants }) => [username, scopeOf(account_id, grants)])),
      calendar: workingCalendar(holidays, null),
    }
  })
  const as = (username: string) => {
    const scope = people.get(username)
    if (!scope) throw new Error(`the demonstration has no account ${username}`)
    return scope
  }
  /** So many working days ago, in the course of the morning or, from the second deed of that day on, of the afternoon. */
  const day = (back: number) => addWorkingDays(today, -back, calendar)
  const deeds: { at: Date; run: () => Promise<unknown> }[] = []
  const plan = <T>(back: number, minute: number, run: (at: Date) => Promise<T>): { made?: T } => {
    const at = new Date(instantAt(day(back), minute))
    const told: { made?: T } = {}
    deeds.push({
      at,
      run: async () => {
        told.made = await run(at)
      },
    })
    return told
  }
  const madeBy = <T>({ made }: { made?: T }): T => {
    if (made === undefined) throw new Error('the demonstration answers what nobody has said')
    return made
  }
  const act = (who: string, back: number, one: { made?: string }, body: Parameters<typeof actOnCase>[3]) =>
    plan(back, 870, (at) => withScope(pools.app, as(who), (trx) => actOnCase(trx, as(who), madeBy(one), body, at)))
  const open = (who: string, back: number, body: Parameters<typeof openCase>[2]) =>
    plan(
      back,
      NINE,
      async (at) => (await withScope(pools.app, as(who), (trx) => openCase(trx, as(who), body, at))).case_id,
    )
  const matter = (who: string, unit: string, back: number, title: string) =>
    open(who, back, { kind: 'matter', unit_id: String(idOf(office.units, unit)), title })
  /** Whether the roster puts the officer at a counter of the unit that morning, and at which. */
  const counterOf = ({ unit, name }: { unit: string; name: string }, date: string) => {
    const moment = instantAt(date, NINE)
    return shifts.find(
      ({ unit: place, officer, starts, ends }) =>
        place === unit && officer === name && starts <= moment && (ends === null || moment < ends),
    )?.counter
  }
  /** The last whole week, Monday to Friday, that the officer served before a day. */
  const servedWeek = (who: string, before: string) => {
    const officer = officers[who]
    for (let monday = addDays(before, -6 - weekday(before)); officer; monday = addDays(monday, -7)) {
      const week = Array.from({ length: 5 }, (_, index) => addDays(monday, index))
      if (week.every((date) => counterOf(officer, date) !== undefined)) return { from: monday, to: addDays(monday, 4) }
      if (addDays(monday, 7 * WORKING_DAYS) < before) break
    }
    throw new Error(`${who} never served a whole week in the demonstration`)
  }
  const words = (kind: 'explanation' | 'review', who: string, back: number, text: string) =>
    open(who, back, { kind, ...servedWeek(who, day(back)), words: text })

  answeredLongAgo()
  waiting()
  doubts()
  proposals()
  deeds.sort((one, other) => one.at.getTime() - other.at.getTime())
  return async (until) => {
    while (deeds[0] && deeds[0].at.getTime() <= until) await deeds.shift()?.run()
  }

  function answeredLongAgo() {
    const portal = words(
      'explanation',
      'duyen',
      22,
      'Hai buổi chiều trong tuần, hệ thống của tỉnh bị gián đoạn nên người dân phải chờ lâu. Tôi đã giải thích và hẹn lại từng người.',
    )
    act('lanhdao.mc', 21, portal, { state: 'accepted' })
    act('lanhdao.mc', 19, portal, {
      outcome: 'noted',
      answer: 'Đã ghi nhận. Nguyên nhân là đường truyền, không do cán bộ. Ủy ban đã báo bộ phận kỹ thuật của tỉnh.',
    })
    const leave = words(
      'review',
      'duyen',
      18,
      'Đề nghị xem xét lại hai ngày tôi nghỉ phép mà phân công vẫn ghi tên tôi ở quầy.',
    )
    act('lanhdao.mc', 16, leave, {
      advice: 'uphold',
      text: 'Đúng. Đồng chí Duyên có đơn nghỉ phép; văn phòng chưa kịp cập nhật phân công.',
    })
    act('danvan', 14, leave, {
      outcome: 'upheld',
      answer: 'Chấp thuận. Đề nghị văn phòng sửa phân công của hai ngày này để lượt đánh giá về đúng người.',
    })
    const chairs = matter('lanhdao.mc', township, 30, 'Kê thêm ghế và quạt ở khu vực chờ')
    act('lanhdao.mc', 28, chairs, { state: 'in_hand' })
    act('lanhdao.mc', 22, chairs, { outcome: 'done', answer: 'Đã kê thêm 12 ghế và lắp 2 quạt treo tường.' })
    const hotline = matter('lanhdao.mc', township, 33, 'Niêm yết số điện thoại đường dây nóng bằng chữ to')
    act('lanhdao.mc', 20, hotline, {
      outcome: 'done',
      answer: 'Đã niêm yết ở cửa ra vào và trên từng quầy. Xin lỗi vì chậm do chờ in bảng.',
    })
    const forms = matter('lanhdao.qt', ward, 26, 'Để sẵn mẫu đơn đã điền ví dụ ở bàn viết')
    act('lanhdao.qt', 24, forms, { outcome: 'done', answer: 'Đã in mẫu có ví dụ cho 9 thủ tục hay dùng nhất.' })
    const count = words('review', 'thao', 25, 'Đề nghị xem xét lại: số lượt của tôi ít nên tỷ lệ thay đổi nhiều.')
    act('lanhdao.qt', 23, count, {
      advice: 'refuse',
      text: 'Số liệu đúng; trang của cán bộ đã ghi rõ khoảng tin cậy khi ít lượt.',
    })
    act('danvan', 18, count, {
      outcome: 'refused',
      answer:
        'Không có gì sai để sửa. Với số lượt ít, chỉ nêu khoảng, so với dao động thông thường của đơn vị; không ai bị đánh giá theo số này.',
    })
  }

  function waiting() {
    words(
      'explanation',
      'duyen',
      5,
      'Tuần đó quầy 1 nhận thêm hồ sơ chứng thực nên thời gian chờ dài hơn. Đề nghị bố trí thêm người vào buổi sáng.',
    )
    const frozen = words(
      'review',
      'duyen',
      3,
      'Có một buổi chiều máy tính bảng bị treo, người dân phải bấm lại nhiều lần. Đề nghị xem xét lại buổi đó.',
    )
    act('lanhdao.mc', 1, frozen, {
      advice: 'uphold',
      text: 'Đúng là máy bị treo; kỹ thuật đã thay máy ngay trong ngày.',
    })
    const signs = matter('lanhdao.mc', township, 13, 'Dán hướng dẫn thủ tục đất đai bằng chữ to ở quầy 2')
    act('lanhdao.mc', 11, signs, { state: 'in_hand' })
    const guide = matter('lanhdao.mc', township, 4, 'Cử người hướng dẫn nộp hồ sơ trực tuyến vào sáng thứ Hai')
    act('lanhdao.mc', 3, guide, { state: 'accepted' })
    matter('lanhdao.qt', ward, 2, 'Chỉ rõ lối đi cho người khuyết tật từ cổng vào')
    const meeting = words('explanation', 'thao', 2, 'Sáng thứ tư tôi tập huấn, người trực thay chưa quen thủ tục.')
    act('lanhdao.qt', 1, meeting, { state: 'accepted' })
  }

  /** Of the last two half-days on which the roster put the officer at a counter, nine and two working days ago or before. */
  function doubts() {
    const unit_id = idOf(office.units, township)
    const duyen = { unit: township, name: 'Cầm Thị Duyên' }
    const served = (back: number) => {
      for (let place = back; place < WORKING_DAYS; place += 1) {
        const counter = counterOf(duyen, day(place))
        if (counter) return { counter, day: day(place) }
      }
      throw new Error('the demonstration has an officer who never served')
    }
    const raise = (back: number, note: string, part: 'morning' | 'afternoon') =>
      plan(back, NINE, (at) =>
        withScope(pools.app, as('duyen'), async (trx) => {
          const { counter, day: date } = served(back + 1)
          const { counter_id } = await trx
            .selectFrom('counters')
            .select('counter_id')
            .where('unit_id', '=', unit_id)
            .where('name', '=', counter)
            .executeTakeFirstOrThrow()
          return raiseDoubt(trx, as('duyen'), { counter_id: String(counter_id), day: date, part, note }, at)
        }),
      )
    const meeting = raise(9, 'Sáng hôm đó tôi đi họp, đồng chí khác ngồi thay.', 'morning')
    const answer = 'Đã đối chiếu lịch họp: cuộc họp chuyển sang tuần sau, đồng chí có mặt ở quầy.'
    plan(7, 870, (at) =>
      withScope(pools.app, as('vanphong'), (trx) =>
        endDoubt(trx, as('vanphong'), madeBy(meeting).doubt_id, { outcome: 'stands', answer }, at),
      ),
    )
    raise(2, 'Chiều hôm đó tôi đi xác minh hồ sơ đất, không ngồi quầy.', 'afternoon')
  }

  /** About what the nights have found by then, which is asked for as a leader does: nothing of it is told that they could not read. */
  function proposals() {
    const unit_id = idOf(office.units, township)
    const ask = (back: number, fits: (episode: EpisodeRow) => boolean, reason: string) =>
      plan(back, NINE, (at) =>
        withScope(pools.app, as('lanhdao.mc'), async (trx) => {
          const range = { from: day(WORKING_DAYS), to: day(back) }
          const found = (await listEpisodes(trx, unit_id, range)).find(
            (one) => setsAside(one.rule as EpisodeRule) && fits(one),
          )
          if (!found) throw new Error('the nights of the demonstration found nothing to ask about')
          const { local_day, rule, n } = found
          const episode_id = n >= MIN_FIGURE ? found.episode_id : null
          const asked = { unit_id, local_day, rule, episode_id, wants: 'restore' as const, reason }
          return propose(trx, as('lanhdao.mc'), asked, at)
        }),
      )
    const played = ask(
      6,
      ({ n }) => n >= MIN_FIGURE,
      'Trong các lượt này có lượt của người lớn đi cùng, đề nghị tính lại.',
    )
    const answer = 'Giữ nguyên: các lượt được bấm nhanh hơn thời gian cần để đọc câu hỏi, đúng là trẻ em nghịch máy.'
    plan(3, NINE, (at) =>
      withScope(pools.app, as('danvan'), (trx) =>
        decide(trx, as('danvan'), madeBy(played), { outcome: 'refused', answer }, at),
      ),
    )
    ask(1, ({ n }) => n < MIN_FIGURE, 'Các lượt này là của một gia đình được cán bộ hướng dẫn, đề nghị tính lại.')
  }
}
