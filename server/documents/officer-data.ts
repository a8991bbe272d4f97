/** What is held about an officer as a workbook that a person can read: a sheet for each kind, the first one explains. */
import type { OfficerData } from '../contract/officer-data.ts'
import type { RemarksReport } from '../contract/remarks.ts'
import type { OfficerReport } from '../contract/reports.ts'
import { safeText } from '../contract/spreadsheet-text.ts'
import { receivedOf } from '../contract/totals.ts'
import { writeDay, writeMoment } from '../domain/imports/cells.ts'
import type { Language } from '../domain/imports/column-parts.ts'
import { roleNames } from '../domain/imports/names.ts'

type Cell = string | number | null
const words = {
  vi: {
    yes: 'có',
    no: 'không',
    open: 'cho đến khi đổi',
    parts: { morning: 'sáng', afternoon: 'chiều', day: 'cả ngày' },
    outcomes: { corrected: 'đã sửa phân công', stands: 'giữ nguyên' },
    sheets: [
      'Giải thích',
      'Cán bộ',
      'Phân công',
      'Vắng mặt',
      'Không phải tôi',
      'Giải trình, xem xét lại',
      'Số liệu',
      'Cam kết',
      'Theo bước',
      'Tài khoản',
      'Phiên đăng nhập',
      'Nhật ký',
      'Góp ý',
    ],
    about: [
      'Tệp này chứa những gì hệ thống đang giữ về một cán bộ.',
      'Số liệu là tổng của từng bước ít nhất 5 lượt, đúng như trên trang: không ai biết được lượt nào của người dân nào.',
      'Góp ý bằng chữ có trong tệp do chính cán bộ tải về, đúng như trên trang: theo tháng, đã che tên; người khác tải thì không có.',
      'Phản ánh việc nghiêm trọng, nếu có, do người tiếp nhận phản ánh giữ riêng và không có ở đây.',
      'Ý kiến giải trình và đề nghị xem xét lại chỉ có trong bản do chính cán bộ tải về; quản trị tỉnh không đọc được.',
      'Nhật ký nêu thời điểm và việc; không nêu người khác.',
      'Số liệu không phải là căn cứ duy nhất để xếp loại, khen thưởng hay kỷ luật.',
    ],
    officer: ['Đơn vị', 'Mã cán bộ', 'Họ và tên', 'Chức danh', 'Ngày ký cam kết', 'Đang làm', 'Thêm vào lúc'],
    stays: ['Quầy', 'Từ', 'Đến'],
    absences: ['Từ', 'Đến', 'Còn hiệu lực'],
    doubts: ['Quầy', 'Ngày', 'Buổi', 'Ghi chú', 'Báo lúc', 'Kết quả', 'Trả lời'],
    cases: [
      'Loại',
      'Từ ngày',
      'Đến ngày',
      'Nội dung',
      'Gửi lúc',
      'Hạn trả lời',
      'Ý kiến xem xét',
      'Nội dung xem xét',
      'Kết quả',
      'Trả lời',
      'Trả lời lúc',
    ],
    kinds: { explanation: 'ý kiến giải trình', review: 'đề nghị xem xét lại' },
    advice: { uphold: 'đề nghị chấp nhận', refuse: 'đề nghị không chấp nhận' },
    ends: { noted: 'đã ghi nhận', upheld: 'chấp nhận', refused: 'không chấp nhận' },
    figures: ['Từ ngày', 'Đến ngày', 'Đã nhận', 'Tạm chưa tính', 'Được tính', 'Hài lòng (%)', 'Từ (%)', 'Đến (%)'],
    commitments: ['Từ ngày', 'Đến ngày', 'Nội dung', 'Giữ', 'Chưa giữ'],
    steps: ['Ngày', 'Được tính', 'Hài lòng (%)', 'Từ (%)', 'Đến (%)'],
    accounts: [
      'Tên đăng nhập',
      'Vai trò',
      'Dùng được',
      'Tạo lúc',
      'Đăng nhập lần đầu',
      'Đổi mật khẩu lúc',
      'Xác thực hai lớp',
    ],
    sessions: ['Tên đăng nhập', 'Bắt đầu', 'Lần cuối', 'Địa chỉ', 'Trình duyệt'],
    deeds: ['Lúc', 'Việc (mã trong nhật ký)'],
    remarks: ['Tháng', 'Góp ý'],
  },
  en: {
    yes: 'yes',
    no: 'no',
    open: 'until changed',
    parts: { morning: 'morning', afternoon: 'afternoon', day: 'whole day' },
    outcomes: { corrected: 'roster corrected', stands: 'stands' },
    sheets: [
      'About',
      'Officer',
      'Roster',
      'Absences',
      'Not me',
      'Explanations, reviews',
      'Figures',
      'Commitments',
      'By steps',
      'Accounts',
      'Sessions',
      'Log',
      'Remarks',
    ],
    about: [
      'This file holds what the system keeps about one officer.',
      'Figures are sums of steps of five ratings or more, just as on the page: nobody can tell which citizen gave which.',
      'Remarks are in the file that the officer takes out, just as on the page: by month, names masked. Files for others have none.',
      'Reports of serious matters, if there are any, are kept apart by the inspectors and are not in here.',
      'Explanations and requests for a review are only in the copy that the officer takes; an administrator cannot read them.',
      'The log tells when and what; it names no other people.',
      'Figures are not the sole basis for grading, reward or discipline.',
    ],
    officer: ['Unit', 'Code', 'Name', 'Title', 'Commitment signed on', 'Active', 'Added at'],
    stays: ['Counter', 'From', 'To'],
    absences: ['From', 'To', 'In force'],
    doubts: ['Counter', 'Day', 'Part', 'Note', 'Raised at', 'Outcome', 'Answer'],
    cases: [
      'Kind',
      'From',
      'To',
      'Words',
      'Sent at',
      'Answer due',
      'Advice',
      'Words of the advice',
      'Outcome',
      'Answer',
      'Answered at',
    ],
    kinds: { explanation: 'explanation', review: 'request for a review' },
    advice: { uphold: 'to uphold', refuse: 'to refuse' },
    ends: { noted: 'noted', upheld: 'upheld', refused: 'refused' },
    figures: ['From', 'To', 'Received', 'Set aside', 'Counted', 'Satisfied (%)', 'From (%)', 'To (%)'],
    commitments: ['From', 'To', 'Item', 'Kept', 'Not kept'],
    steps: ['Day', 'Counted', 'Satisfied (%)', 'From (%)', 'To (%)'],
    accounts: ['User name', 'Roles', 'Active', 'Made at', 'First log-in', 'Password changed at', 'Second factor'],
    sessions: ['User name', 'Begun', 'Last seen', 'Address', 'Browser'],
    deeds: ['At', 'What (as the log names it)'],
    remarks: ['Month', 'Remark'],
  },
} as const

