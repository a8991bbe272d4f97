/** Official reports by e-mail: who may issue a report may have it issued and sent on a day; readers see what became of it. */
import type { Role } from '../contract/accounts.ts'
import { IdParams } from '../contract/common.ts'
import {
  NewReportSchedule,
  type ReportMail,
  ReportSchedule,
  ReportSchedulePatch,
  ReportSchedules,
  ReportSchedulesQuery,
} from '../contract/report-schedules.ts'
import { mayIssueOn, mayReportOn } from '../domain/access.ts'
import { dueAt, duePeriods, isAbandoned, isMailAddress, SILENT_AFTER_MS } from '../domain/report-mails.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { type Trx, withScope } from '../queries/database.ts'
import {
  endSchedule,
  findLastMails,
  findSchedule,
  insertSchedule,
  listSchedules,
  type MailRow,
  resendMail,
  type ScheduleRow,
} from '../queries/report-schedules.ts'
import { findUnitHead } from '../queries/reports.ts'
import { type App, type Services, type Staff, staffOf } from '../services.ts'
import { readId, readOptionalId } from './ids.ts'
import { readPage, writePage } from './paging.ts'

const writers: Role[] = ['commission', 'unit_leader']
const readers: Role[] = ['administrator', ...writers]

export async function reportSchedulesRoutes(app: App, { pools, clock, config }: Services): Promise<void> {
  const mail_set_up = config.mail !== null

  app.get(
    '/api/v1/report-schedules',
    {
      config: { access: { roles: readers } },
      schema: { querystring: ReportSchedulesQuery, response: { 200: ReportSchedules } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const unitId = readOptionalId(request.query.unit_id)
      const page = readPage(request.query)
      return withScope(pools.app, scope, async (trx) => {
        if (unitId !== null && !(mayReportOn(scope, unitId) && (await findUnitHead(trx, unitId)))) fail('not_found')
        const rows = await listSchedules(trx, unitId, page.after?.id ?? null, page.limit)
        const mails = await findLastMails(
          trx,
          rows.map(({ schedule_id }) => schedule_id),
        )
        const now = clock.now()
        const write = (row: ScheduleRow) => writeSchedule(row, mails.get(row.schedule_id), now)
        return { ...writePage(rows, page, (row) => ({ key: '', id: row.schedule_id }), write), mail_set_up }
      })
    },
  )

  app.post(
    '/api/v1/report-schedules',
    {
      config: { access: { roles: writers } },
      schema: { body: NewReportSchedule, response: { 201: ReportSchedule } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { language = 'vi', address, unit_id, ...when } = request.body
      const unitId = readOptionalId(unit_id)
      if (!mayReportOn(scope, unitId)) fail(unitId === null ? 'forbidden' : 'not_found')
      if (!mayIssueOn(scope, unitId)) fail('forbidden')
      const now = clock.now()
      const made = await withScope(pools.app, scope, async (trx) => {
        if (unitId !== null && !(await findUnitHead(trx, unitId))) fail('not_found')
        if (!mail_set_up) fail('mail_not_set_up')
        if (!isMailAddress(address)) fail('mail_address_refused', [{ path: '/address', problem: 'is not one address' }])
        const schedule = { ...when, unit_id: unitId, language, address, made_at: new Date(now) }
        const id = await insertSchedule(trx, { ...schedule, made_by: scope.account_id })
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'report_schedule.create',
          unit_id: unitId,
          subject: { schedule_id: id },
          detail: { ...when, language, address },
          at: new Date(now),
        })
        return readSchedule(trx, id, now)
      })
      return reply.code(201).send(made)
    },
  )

  app.patch(
    '/api/v1/report-schedules/:id',
    {
      config: { access: { roles: readers } },
      schema: { params: IdParams, body: ReportSchedulePatch, response: { 200: ReportSchedule } },
    },
    async (request) => {
      const staff = staffOf(request)
      const id = readId(request.params.id)
      const at = new Date(clock.now())
      return withScope(pools.app, staff.scope, async (trx) => {
        const row = await findOwn(trx, staff, id)
        if (!(await endSchedule(trx, id, at))) fail('already_settled')
        await insertAudit(trx, {
          account_id: staff.scope.account_id,
          action: 'report_schedule.end',
          unit_id: row.unit_id,
          subject: { schedule_id: id },
          detail: { address: row.address },
          at,
        })
        return readSchedule(trx, id, at.getTime())
      })
    },
  )

  app.post(
    '/api/v1/report-schedules/:id/resend',
    { config: { access: { roles: readers } }, schema: { params: IdParams, response: { 200: ReportSchedule } } },
    async (request) => {
      const staff = staffOf(request)
      const id = readId(request.params.id)
      const at = new Date(clock.now())
      return withScope(pools.app, staff.scope, async (trx) => {
        const row = await findOwn(trx, staff, id)
        if (!mail_set_up) fail('mail_not_set_up')
        const mail = (await findLastMails(trx, [id])).get(id)
        const abandoned = new Date(at.getTime() - SILENT_AFTER_MS)
        if (row.ended_at !== null || !mail || !(await resendMail(trx, mail.mail_id, at, abandoned))) {
          fail('already_settled')
        }
        await insertAudit(trx, {
          account_id: staff.scope.account_id,
          action: 'report_mail.resend',
          unit_id: row.unit_id,
          subject: { schedule_id: id, mail_id: mail.mail_id },
          detail: { from: mail.from_day, to: mail.to_day, was: mail.state },
          at,
        })
        return readSchedule(trx, id, at.getTime())
      })
    },
  )
}

/** Throws `not_found` outside the reader's reach; row security has it already. */
async function findOwn(trx: Trx, { scope }: Staff, id: number): Promise<ScheduleRow> {
  const row = await findSchedule(trx, id)
  if (!row || !mayReportOn(scope, row.unit_id)) fail('not_found')
  return row
}

async function readSchedule(trx: Trx, id: number, now: number): Promise<ReportSchedule> {
  const row = (await findSchedule(trx, id)) ?? fail('not_found')
  return writeSchedule(row, (await findLastMails(trx, [id])).get(id), now)
}

function writeSchedule(row: ScheduleRow, mail: MailRow | undefined, now: number): ReportSchedule {
  const { calendar, span, days_after, language, address, made_by } = row
  const { next } = duePeriods(row, now)
  return {
    schedule_id: String(row.schedule_id),
    unit: row.unit_id === null ? null : { unit_id: String(row.unit_id), name: row.unit_name ?? '' },
    ...{ calendar, span, days_after, language, address, made_by },
    made_at: row.made_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
    next: row.ended_at === null ? { ...next, due_at: new Date(dueAt(next, days_after)).toISOString() } : null,
    last: mail ? writeMail(mail, now) : null,
  }
}

function writeMail(mail: MailRow, now: number): ReportMail {
  const abandoned = isAbandoned(mail, now)
  const unknown = mail.restored ? 'restored' : abandoned ? 'interrupted' : null
  const { issued_report_id, number, year } = mail
  return {
    from: mail.from_day,
    to: mail.to_day,
    state: unknown ? 'uncertain' : mail.state,
    problem: unknown ?? mail.problem,
    said: mail.said,
    attempts: mail.attempts,
    changed_at: mail.changed_at.toISOString(),
    next_try_at: mail.state === 'waiting' && !unknown ? mail.next_try_at.toISOString() : null,
    report:
      issued_report_id === null || number === null || year === null
        ? null
        : { issued_report_id: String(issued_report_id), number, year },
  }
}
