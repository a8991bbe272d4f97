/** Schedules of official reports and the outbox of their mails, under row security; a mail is claimed before it is sent. */
import { sql } from 'kysely'
import type { Tables, Trx } from './database.ts'

type ScheduleTable = Tables['report_schedules']
type MailTable = Tables['report_mails']

export type NewSchedule = Omit<ScheduleTable, 'schedule_id' | 'ended_at'>

/** Throws on `report_schedules_once` when the address is sent this report already. */
export async function insertSchedule(trx: Trx, schedule: NewSchedule): Promise<number> {
  const { schedule_id } = await trx
    .insertInto('report_schedules')
    .values(schedule)
    .returning('schedule_id')
    .executeTakeFirstOrThrow()
  return schedule_id
}

export interface MailRow {
  mail_id: number
  from_day: string
  to_day: string
  state: MailTable['state']
  problem: MailTable['problem']
  said: string | null
  attempts: number
  next_try_at: Date
  changed_at: Date
  issued_report_id: number | null
  /** Waited when the database was filled from a backup: nobody knows what became of it since. */
  restored: boolean
  number: number | null
  year: number | null
}

export interface ScheduleRow extends Omit<NewSchedule, 'made_by'> {
  schedule_id: number
  unit_name: string | null
  made_by: string
  ended_at: Date | null
}

const heads = (trx: Trx) =>
  trx
    .selectFrom('report_schedules as s')
    .leftJoin('units as u', 'u.unit_id', 's.unit_id')
    .select([
      'schedule_id',
      's.unit_id',
      'u.name as unit_name',
      'calendar',
      'span',
      'days_after',
      'language',
      'address',
      sql<string>`coalesce(schedule_maker(s.made_by), '')`.as('made_by'),
      'made_at',
      'ended_at',
    ])

/** Newest first; `unitId` null = all that may be read. Fetches one more than `limit`. */
export async function listSchedules(
  trx: Trx,
  unitId: number | null,
  before: number | null,
  limit: number,
): Promise<ScheduleRow[]> {
  return heads(trx)
    .$if(unitId !== null, (query) => query.where('s.unit_id', '=', unitId))
    .$if(before !== null, (query) => query.where('schedule_id', '<', before as number))
    .orderBy('schedule_id', 'desc')
    .limit(limit + 1)
    .execute()
}

export async function findSchedule(trx: Trx, scheduleId: number): Promise<ScheduleRow | undefined> {
  return heads(trx).where('schedule_id', '=', scheduleId).executeTakeFirst()
}

const fromBackup = sql<boolean>`coalesce(changed_at <= (select restored_at from server_state), false)`

/** The newest mail of each of the schedules. */
export async function findLastMails(trx: Trx, scheduleIds: readonly number[]): Promise<Map<number, MailRow>> {
  if (scheduleIds.length === 0) return new Map()
  const rows = await trx
    .selectFrom('report_mails as m')
    .leftJoin('issued_reports as r', 'r.issued_report_id', 'm.issued_report_id')
    .distinctOn('m.schedule_id')
    .select([
      'm.schedule_id',
      'mail_id',
      'm.from_day',
      'm.to_day',
      'state',
      'problem',
      'said',
      'attempts',
      'next_try_at',
      'changed_at',
      'm.issued_report_id',
      sql<boolean>`state = 'waiting' and ${fromBackup}`.as('restored'),
      'r.number',
      'r.year',
    ])
    .where('m.schedule_id', 'in', scheduleIds)
    .orderBy('m.schedule_id')
    .orderBy('m.to_day', 'desc')
    .execute()
  return new Map(rows.map(({ schedule_id, ...mail }) => [schedule_id, mail]))
}

