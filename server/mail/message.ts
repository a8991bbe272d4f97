/** The mail around an issued report: its words name no figure, because a figure never stands alone. Pure. */
import MailComposer from 'nodemailer/lib/mail-composer'
import { formatDay, formatMoment } from '../documents/numbers.ts'
import { mediaTypes } from '../documents/render.ts'
import { oneLine } from '../domain/one-line.ts'

export interface MailFacts {
  readonly from: string
  readonly to: string
  /** The same at every try, so that a mailbox can tell a second copy by itself. */
  readonly id: string
  readonly at: number
  readonly language: 'vi' | 'en'
  readonly report: {
    readonly number: number
    readonly year: number
    /** Null = the province. */
    readonly unit: { readonly unit_id: number; readonly name: string } | null
    readonly from_day: string
    readonly to_day: string
    readonly cut_off: Date
  }
  readonly docx: Buffer
  readonly pdf: Buffer
}

/** Names come from people: a line end among them would begin a header of its own. */
const nameOf = (unit: { readonly name: string }): string => oneLine(unit.name, 200)

const words = {
  vi: ({ number, year, unit, from_day, to_day, cut_off }: MailFacts['report']) => {
    const about = `báo cáo số ${number}/${year} về mức độ hài lòng của người dân ${unit ? `tại ${nameOf(unit)}` : 'toàn tỉnh'}, từ ${formatDay(from_day)} đến ${formatDay(to_day)}`
    return {
      subject: `B${about.slice(1)}`,
      text: `Kính gửi Quý cơ quan,

Hệ thống xin gửi kèm ${about}, gồm bản Word và bản PDF.

Số liệu được chốt lúc ${formatMoment(cut_off.getTime(), 'vi')}. Số liệu đến sau không làm thay đổi báo cáo này.
Phần III và phần IV do cơ quan báo cáo bổ sung trong bản Word.
Không dùng số liệu này làm căn cứ duy nhất để xếp loại, khen thưởng hoặc kỷ luật.

Thư được gửi tự động theo lịch do cơ quan phát hành báo cáo đặt. Nếu không phải là người nhận, xin báo lại cơ quan đó.

Trân trọng,
Hài Lòng
`,
    }
  },
  en: ({ number, year, unit, from_day, to_day, cut_off }: MailFacts['report']) => {
    const about = `report no. ${number}/${year} on citizens' satisfaction ${unit ? `at ${nameOf(unit)}` : 'in the province'}, ${formatDay(from_day)} to ${formatDay(to_day)}`
    return {
      subject: `R${about.slice(1)}`,
      text: `Dear Sir or Madam,

please find attached ${about}, as a Word file and as a PDF.

The figures were read at ${formatMoment(cut_off.getTime(), 'en')}. What came later does not change this report.
Parts III and IV are left to the reporting office, in the Word file.
These figures are not to be the sole basis for grading, reward or discipline.

This mail was sent by a schedule that the issuing office has set. If it is not meant for you, please tell that office.

Hài Lòng
`,
    }
  },
} as const

/** The whole mail, as it travels. */
export function composeMail({ from, to, id, at, language, report, docx, pdf }: MailFacts): Promise<Buffer> {
  const { subject, text } = words[language](report)
  const name = `bao-cao-${report.number}-${report.year}${report.unit ? `-don-vi-${report.unit.unit_id}` : ''}`
  const file = (format: 'docx' | 'pdf', content: Buffer) => ({
    filename: `${name}.${format}`,
    contentType: mediaTypes[format],
    content,
  })
  const composer = new MailComposer({
    from: { name: 'Hài Lòng', address: from },
    to: { name: '', address: to },
    subject,
    text,
    messageId: `<${id}@${from.slice(from.indexOf('@') + 1)}>`,
    date: new Date(at),
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
    attachments: [file('docx', docx), file('pdf', pdf)],
    // Nothing of a mail is ever read from a disk or a network.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}
