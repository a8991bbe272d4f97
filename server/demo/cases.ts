/** What the people of the demonstration brought up and how it was answered: by the same functions as through their pages. */
import { scopeOf } from '../domain/access.ts'
import { addDays, localDay } from '../domain/time.ts'
import { addWorkingDays, workingCalendar } from '../domain/working-days.ts'
import { listAccounts } from '../queries/accounts.ts'
import { withScope } from '../queries/database.ts'
import { listHolidays } from '../queries/holidays.ts'
import { actOnCase, openCase } from '../routes/case-deeds.ts'
import { decide, propose } from '../routes/episodes.ts'
import { endDoubt, raiseDoubt } from '../routes/roster-doubts.ts'
import type { ServiceParts } from '../services.ts'
import { instantAt } from './calendar.ts'
import { demoScope, idOf, type Office } from './office.ts'
import { planScenario } from './scenario.ts'
import type { Simulation } from './simulation.ts'

const ward = 'Phường Quyết Thắng'
const township = 'Thị trấn Mộc Châu'
const DUYEN = 'Cầm Thị Duyên'

/** Far enough back for everything below. */
const WORKING_DAYS = 40

/**
 * Cases of every kind: answered in time and late, accepted, in hand, advised on, due today, overdue. `openAccounts` came
 * before. What is told of a roster or of ratings stays a story: nobody's roster and no figure is changed by it.
 */
