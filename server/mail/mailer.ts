/** Issues reports that are due by their schedules and mails them: at most once for a period, whatever crashes. */
import type { Config, MailSettings } from '../config.ts'
import type { Role } from '../contract/accounts.ts'
import { createClockTrust } from '../count/clock-trust.ts'
import { drawInTurn } from '../documents/render.ts'
import { type Grant, mayIssueOn, scopeOf } from '../domain/access.ts'
import { dueAt, duePeriods, retryAfter } from '../domain/report-mails.ts'
import type { Range } from '../domain/time.ts'
import { ApiError } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { type DbScope, type Trx, withScope } from '../queries/database.ts'
import { findIssuedFile, findIssuedReport } from '../queries/issued-reports.ts'
import {
  type ClaimedMail,
  claimMail,
  findHeldGrants,
  findNewestArrival,
  insertMail,
  isTaken,
  listRunningSchedules,
  type RunningSchedule,
  type Settled,
  settleMail,
} from '../queries/report-schedules.ts'
import { issueReport } from '../routes/issuing.ts'
import type { Services } from '../services.ts'
import { composeMail } from './message.ts'
import { type Delivery, deliver } from './smtp.ts'

const LOOK_EVERY_MS = 30_000
/** A report that cannot be drawn now is not drawn again at once, at the cost of everything else. */
const AFTER_FAILURE_MS = 600_000
/** How far the clock may lie behind the newest rating that was counted (docs/decisions/0013). */
const BEHIND_MS = 60_000
/** A conversation under way gets this long when the server stops; what is not known then is told as not known. */
const STOP_WITHIN_MS = 2000

type Needs = Pick<Services, 'pools' | 'clock' | 'log'> & { readonly config: Pick<Config, 'mail'> }

/** The sender by itself: its own two tables and no row of any other. */
const sender: DbScope = { account_id: null, roles: [], units: [], officer_id: null, purpose: 'mail' }

/** The reach that an account has now, and nothing beyond: a mail shows what its maker may read. */
async function scopeOfMaker(trx: Trx, accountId: number) {
  const held = await findHeldGrants(trx, accountId)
  return scopeOf(
    accountId,
    held.map(({ role, ...place }): Grant => ({ role: role as Role, ...place })),
  )
}

export interface Mailer {
  /** Issues what is due and sends what waits. Returns how many mails were handed to the mail server's judgement. */
  look(): Promise<number>
}