/** Ends it, and gives up what still waits to be sent. False when it had ended before. */
export async function endSchedule(trx: Trx, scheduleId: number, at: Date): Promise<boolean> {
  const ended = await trx
    .updateTable('report_schedules')
    .set({ ended_at: at })
    .where('schedule_id', '=', scheduleId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  if (ended.numUpdatedRows === 0n) return false
  await trx
    .updateTable('report_mails')
    .set({ state: 'failed', problem: 'ended', changed_at: at })
    .where('schedule_id', '=', scheduleId)
    .where('state', '=', 'waiting')
    .execute()
  return true
}

/**
 * Has a mail sent again that a person knows about. False when it is none of those any more. `abandonedBefore`: one that is
 * being sent since then is nobody's.
 */
export async function resendMail(trx: Trx, mailId: number, at: Date, abandonedBefore: Date): Promise<boolean> {
  const set = await trx
    .updateTable('report_mails')
    .set({ state: 'waiting', problem: null, said: null, retries: 0, next_try_at: at, changed_at: at })
    .where('mail_id', '=', mailId)
    .where('issued_report_id', 'is not', null)
    .where((where) =>
      where.or([
        where('state', 'in', ['uncertain', 'failed']),
        where.and([where('state', '=', 'sending'), where('changed_at', '<', abandonedBefore)]),
        where.and([where('state', '=', 'waiting'), fromBackup]),
      ]),
    )
    .executeTakeFirst()
  return set.numUpdatedRows > 0n
}

export interface RunningSchedule extends NewSchedule {
  schedule_id: number
  /** What was due before is not sent: when it was made, or when the database was filled from a backup. */
  starts_at: Date
  /** Last day of the newest period that has its mail, from this one or one before it to the same address; null = none yet. */
  last_to: string | null
}

/** All that run; for the sender, who sees every unit's. */
export async function listRunningSchedules(trx: Trx): Promise<RunningSchedule[]> {
  return trx
    .selectFrom('report_schedules as s')
    .selectAll()
    .select(sql<Date>`greatest(made_at, (select restored_at from server_state))`.as('starts_at'))
    .select(
      sql<string | null>`(
        select max(m.to_day) from report_mails m join report_schedules o using (schedule_id)
         where o.unit_id is not distinct from s.unit_id
           and (o.calendar, o.span, o.language, lower(o.address)) = (s.calendar, s.span, s.language, lower(s.address))
           and (o.schedule_id = s.schedule_id or m.state <> 'failed'))`.as('last_to'),
    )
    .where('ended_at', 'is', null)
    .orderBy('schedule_id')
    .execute()
}

/** The newest arrival that was counted; null = none yet. */
export async function findNewestArrival(trx: Trx): Promise<number | null> {
  const row = await trx
    .selectFrom(sql<{ counted_through: Date | null }>`counting_state`.as('c'))
    .select('counted_through')
    .executeTakeFirst()
  return row?.counted_through?.getTime() ?? null
}

export interface HeldGrant {
  role: string
  unit_id: number | null
  officer_id: number | null
}

/** Roles the account holds now; none when it was ended. */
export async function findHeldGrants(trx: Trx, accountId: number): Promise<HeldGrant[]> {
  return trx
    .selectFrom('account_roles as r')
    .innerJoin('accounts as a', 'a.account_id', 'r.account_id')
    .select(['r.role', 'r.unit_id', 'r.officer_id'])
    .where('r.account_id', '=', accountId)
    .where('r.ended_at', 'is', null)
    .where('a.active', '=', true)
    .execute()
}

/**
 * Whether the period has its mail already, or its schedule has ended meanwhile. What an earlier schedule sent to the same address
 * counts: ending one and making another is how the day of sending is changed. Holds the schedule to the end of the transaction.
 */
export async function isTaken(trx: Trx, scheduleId: number, range: { from: string; to: string }): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`hai-long mail ${scheduleId}`}, 0))`.execute(trx)
  const { rows } = await sql<{ taken: boolean }>`
    select exists (select from report_schedules s
                     join report_schedules o on o.unit_id is not distinct from s.unit_id
                                            and lower(o.address) = lower(s.address) and o.language = s.language
                     join report_mails m on m.schedule_id = o.schedule_id
                    where s.schedule_id = ${scheduleId} and m.from_day = ${range.from} and m.to_day = ${range.to}
                      and (o.schedule_id = s.schedule_id or m.state <> 'failed'))
        or exists (select from report_schedules where schedule_id = ${scheduleId} and ended_at is not null) as taken`.execute(
    trx,
  )
  return rows[0]?.taken === true
}

export type NewMail = Pick<
  MailTable,
  'schedule_id' | 'unit_id' | 'from_day' | 'to_day' | 'issued_report_id' | 'state' | 'problem'
>

/** Puts the mail of a period into the outbox. A second one breaks `report_mails_once`. */
export async function insertMail(trx: Trx, mail: NewMail, at: Date): Promise<void> {
  await trx
    .insertInto('report_mails')
    .values({ ...mail, said: null, next_try_at: at, changed_at: at })
    .execute()
}

export interface ClaimedMail {
  mail_id: number
  issued_report_id: number
  unit_id: number | null
  from_day: string
  to_day: string
  attempts: number
  retries: number
  schedule_id: number
  language: 'vi' | 'en'
  address: string
  made_by: number
}

/** Takes one mail that is due: of two who ask at once each gets another. Commit before a word is said to a mail server. */
export async function claimMail(trx: Trx, now: Date): Promise<ClaimedMail | null> {
  const { rows } = await sql<ClaimedMail>`
    with one as (
      select mail_id from report_mails where state = 'waiting' and next_try_at <= ${now} and not ${fromBackup}
       order by next_try_at, mail_id limit 1 for update skip locked)
    update report_mails m
       set state = 'sending', attempts = m.attempts + 1, retries = m.retries + 1, changed_at = ${now}
      from one, report_schedules s
     where m.mail_id = one.mail_id and s.schedule_id = m.schedule_id
    returning m.mail_id, m.issued_report_id, m.unit_id, m.from_day, m.to_day, m.attempts, m.retries, m.schedule_id,
              s.language, s.address, s.made_by`.execute(trx)
  return rows[0] ?? null
}

export type Settled = Pick<MailTable, 'state' | 'problem' | 'said' | 'next_try_at' | 'changed_at'>

/** Writes what became of it. False when somebody else has had it since: then nothing changes. */
export async function settleMail(
  trx: Trx,
  { mail_id, attempts }: Pick<ClaimedMail, 'mail_id' | 'attempts'>,
  settled: Settled,
): Promise<boolean> {
  const done = await trx
    .updateTable('report_mails')
    .set(settled)
    .where('mail_id', '=', mail_id)
    .where('state', '=', 'sending')
    .where('attempts', '=', attempts)
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}