export async function openCases(
  { shifts, to }: Pick<Simulation, 'shifts' | 'to'>,
  office: Office,
  parts: ServiceParts,
): Promise<void> {
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
  const at = (back: number, minute = 540) => new Date(Math.min(instantAt(day(back), minute), clock.now()))
  const act = (who: string, back: number, id: string, body: Parameters<typeof actOnCase>[3], minute = 870) =>
    withScope(pools.app, as(who), (trx) => actOnCase(trx, as(who), id, body, at(back, minute)))
  const open = async (who: string, back: number, body: Parameters<typeof openCase>[2]) =>
    (await withScope(pools.app, as(who), (trx) => openCase(trx, as(who), body, at(back)))).case_id
  const words = (kind: 'explanation' | 'review', who: string, back: number, text: string) =>
    open(who, back, { kind, from: addDays(day(back), -7), to: addDays(day(back), -1), words: text })
  const matter = (who: string, unit: string, back: number, title: string) =>
    open(who, back, { kind: 'matter', unit_id: String(idOf(office.units, unit)), title })

  await answeredLongAgo()
  await waiting()
  await doubts()
  await proposals()

  async function answeredLongAgo() {
    const portal = await words(
      'explanation',
      'duyen',
      22,
      'Hai buổi chiều trong tuần, hệ thống của tỉnh bị gián đoạn nên người dân phải chờ lâu. Tôi đã giải thích và hẹn lại từng người.',
    )
    await act('lanhdao.mc', 21, portal, { state: 'accepted' })
    await act('lanhdao.mc', 19, portal, {
      outcome: 'noted',
      answer: 'Đã ghi nhận. Nguyên nhân là đường truyền, không do cán bộ. Ủy ban đã báo bộ phận kỹ thuật của tỉnh.',
    })
    const leave = await words(
      'review',
      'duyen',
      18,
      'Đề nghị xem xét lại hai ngày tôi nghỉ phép mà phân công vẫn ghi tên tôi ở quầy.',
    )
    await act('lanhdao.mc', 16, leave, {
      advice: 'uphold',
      text: 'Đúng. Đồng chí Duyên có đơn nghỉ phép; văn phòng chưa kịp cập nhật phân công.',
    })
    await act('danvan', 14, leave, {
      outcome: 'upheld',
      answer: 'Chấp thuận. Đề nghị văn phòng sửa phân công của hai ngày này để lượt đánh giá về đúng người.',
    })
    const chairs = await matter('lanhdao.mc', township, 30, 'Kê thêm ghế và quạt ở khu vực chờ')
    await act('lanhdao.mc', 28, chairs, { state: 'in_hand' })
    await act('lanhdao.mc', 22, chairs, { outcome: 'done', answer: 'Đã kê thêm 12 ghế và lắp 2 quạt treo tường.' })
    const hotline = await matter('lanhdao.mc', township, 33, 'Niêm yết số điện thoại đường dây nóng bằng chữ to')
    await act('lanhdao.mc', 20, hotline, {
      outcome: 'done',
      answer: 'Đã niêm yết ở cửa ra vào và trên từng quầy. Xin lỗi vì chậm do chờ in bảng.',
    })
    const forms = await matter('lanhdao.qt', ward, 26, 'Để sẵn mẫu đơn đã điền ví dụ ở bàn viết')
    await act('lanhdao.qt', 24, forms, { outcome: 'done', answer: 'Đã in mẫu có ví dụ cho 9 thủ tục hay dùng nhất.' })
    const count = await words('review', 'thao', 25, 'Đề nghị xem xét lại: số lượt của tôi ít nên tỷ lệ thay đổi nhiều.')
    await act('lanhdao.qt', 23, count, {
      advice: 'refuse',
      text: 'Số liệu đúng; trang của cán bộ đã ghi rõ khoảng tin cậy khi ít lượt.',
    })
    await act('danvan', 18, count, {
      outcome: 'refused',
      answer:
        'Không có gì sai để sửa. Với số lượt ít, chỉ nêu khoảng và không so sánh; không ai bị đánh giá theo số này.',
    })
  }

  async function waiting() {
    await words(
      'explanation',
      'duyen',
      5,
      'Tuần này quầy 1 nhận thêm hồ sơ chứng thực nên thời gian chờ dài hơn. Đề nghị bố trí thêm người vào buổi sáng.',
    )
    const frozen = await words(
      'review',
      'duyen',
      3,
      'Có một buổi chiều máy tính bảng bị treo, người dân phải bấm lại nhiều lần. Đề nghị xem xét lại buổi đó.',
    )
    await act('lanhdao.mc', 1, frozen, {
      advice: 'uphold',
      text: 'Đúng là máy bị treo; kỹ thuật đã thay máy ngay trong ngày.',
    })
    const signs = await matter('lanhdao.mc', township, 13, 'Dán hướng dẫn thủ tục đất đai bằng chữ to ở quầy 2')
    await act('lanhdao.mc', 11, signs, { state: 'in_hand' })
    const guide = await matter('lanhdao.mc', township, 4, 'Cử người hướng dẫn nộp hồ sơ trực tuyến vào sáng thứ Hai')
    await act('lanhdao.mc', 3, guide, { state: 'accepted' })
    await matter('lanhdao.qt', ward, 2, 'Chỉ rõ lối đi cho người khuyết tật từ cổng vào')
    const meeting = await words(
      'explanation',
      'thao',
      2,
      'Sáng thứ tư tôi tập huấn, người trực thay chưa quen thủ tục.',
    )
    await act('lanhdao.qt', 1, meeting, { state: 'accepted' })
  }

  /** Of the last two half-days on which the roster put the officer at a counter, five and two working days ago or before. */
  async function doubts() {
    const unit_id = idOf(office.units, township)
    const counters = await withScope(pools.app, as('duyen'), (trx) =>
      trx.selectFrom('counters').select(['counter_id', 'name']).where('unit_id', '=', unit_id).execute(),
    )
    const served = (back: number) => {
      for (let place = back; place < WORKING_DAYS; place += 1) {
        const moment = instantAt(day(place), 540)
        const shift = shifts.find(
          ({ unit, officer, starts, ends }) =>
            unit === township && officer === DUYEN && starts <= moment && (ends === null || moment < ends),
        )
        const counter = counters.find(({ name }) => name === shift?.counter)
        if (counter) return { counter_id: String(counter.counter_id), day: day(place) }
      }
      throw new Error('the demonstration has an officer who never served')
    }
    const raise = (back: number, note: string, part: 'morning' | 'afternoon') =>
      withScope(pools.app, as('duyen'), (trx) =>
        raiseDoubt(trx, as('duyen'), { ...served(back + 1), part, note }, at(back)),
      )
    const settled = await raise(9, 'Sáng hôm đó tôi đi họp, đồng chí khác ngồi thay.', 'morning')
    await withScope(pools.app, as('vanphong'), (trx) =>
      endDoubt(
        trx,
        as('vanphong'),
        settled.doubt_id,
        { outcome: 'stands', answer: 'Đã đối chiếu lịch họp: cuộc họp chuyển sang tuần sau, đồng chí có mặt ở quầy.' },
        at(7),
      ),
    )
    await raise(2, 'Chiều hôm đó tôi đi xác minh hồ sơ đất, không ngồi quầy.', 'afternoon')
  }

  /** About what the rules will have found once the night has judged those days. */
  async function proposals() {
    const unit_id = idOf(office.units, township)
    const planned = planScenario(to).planned.filter(({ unit }) => unit === township)
    const on = (counter: string) => planned.find((one) => one.counter === counter)?.day ?? day(9)
    const ask = (back: number, local_day: string, rule: string, reason: string) =>
      withScope(pools.app, as('lanhdao.mc'), (trx) =>
        propose(
          trx,
          as('lanhdao.mc'),
          { unit_id, local_day, rule, episode_id: null, wants: 'restore', reason },
          at(back),
        ),
      )
    const played = await ask(
      6,
      on('Quầy 3'),
      'mash',
      'Trong các lượt này có lượt của người lớn đi cùng, đề nghị tính lại.',
    )
    await withScope(pools.app, as('danvan'), (trx) =>
      decide(
        trx,
        as('danvan'),
        played,
        {
          outcome: 'refused',
          answer: 'Giữ nguyên: các lượt cách nhau dưới ba giây, đủ cả năm mức, là trẻ em nghịch máy.',
        },
        at(3),
      ),
    )
    await ask(1, on('Quầy 1'), 'mash', 'Ba lượt này là của một gia đình được cán bộ hướng dẫn, đề nghị tính lại.')
  }
}
