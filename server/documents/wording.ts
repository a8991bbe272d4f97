/** The words of an official report, Vietnamese and English; a missing one does not compile. */
import type { CasesInTime } from '../contract/cases.ts'
import type { Period } from '../contract/periods.ts'
import type { Dossiers } from './compose.ts'
import { formatCount, formatDay, formatInterval, formatPoints, formatShare, type Language } from './numbers.ts'

export interface Rate {
  readonly value: number
  readonly lower: number
  readonly upper: number
}

/** "120 (40,0 %)" */
const portion = (part: number, whole: number, language: Language) =>
  `${formatCount(part, language)} (${formatShare(part / whole, language)})`

const roman = ['I', 'II', 'III', 'IV']
const months = 'January February March April May June July August September October November December'.split(' ')

/** "1 unit", "1,000 units" */
const many = (n: number, noun: string) => `${formatCount(n, 'en')} ${noun}${n === 1 ? '' : 's'}`

const vi = {
  title: 'BÁO CÁO',
  draft: 'DỰ THẢO',
  subject: (unit: string | null) =>
    unit === null
      ? 'Kết quả đánh giá mức độ hài lòng của người dân tại các đơn vị thực hiện mô hình “Chính quyền thân thiện”'
      : `Kết quả đánh giá mức độ hài lòng của người dân tại ${unit}, thực hiện mô hình “Chính quyền thân thiện”`,
  period: (name: string | null, from: string, to: string) =>
    name === null
      ? `(Từ ${formatDay(from)} đến ${formatDay(to)})`
      : `(${name}, từ ${formatDay(from)} đến ${formatDay(to)})`,
  periodName: ({ span, year, index }: Period) =>
    span === 'month'
      ? `Tháng ${index}/${year}`
      : span === 'quarter'
        ? `Quý ${roman[index - 1]}/${year}`
        : span === 'half'
          ? `Sáu tháng ${index === 1 ? 'đầu' : 'cuối'} năm ${year}`
          : `Năm ${year}`,
  situation: 'I. TÌNH HÌNH TRIỂN KHAI',
  results: 'II. KẾT QUẢ',
  limits: 'III. HẠN CHẾ, NGUYÊN NHÂN',
  limits_hint: '(Phần này do người viết báo cáo bổ sung: hạn chế, nguyên nhân khách quan, chủ quan.)',
  tasks: 'IV. NHIỆM VỤ KỲ TỚI',
  tasks_hint: '(Phần này do người viết báo cáo bổ sung: nhiệm vụ, người chịu trách nhiệm, thời hạn.)',
  annex: 'PHỤ LỤC: PHƯƠNG PHÁP VÀ CHẤT LƯỢNG SỐ LIỆU',
  scale: (units: number | null, counters: number, officers: number) =>
    `${units === null ? 'Đơn vị' : `Toàn tỉnh có ${formatCount(units, 'vi')} đơn vị`} bố trí ${formatCount(counters, 'vi')} quầy tiếp nhận và ${formatCount(officers, 'vi')} cán bộ phục vụ người dân.`,
  signed: (signed: number, officers: number) =>
    `${formatCount(signed, 'vi')}/${formatCount(officers, 'vi')} cán bộ đã ký cam kết “4 xin, 4 luôn, 5 không”.`,
  received: (aside: number | null, counted: number) =>
    aside === null
      ? `Trong kỳ có ${formatCount(counted, 'vi')} lượt đánh giá được tính; tạm chưa tính dưới 5 lượt.`
      : `Trong kỳ tiếp nhận ${formatCount(counted + aside, 'vi')} lượt đánh giá của người dân; tạm chưa tính ${formatCount(aside, 'vi')} lượt; ${formatCount(counted, 'vi')} lượt được tính.`,
  received_few: 'Trong kỳ có quá ít lượt đánh giá để công bố số lượng.',
  visits: (ratings: number, visits: number, rate: number, units: number | null) =>
    `${units === null ? 'Nơi có' : `Tại ${formatCount(units, 'vi')} đơn vị có`} số lượt phục vụ: ${formatCount(ratings, 'vi')} lượt đánh giá trên ${formatCount(visits, 'vi')} lượt phục vụ (tỷ lệ tham gia đánh giá ${formatShare(rate, 'vi')}).`,
  visits_implausible: (ratings: number, visits: number) =>
    `Số lượt phục vụ đã nhập (${formatCount(visits, 'vi')}) ít hơn số lượt đánh giá (${formatCount(ratings, 'vi')}) nên không tính tỷ lệ tham gia đánh giá; đề nghị rà soát số liệu nhập.`,
  dossiers: (all: number, by: Dossiers, units: number | null) =>
    `${units === null ? 'Đã' : `${formatCount(units, 'vi')} đơn vị có số liệu đã`} trả ${formatCount(all, 'vi')} hồ sơ: ${portion(by.same_day, all, 'vi')} trả trong ngày, ${portion(by.early, all, 'vi')} trước hạn, ${portion(by.on_time, all, 'vi')} đúng hạn, ${portion(by.overdue, all, 'vi')} quá hạn.`,
  paper_slips: (slips: number) =>
    `Ngoài ra có ${formatCount(slips, 'vi')} phiếu giấy được chuyển đi khi chưa mở; phiếu giấy không nằm trong các số liệu của báo cáo này.`,
  visits_unknown:
    'Chưa có số lượt phục vụ nên không tính được tỷ lệ tham gia đánh giá. Im lặng không được coi là hài lòng.',
  no_terminals: 'Lúc chốt số liệu chưa có máy tính bảng đánh giá nào được đưa vào sử dụng.',
  fleet: (terminals: number, silent: number) =>
    silent === 0
      ? `${formatCount(terminals, 'vi')} máy tính bảng đánh giá đều có liên lạc trong 24 giờ trước lúc chốt số liệu.`
      : `${formatCount(terminals, 'vi')} máy tính bảng đánh giá, trong đó ${formatCount(silent, 'vi')} máy không liên lạc quá 24 giờ lúc chốt số liệu: lượt đánh giá trên các máy đó chưa có trong báo cáo.`,
  headline: (rate: Rate, n: number) =>
    `Tỷ lệ hài lòng là ${formatShare(rate.value, 'vi')} (khoảng tin cậy 95 %: ${formatInterval(rate, 'vi')}), tính trên ${formatCount(n, 'vi')} lượt đánh giá.`,
  headline_none: 'Số lượt đánh giá trong kỳ chưa đủ 5 nên không nêu tỷ lệ.',
  change: (name: string, value: number, lower: number, upper: number) =>
    `${name}: so với kỳ trước ${value < 0 ? 'giảm' : 'tăng'} ${formatPoints(Math.abs(value), 'vi').slice(1)} điểm phần trăm (khoảng tin cậy 95 %: ${formatPoints(lower, 'vi')} đến ${formatPoints(upper, 'vi')}), khác biệt đáng chú ý.`,
  no_change: (all: boolean) =>
    `So với kỳ trước, các đơn vị còn lại${all ? '' : ' so sánh được'} nằm trong dao động thông thường.`,
  no_change_one: 'So với kỳ trước, kết quả nằm trong dao động thông thường.',
  no_change_all: (all: boolean) =>
    `So với kỳ trước, mọi đơn vị${all ? '' : ' so sánh được'} đều nằm trong dao động thông thường.`,
  not_compared_some: (units: number) =>
    `Có ${formatCount(units, 'vi')} đơn vị không so sánh được với kỳ trước: một trong hai kỳ chưa đủ số lượt đánh giá.`,
  not_compared: 'Không so sánh với kỳ trước: một trong hai kỳ chưa đủ số lượt đánh giá.',
  service_only: (low: number, service: number) =>
    `Trong ${formatCount(low, 'vi')} lượt chưa hài lòng (mức 1 đến 3) có ${formatCount(service, 'vi')} lượt chỉ nêu thủ tục, thời gian hoặc cơ sở vật chất, không nêu thái độ phục vụ.`,
  cases: ({ due, in_time, overdue }: CasesInTime) =>
    `Trong kỳ có ${formatCount(due, 'vi')} việc cần xử lý đến hạn: ${portion(in_time, due, 'vi')} được trả lời đúng hạn, ${formatCount(due - in_time - overdue, 'vi')} trả lời muộn, ${formatCount(overdue, 'vi')} quá hạn chưa trả lời.`,
  table_units: 'Kết quả theo đơn vị',
  table_counters: 'Kết quả theo quầy',
  table_commitments: 'Nội dung cam kết người dân chọn',
  chart: 'Tỷ lệ hài lòng và khoảng tin cậy 95 %',
  column: {
    unit: 'Đơn vị',
    counter: 'Quầy',
    received: 'Đã nhận',
    counted: 'Được tính',
    set_aside: 'Tạm chưa tính',
    satisfaction: 'Hài lòng',
    interval: 'Khoảng tin cậy 95 %',
    index: 'Chỉ số (0–100)',
    change: 'So kỳ trước (điểm %)',
    visits: 'Lượt phục vụ',
    response: 'Tỷ lệ tham gia',
    commitment: 'Nội dung',
    kept: 'Được ghi nhận',
    broken: 'Cần làm tốt hơn',
    cases_due: 'Việc đến hạn',
    cases_in_time: 'Đúng hạn',
    low: 'cận dưới',
    high: 'cận trên',
  },
  method: {
    measure:
      'Tỷ lệ hài lòng là phần lượt đánh giá ở mức 4 (Hài lòng) và mức 5 (Rất hài lòng). Khoảng tin cậy 95 % theo Wilson (1927). Chỉ số là trung bình của 0, 25, 50, 75, 100.',
    compared:
      'Thay đổi giữa hai kỳ và khoảng tin cậy của nó theo Newcombe (1998). “Đáng chú ý” nghĩa là khoảng tin cậy không chứa 0; ngược lại là “dao động thông thường”.',
    steps:
      'Số liệu tính theo đợt đã công bố, mỗi đợt từ 5 lượt trở lên, để không ai suy ra được ý kiến của một người. Nơi nào chưa đủ 5 lượt thì để dấu “–”. Mỗi đợt ghi theo ngày của lượt mới nhất, nên con số ở đây có thể khác số đang hiển thị trên trang của Ban.',
    set_aside:
      'Lượt tạm chưa tính là lượt bị tách ra theo quy tắc chống lạm dụng hoặc theo đề nghị xem xét được chấp nhận; không bị xóa và có thể khôi phục.',
    order:
      'Đơn vị và quầy xếp theo tên; báo cáo không xếp hạng. Không dùng số liệu này làm căn cứ duy nhất để xếp loại, khen thưởng hoặc kỷ luật.',
  },
  worst_case: (lower: number, upper: number) =>
    `Nếu tính cả những người không đánh giá, tỷ lệ hài lòng nằm giữa ${formatShare(lower, 'vi')} (mọi người im lặng đều không hài lòng) và ${formatShare(upper, 'vi')} (mọi người im lặng đều hài lòng) (Manski).`,
  worst_case_unknown:
    'Chưa tính được tỷ lệ hài lòng thấp nhất và cao nhất khi kể cả những người không đánh giá: cần số lượt phục vụ của mọi quầy trong cả kỳ.',
  annex_aside: (aside: number | null, received: number | null) =>
    aside === null || received === null
      ? 'Trong kỳ: dưới 5 lượt.'
      : `Trong kỳ: tạm chưa tính ${formatCount(aside, 'vi')} trên ${formatCount(received, 'vi')} lượt đã nhận.`,
  sealed: 'Mã niêm phong dùng để đối chiếu rằng nhật ký trước lúc chốt không bị sửa.',
  foot: (cutOff: string, head: string | null) =>
    `Số liệu chốt lúc ${cutOff}.${head === null ? '' : ` Mã niêm phong nhật ký: ${head}.`}`,
  recipients: 'Nơi nhận:',
  number: 'Số',
  dated: (place: string, day: string) => {
    const [year = '', month = '', date = ''] = day.split('-')
    return `${place}, ngày ${date} tháng ${Number(month) < 3 ? month : Number(month)} năm ${year}`
  },
  sheet_about: 'Thông tin',
}

