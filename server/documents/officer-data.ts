/** What is held about an officer as a workbook that a person can read: a sheet for each kind, the first one explains. */
import type { OfficerData } from '../contract/officer-data.ts'
import type { RemarksReport } from '../contract/remarks.ts'
import type { OfficerReport } from '../contract/reports.ts'
import { safeText } from '../contract/spreadsheet-text.ts'
import { receivedOf } from '../contract/totals.ts'
import { writeDay, writeMoment } from '../domain/imports/cells.ts'
import type { Language } from '../domain/imports/column-parts.ts'
import { roleNames } from '../domain/imports/names.ts'
import { deedText } from './deed-words.ts'
import { words } from './officer-data-words.ts'

type Cell = string | number | null
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
    ...(figure.levels ?? [null, null, null, null, null]),
    percent(figure.satisfaction?.value),
    percent(figure.satisfaction?.lower),
    percent(figure.satisfaction?.upper),
    figure.index,
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
        writeDay(one.due_on),
        one.outcome && w.outcomes[one.outcome],
        one.answer,
        at(one.settled_at),
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
        at(one.advised_at),
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
        report.low.low,
        report.low.service_only,
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
        flag(one.active),
        at(one.created_at),
        at(one.first_login_at),
        at(one.password_changed_at),
        flag(one.second_factor),
      ]),
    ],
    [
      w.grants,
      data.grants.map((one) => [
        one.username,
        roleNames[one.role]?.[language] ?? one.role,
        one.unit ?? w.everywhere,
        at(one.granted_at),
        at(one.ended_at) ?? w.open,
      ]),
    ],
    [w.devices, data.devices.map((one) => [one.username, at(one.created_at), at(one.expires_at)])],
    [
      w.sessions,
      data.sessions.map((one) => [one.username, at(one.created_at), at(one.last_seen_at), one.address, one.user_agent]),
    ],
    [w.deeds, data.deeds.map(({ happened_at, action }) => [at(happened_at), deedText(action, language)])],
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