/** `steady`: a clock that only counts on, ms; tests turn it together with the other one. */
export function createMailer(
  { pools, clock, log, config }: Needs,
  steady: () => number = () => performance.now(),
): Mailer {
  const trust = createClockTrust()
  let restUntil = Number.NEGATIVE_INFINITY

  async function isClockTrusted(): Promise<boolean> {
    const newest = await withScope(pools.app, sender, findNewestArrival)
    const now = clock.now()
    const settled = trust.mayDestroy(now, steady(), newest)
    return settled && (newest === null || now >= newest - BEHIND_MS)
  }

  async function issueDue(): Promise<void> {
    if (steady() < restUntil) return
    const now = clock.now()
    for (const schedule of await withScope(pools.app, sender, listRunningSchedules)) {
      const { due } = duePeriods(schedule, now)
      if (dueAt(due, schedule.days_after) <= schedule.starts_at.getTime()) continue
      if (schedule.last_to !== null && schedule.last_to >= due.to) continue
      try {
        await putIntoOutbox(schedule, due)
      } catch (error) {
        log.error(
          { err: error, schedule_id: schedule.schedule_id },
          'a scheduled report could not be issued; again in ten minutes',
        )
        restUntil = steady() + AFTER_FAILURE_MS
      }
    }
  }

  /** The report and its mail in one transaction, under the reach of whoever set it up. */
  async function putIntoOutbox(schedule: RunningSchedule, range: Range): Promise<void> {
    const { schedule_id, unit_id, made_by, language } = schedule
    const maker = await withScope(pools.app, { ...sender, account_id: made_by }, (trx) => scopeOfMaker(trx, made_by))
    const mail = { schedule_id, unit_id, from_day: range.from, to_day: range.to }
    const refuse = () =>
      withScope(pools.app, sender, async (trx) => {
        if (await isTaken(trx, schedule_id, range)) return
        const refused = { ...mail, issued_report_id: null, state: 'failed', problem: 'may_not_issue' } as const
        await insertMail(trx, refused, new Date(clock.now()))
      })
    if (!mayIssueOn(maker, unit_id)) return refuse()
    try {
      await drawInTurn((draw) =>
        withScope(pools.app, { ...maker, purpose: 'mail' }, async (trx) => {
          if (await isTaken(trx, schedule_id, range)) return
          const covers = { unitId: unit_id, range, language, accountId: made_by, scheduleId: schedule_id }
          const issued_report_id = await issueReport(trx, { clock }, covers, draw)
          const waiting = { ...mail, issued_report_id, state: 'waiting', problem: null } as const
          await insertMail(trx, waiting, new Date(clock.now()))
        }),
      )
    } catch (error) {
      if (error instanceof ApiError && (error.code === 'not_found' || error.code === 'forbidden')) return refuse()
      throw error
    }
  }

  async function sendNext(settings: MailSettings): Promise<boolean> {
    // Committed before a word is said: whoever dies from here on leaves a mail that nobody sends again by themself.
    const claimed = await withScope(pools.app, sender, (trx) => claimMail(trx, new Date(clock.now())))
    if (claimed === null) return false
    const mail = await writeMail(settings, claimed)
    const delivery = mail === null ? null : await deliver(settings, claimed.address, mail)
    await settle(claimed, delivery)
    return true
  }

  /** Null when its maker may not read the report any more. */
  async function writeMail(settings: MailSettings, claimed: ClaimedMail): Promise<Buffer | null> {
    const { made_by, issued_report_id: id } = claimed
    const maker = await withScope(pools.app, { ...sender, account_id: made_by }, (trx) => scopeOfMaker(trx, made_by))
    if (!mayIssueOn(maker, claimed.unit_id)) return null
    const found = await withScope(pools.app, maker, async (trx) => {
      const row = await findIssuedReport(trx, id)
      const docx = await findIssuedFile(trx, id, 'docx')
      const pdf = await findIssuedFile(trx, id, 'pdf')
      return row && docx && pdf ? { row, docx, pdf } : null
    })
    if (found === null) return null
    const { row, docx, pdf } = found
    const unit = row.unit_id === null ? null : { unit_id: row.unit_id, name: row.unit_name ?? '' }
    return composeMail({
      from: settings.from,
      to: claimed.address,
      id: `hai-long.${claimed.schedule_id}.${claimed.from_day}.${claimed.to_day}`,
      at: clock.now(),
      language: claimed.language,
      report: { ...row, unit },
      docx,
      pdf,
    })
  }

  async function settle(claimed: ClaimedMail, delivery: Delivery | null): Promise<void> {
    const now = clock.now()
    const settled = judge(delivery, claimed.retries, now)
    const { mail_id, schedule_id, issued_report_id, unit_id, attempts } = claimed
    await withScope(pools.app, sender, async (trx) => {
      if (!(await settleMail(trx, claimed, settled)) || settled.state !== 'sent') return
      await insertAudit(trx, {
        account_id: null,
        action: 'report_mail.send',
        unit_id,
        subject: { schedule_id, mail_id, issued_report_id },
        detail: { address: claimed.address, attempts },
        at: new Date(now),
      })
    })
    // Neither the address nor what the mail server said of it: those stand in the table, for who may read them.
    log.info({ mail_id, state: settled.state, problem: settled.problem, attempts }, 'report mail')
  }

  return {
    async look() {
      if (config.mail === null || !(await isClockTrusted())) return 0
      await issueDue()
      let handled = 0
      while (await sendNext(config.mail)) handled += 1
      return handled
    },
  }
}

/** What a delivery means for the mail; null = it may not be sent. */
function judge(delivery: Delivery | null, retries: number, now: number): Settled {
  const settled = (state: Settled['state'], problem: Settled['problem'], next = now): Settled => ({
    state,
    problem,
    said: delivery?.said ?? null,
    next_try_at: new Date(next),
    changed_at: new Date(now),
  })
  if (delivery === null) return settled('failed', 'may_not_issue')
  const { outcome } = delivery
  if (outcome === 'sent') return settled('sent', null)
  if (outcome === 'lost') return settled('uncertain', 'lost')
  if (outcome === 'refused') return settled('failed', 'refused')
  const wait = retryAfter(retries)
  return wait === null ? settled('failed', 'gave_up') : settled('waiting', outcome, now + wait)
}

export interface Mailing {
  /** Waits a moment for a conversation under way; one that takes longer is told as not known. */
  stop(): Promise<void>
}

/** Looks at once, so that the clock is known from the start, and then each half minute. */
export function startMailing(needs: Needs): Mailing {
  if (needs.config.mail === null) return { stop: async () => {} }
  const mailer = createMailer(needs)
  let looking: Promise<unknown> | null = null
  const look = () => {
    looking ??= mailer
      .look()
      .catch((error: unknown) => needs.log.warn({ err: error }, 'report mails not looked at; again in half a minute'))
      .finally(() => {
        looking = null
      })
  }
  look()
  const timer = setInterval(look, LOOK_EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      const soon = new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref())
      await Promise.race([looking, soon])
    },
  }
}