export type Words = typeof vi

const en: Words = {
  title: 'REPORT',
  draft: 'DRAFT',
  subject: (unit) =>
    unit === null
      ? 'Citizen satisfaction at the units of the “Friendly Government” model'
      : `Citizen satisfaction at ${unit}, a unit of the “Friendly Government” model`,
  period: (name, from, to) =>
    name === null ? `(${formatDay(from)} to ${formatDay(to)})` : `(${name}, ${formatDay(from)} to ${formatDay(to)})`,
  periodName: ({ span, year, index }) =>
    span === 'month'
      ? `${months[index - 1]} ${year}`
      : span === 'quarter'
        ? `Quarter ${roman[index - 1]} of ${year}`
        : span === 'half'
          ? `${index === 1 ? 'First' : 'Second'} half of ${year}`
          : `Year ${year}`,
  situation: 'I. HOW THE MODEL IS CARRIED OUT',
  results: 'II. RESULTS',
  limits: 'III. SHORTCOMINGS AND CAUSES',
  limits_hint: '(To be written by the author of the report: shortcomings and what caused them.)',
  tasks: 'IV. TASKS OF THE NEXT PERIOD',
  tasks_hint: '(To be written by the author of the report: tasks, who is responsible, by when.)',
  annex: 'ANNEX: METHOD AND QUALITY OF THE DATA',
  scale: (units, counters, officers) =>
    `${units === null ? 'The unit has' : `The province has ${many(units, 'unit')} with`} ${many(counters, 'counter')} and ${officers === 1 ? '1 officer who serves' : `${many(officers, 'officer')} who serve`} citizens.`,
  signed: (signed, officers) =>
    `${formatCount(signed, 'en')} of ${many(officers, 'officer')} ${signed === 1 ? 'has' : 'have'} signed the commitments “4 please, 4 always, 5 no”.`,
  received: (aside, counted) =>
    aside === null
      ? `${formatCount(counted, 'en')} ratings of the period are counted; fewer than 5 are set aside.`
      : `${formatCount(counted + aside, 'en')} ratings were received in the period; ${formatCount(aside, 'en')} are set aside, ${formatCount(counted, 'en')} are counted.`,
  received_few: 'Too few ratings were received in the period to publish their number.',
  visits: (ratings, visits, rate, units) =>
    `${units === null ? 'Where' : `At the ${many(units, 'unit')} where`} visits are known: ${formatCount(ratings, 'en')} ratings of ${formatCount(visits, 'en')} visits (response rate ${formatShare(rate, 'en')}).`,
  visits_implausible: (ratings, visits) =>
    `Fewer visits were entered (${formatCount(visits, 'en')}) than ratings were given (${formatCount(ratings, 'en')}), so there is no response rate; please check what was entered.`,
  dossiers: (all, by, units) =>
    `${units === null ? '' : `At the ${many(units, 'unit')} that told: `}${many(all, 'dossier')} ${all === 1 ? 'was' : 'were'} returned: ${portion(by.same_day, all, 'en')} the same day, ${portion(by.early, all, 'en')} early, ${portion(by.on_time, all, 'en')} on time, ${portion(by.overdue, all, 'en')} overdue.`,
  paper_slips: (slips) =>
    `${formatCount(slips, 'en')} paper ${slips === 1 ? 'slip was' : 'slips were'} handed on unopened besides; paper is in no figure of this report.`,
  visits_unknown:
    'The number of visits is not known, so there is no response rate. Silence is not counted as satisfaction.',
  no_terminals: 'At the cut-off no rating tablet was in use yet.',
  fleet: (terminals, silent) =>
    silent === 0
      ? `${terminals === 1 ? 'The 1 rating tablet was' : `All ${formatCount(terminals, 'en')} rating tablets were`} in contact within 24 hours before the cut-off.`
      : `Of ${many(terminals, 'rating tablet')}, ${formatCount(silent, 'en')} had been out of contact for more than 24 hours at the cut-off: what was rated on ${silent === 1 ? 'it' : 'them'} is not in this report.`,
  headline: (rate, n) =>
    `Satisfaction is ${formatShare(rate.value, 'en')} (95% confidence interval: ${formatInterval(rate, 'en')}), from ${formatCount(n, 'en')} ratings.`,
  headline_none: 'Fewer than 5 ratings were counted in the period, so no share is given.',
  change: (name, value, lower, upper) =>
    `${name}: ${value < 0 ? 'down' : 'up'} ${formatPoints(Math.abs(value), 'en').slice(1)} percentage points on the period before (95% confidence interval: ${formatPoints(lower, 'en')} to ${formatPoints(upper, 'en')}), a notable difference.`,
  no_change: (all) =>
    `Against the period before, the other units${all ? '' : ' that can be compared'} are within ordinary variation.`,
  no_change_one: 'Against the period before, the result is within ordinary variation.',
  no_change_all: (all) =>
    `Against the period before, all units${all ? '' : ' that can be compared'} are within ordinary variation.`,
  not_compared_some: (units) =>
    `${many(units, 'unit')} ${units === 1 ? 'is' : 'are'} not compared with the period before: one of the two has too few ratings.`,
  not_compared: 'Not compared with the period before: one of the two has too few ratings.',
  service_only: (low, service) =>
    `Of ${many(low, 'low rating')} (levels 1 to 3), ${formatCount(service, 'en')} named only procedure, time or premises, not how people were treated.`,
  cases: ({ due, in_time, overdue }) =>
    `${formatCount(due, 'en')} ${due === 1 ? 'case was' : 'cases were'} due in the period: ${portion(in_time, due, 'en')} answered in time, ${formatCount(due - in_time - overdue, 'en')} answered late, ${formatCount(overdue, 'en')} overdue without an answer.`,
  table_units: 'Results by unit',
  table_counters: 'Results by counter',
  table_commitments: 'Commitments citizens chose',
  chart: 'Satisfaction with its 95% confidence interval',
  column: {
    unit: 'Unit',
    counter: 'Counter',
    received: 'Received',
    counted: 'Counted',
    set_aside: 'Set aside',
    satisfaction: 'Satisfied',
    interval: '95% interval',
    index: 'Index (0–100)',
    change: 'Change (points)',
    visits: 'Visits',
    response: 'Response rate',
    commitment: 'Commitment',
    kept: 'Noticed',
    broken: 'To do better',
    cases_due: 'Cases due',
    cases_in_time: 'In time',
    low: 'lower',
    high: 'upper',
  },
  method: {
    measure:
      'Satisfaction is the share of ratings at level 4 (satisfied) and level 5 (very satisfied). 95% confidence interval after Wilson (1927). The index is the mean of 0, 25, 50, 75, 100.',
    compared:
      'Changes between two periods with their interval after Newcombe (1998). “Notable” means that the interval leaves out zero; otherwise it is ordinary variation.',
    steps:
      'Figures are sums of published steps of five ratings or more, so that nobody can work out what one person said. Where there are fewer than five, a dash stands. A step bears the day of its newest rating, so numbers may differ from those on the commission’s pages.',
    set_aside:
      'Ratings set aside were taken out by a rule against misuse or an upheld review; they are never deleted and can be restored.',
    order:
      'Units and counters stand in the order of their names; nothing is ranked. Not to be used as the sole basis for grading, reward or discipline.',
  },
  worst_case: (lower, upper) =>
    `Counting those who did not rate as well, satisfaction lies between ${formatShare(lower, 'en')} (all of them dissatisfied) and ${formatShare(upper, 'en')} (all of them satisfied) (Manski).`,
  worst_case_unknown:
    'The lowest and the highest satisfaction, counting those who did not rate as well, cannot be told: that takes the visits of every counter over the whole period.',
  annex_aside: (aside, received) =>
    aside === null || received === null
      ? 'In this period: fewer than 5.'
      : `In this period: ${formatCount(aside, 'en')} of ${formatCount(received, 'en')} received ${aside === 1 ? 'is' : 'are'} set aside.`,
  sealed: 'With the audit head it can be checked that nothing in the log before the cut-off was changed.',
  foot: (cutOff, head) => `Figures as of ${cutOff}.${head === null ? '' : ` Audit head: ${head}.`}`,
  recipients: 'Sent to:',
  number: 'No.',
  dated: (place, day) => `${place}, ${formatDay(day)}`,
  sheet_about: 'About',
}

const dictionaries: Record<Language, Words> = { vi, en }

export const wordsOf = (language: Language): Words => dictionaries[language]