const percent = (share: number | null | undefined): number | null =>
  share === null || share === undefined ? null : Math.round(share * 1000) / 10

export async function drawOfficerData(
  data: OfficerData,
  reports: readonly OfficerReport[],
  remarks: RemarksReport['items'],
  language: Language,
): Promise<Buffer> {
  const { default: writeXlsxFile } = await import('write-excel-file/node')
  const w = words[language]
  const flag = (yes: boolean) => (yes ? w.yes : w.no)
  const at = (date: Date | null) => (date === null ? null : writeMoment(Math.floor(date.getTime() / 1000) * 1000))
  const share = ({ figure }: { figure: OfficerReport['figure'] }): Cell[] => [
    figure.n,
    percent(figure.satisfaction?.value),
    percent(figure.satisfaction?.lower),
    percent(figure.satisfaction?.upper),
  ]
  const { officer } = data
  const tables: [readonly string[], Cell[][]][] = [
    [[], w.about.map((line) => [line])],
    [
      w.officer,
      [
        [
          officer.unit,
          officer.code,
          officer.name,
          officer.title,
          officer.signed_on && writeDay(officer.signed_on),
          flag(officer.active),
          at(officer.created_at),
        ],
      ],
    ],
    [
      w.stays,
      data.stays.map(({ counter, from, to }) => [counter, writeMoment(from), to === null ? w.open : writeMoment(to)]),
    ],
    [w.absences, data.absences.map(({ from, to, active }) => [writeMoment(from), writeMoment(to), flag(active)])],
    [
      w.doubts,
      data.doubts.map((one) => [
        one.counter,
        writeDay(one.day),
        w.parts[one.part],
        one.note,
        at(one.raised_at),
        one.outcome && w.outcomes[one.outcome],
        one.answer,
      ]),
    ],
    [
      w.cases,
      data.cases.map((one) => [
        w.kinds[one.kind],
        writeDay(one.about_from),
        writeDay(one.about_to),
        one.words,
        at(one.opened_at),
        writeDay(one.due_on),
        one.advice && w.advice[one.advice],
        one.advice_text,
        one.outcome && w.ends[one.outcome],
        one.answer,
        at(one.answered_at),
      ]),
    ],
    [
      w.figures,
      reports.map((report) => [
        writeDay(report.from),
        writeDay(report.to),
        receivedOf(report.figure),
        report.figure.set_aside,
        ...share(report),
      ]),
    ],
    [
      w.commitments,
      reports.flatMap((report) =>
        report.commitments.map(({ commitment, labels, kept, broken }) => [
          writeDay(report.from),
          writeDay(report.to),
          labels[language]?.official ?? labels.vi?.official ?? commitment,
          kept,
          broken,
        ]),
      ),
    ],
    [w.steps, reports.flatMap((report) => report.steps.map((step) => [writeDay(step.date), ...share(step)]))],
    [
      w.accounts,
      data.accounts.map((one) => [
        one.username,
        one.roles.map((role) => roleNames[role]?.[language] ?? role).join(', '),
        flag(one.active),
        at(one.created_at),
        at(one.first_login_at),
        at(one.password_changed_at),
        flag(one.second_factor),
      ]),
    ],
    [
      w.sessions,
      data.sessions.map((one) => [one.username, at(one.created_at), at(one.last_seen_at), one.address, one.user_agent]),
    ],
    [w.deeds, data.deeds.map(({ happened_at, action }) => [at(happened_at), action])],
    [w.remarks, remarks.map(({ month, text }) => [`${month.slice(5)}/${month.slice(0, 4)}`, text])],
  ]
  const sheets = tables.map(([head, rows], place) => ({
    sheet: w.sheets[place] as string,
    columns: place === 0 ? [{ width: 110 }] : head.map(() => ({ width: 24 })),
    data: [
      ...(head.length > 0 ? [head.map((value) => ({ value, type: String, fontWeight: 'bold' as const }))] : []),
      ...rows.map((row) =>
        row.map((value) =>
          value === null
            ? null
            : typeof value === 'number'
              ? { value, type: Number }
              : { value: safeText(value), type: String, wrap: place === 0 },
        ),
      ),
    ],
  }))
  return writeXlsxFile(sheets as never).toBuffer()
}
