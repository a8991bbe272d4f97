/** Issued reports and letterheads; under the reader's row-level security, like all reports. */
import { type Insertable, sql } from 'kysely'
import type { Tables, Trx } from './database.ts'

export interface LetterheadRow {
  form: 'party' | 'state'
  superior: string
  body: string
  place: string
  code: string
  signer_title: string
  signer_name: string
  recipients: string[]
}

const letterheadColumns = [
  'form',
  'superior',
  'body',
  'place',
  'code',
  'signer_title',
  'signer_name',
  'recipients',
] as const

/** The letterhead of a unit, or of the province (null); undefined when none was written yet. */
export async function findLetterhead(trx: Trx, unitId: number | null): Promise<LetterheadRow | undefined> {
  return trx
    .selectFrom('letterheads')
    .select(letterheadColumns)
    .where('unit_id', unitId === null ? 'is' : '=', unitId)
    .executeTakeFirst()
}

/** Writes it, in the place of the one before. */
export async function setLetterhead(trx: Trx, unitId: number | null, letterhead: LetterheadRow): Promise<void> {
  await trx
    .insertInto('letterheads')
    .values({ unit_id: unitId, ...letterhead })
    .onConflict((conflict) => conflict.constraint('letterheads_unit').doUpdateSet(letterhead))
    .execute()
}

export interface Roster {
  units: number
  counters: number
  officers: number
  signed: number
  terminals: number
  silent: number
}

/**
 * How many units (those valid on some day of the range, or the one that is named), counters, officers, signed commitments and
 * tablets a report speaks of; of the tablets those that have been silent since `silentSince`.
 */
export async function countRoster(
  trx: Trx,
  unitId: number | null,
  range: { from: string; to: string },
  silentSince: Date,
): Promise<Roster> {
  const { rows } = await sql<Roster>`
    with covered as (
      select unit_id from units
       where unit_id = ${unitId}
          or (${unitId}::int is null
              and (valid_from is null or valid_from <= ${range.to}::date)
              and (valid_to is null or valid_to >= ${range.from}::date))),
    tablets as (
      select coalesce(last_contact_at, paired_at) < ${silentSince} as silent
        from terminals join covered using (unit_id) left join terminal_contacts using (terminal_id)
       where paired_at is not null and revoked_at is null)
    select (select count(*) from covered)::int as units,
           (select count(*) from counters join covered using (unit_id) where active)::int as counters,
           (select count(*) from officers join covered using (unit_id) where active)::int as officers,
           (select count(*) from officers join covered using (unit_id)
             where active and signed_on <= ${range.to}::date)::int as signed,
           (select count(*) from tablets)::int as terminals,
           (select count(*) from tablets where silent)::int as silent`.execute(trx)
  return rows[0] ?? { units: 0, counters: 0, officers: 0, signed: 0, terminals: 0, silent: 0 }
}

/**
 * The next number of a year; taken under a lock, so that two reports issued at once are two numbers. The transaction may then
 * rest while files are drawn, which takes a slow box longer than a connection may rest elsewhere.
 */
export async function takeNumber(trx: Trx, unitId: number | null, year: number): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended('hai-long report numbers', 0)),
                   set_config('idle_in_transaction_session_timeout', '10min', true)`.execute(trx)
  const last = await trx
    .selectFrom('issued_reports')
    .select(({ fn }) => fn.max('number').as('number'))
    .where('unit_id', unitId === null ? 'is' : '=', unitId)
    .where('year', '=', year)
    .executeTakeFirst()
  return Number(last?.number ?? 0) + 1
}

/** Its `document` is the JSON text. */
export type NewIssue = Omit<Insertable<Tables['issued_reports']>, 'issued_report_id'>

export async function insertIssuedReport(trx: Trx, issue: NewIssue): Promise<number> {
  const { issued_report_id } = await trx
    .insertInto('issued_reports')
    .values(issue)
    .returning('issued_report_id')
    .executeTakeFirstOrThrow()
  return issued_report_id
}

export interface IssuedRow {
  issued_report_id: number
  unit_id: number | null
  unit_name: string | null
  year: number
  number: number
  from_day: string
  to_day: string
  language: 'vi' | 'en'
  cut_off: Date
  issued_by: string
  audit_head: string | null
}

const heads = (trx: Trx) =>
  trx
    .selectFrom('issued_reports as r')
    .leftJoin('units as u', 'u.unit_id', 'r.unit_id')
    .select([
      'issued_report_id',
      'r.unit_id',
      'u.name as unit_name',
      'year',
      'number',
      'from_day',
      'to_day',
      'language',
      'cut_off',
      'audit_head',
      sql<string>`coalesce(issuer_name(r.issued_by), '')`.as('issued_by'),
    ])

/** Newest first; `unitId` null = all that may be read. Fetches one more than `limit`. */
export async function listIssuedReports(
  trx: Trx,
  unitId: number | null,
  before: number | null,
  limit: number,
): Promise<IssuedRow[]> {
  return heads(trx)
    .$if(unitId !== null, (query) => query.where('r.unit_id', '=', unitId))
    .$if(before !== null, (query) => query.where('issued_report_id', '<', before as number))
    .orderBy('issued_report_id', 'desc')
    .limit(limit + 1)
    .execute()
}

export async function findIssuedReport(trx: Trx, id: number): Promise<IssuedRow | undefined> {
  return heads(trx).where('issued_report_id', '=', id).executeTakeFirst()
}

/** The newest report issued for these very days in this language; null when there is none. */
export async function findIssuedOf(
  trx: Trx,
  unitId: number | null,
  range: { from: string; to: string },
  language: 'vi' | 'en',
): Promise<number | null> {
  const row = await trx
    .selectFrom('issued_reports')
    .select(({ fn }) => fn.max('issued_report_id').as('id'))
    .where('unit_id', unitId === null ? 'is' : '=', unitId)
    .where('from_day', '=', range.from)
    .where('to_day', '=', range.to)
    .where('language', '=', language)
    .executeTakeFirst()
  return row?.id ?? null
}

/** The bytes as they were issued; undefined when there is none or the reader may not know. */
export async function findIssuedFile(
  trx: Trx,
  id: number,
  format: 'docx' | 'pdf' | 'xlsx',
): Promise<Buffer | undefined> {
  const row = await trx
    .selectFrom('issued_reports')
    .select(format)
    .where('issued_report_id', '=', id)
    .executeTakeFirst()
  return row?.[format] as Buffer | undefined
}
