/** SQL of cases: the list of all five kinds, what is said of those of a table of their own, and how many were answered in time. */
import { sql } from 'kysely'
import type { Tables, Trx } from './database.ts'

type Kind = Tables['cases']['kind'] | 'doubt' | 'proposal'

/** What decides who may do what with a case. */
export interface StandingRow {
  kind: Kind
  unit_id: number
  officer_id: number | null
  /** Null = a doubt: whoever the officer is. */
  opened_by: number | null
  opened_on: string
  due_on: string
  state: Tables['cases']['state']['__select__']
  advise_by: string | null
  without_leader: boolean
  advised_by: number | null
}

export interface CaseRow extends StandingRow {
  /** `c`, `d` or `p` for the table, and the number there. */
  letter: string
  number: number
  unit_name: string
  officer_name: string | null
  title: string | null
  about_from: string | null
  about_to: string | null
  words: string | null
  advice: Tables['cases']['advice']
  advice_text: string | null
  advised_on: string | null
  adviser: string | null
  /** Whether they led the unit then; else they are of the commission. */
  adviser_leads: boolean | null
  /** Whose account it is, where it is an officer's. */
  adviser_officer: string | null
  outcome: Tables['cases']['outcome']
  answer: string | null
  answered_on: string | null
  /** By what it stands in a list: its day of answer, or the moment it was answered, and its letter. */
  key: string
}

const named = sql`
  select l.*, u.name as unit_name, o.name as officer_name,
         v.username as adviser, v.leads as adviser_leads, v.officer as adviser_officer`
const joined = sql`join units u on u.unit_id = l.unit_id left join officers o on o.officer_id = l.officer_id
  left join lateral adviser_of(case when l.advised_by is not null then l.number end) v on true`

/** The moment, day or name before the letter of a `key`. */
const stamp = {
  open: sql`due_on::text`,
  answered: sql`to_char(answered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
}

/** Cases in reach: open ones by day of answer, or answered ones with the newest answer first. One more than `limit`. */
export async function listCases(
  trx: Trx,
  { state, unit_id, kind }: { state: 'open' | 'answered'; unit_id: number | null; kind: Kind | null },
  { after, limit }: { after: { key: string; id: number } | null; limit: number },
): Promise<CaseRow[]> {
  const open = state === 'open'
  const by = open ? sql`due_on` : sql`answered_at`
  const order = open ? sql`asc` : sql`desc`
  const behind = sql`(${open ? sql`${after?.key.slice(0, -1)}::date` : sql`${after?.key.slice(0, -1)}::timestamptz`},
    ${after?.key.slice(-1)}::text, ${after?.id}::integer)`
  const { rows } = await sql<CaseRow>`
    ${named}, ${stamp[state]} || letter as key
      from (select * from case_list
             where answered_at ${open ? sql`is null` : sql`is not null`}
               and ${after === null ? sql`true` : sql`(${by}, letter, number) ${open ? sql`>` : sql`<`} ${behind}`}
               and ${unit_id === null ? sql`true` : sql`unit_id = ${unit_id}`}
               and ${kind === null ? sql`true` : sql`kind = ${kind}`}
             order by ${by} ${order}, letter ${order}, number ${order} limit ${limit + 1}) l
      ${joined} order by ${by} ${order}, letter ${order}, number ${order}`.execute(trx)
  return rows
}

/** Every open case in reach, as far as it is needed to count them. */
export async function listStandings(trx: Trx): Promise<StandingRow[]> {
  const { rows } = await sql<StandingRow>`
    select kind, unit_id, officer_id, opened_by, opened_on, due_on, state, advise_by, without_leader, advised_by
      from case_list where answered_at is null`.execute(trx)
  return rows
}

/** Undefined when there is none or the reader may not know. */
export async function findCase(trx: Trx, letter: string, number: number): Promise<CaseRow | undefined> {
  const { rows } = await sql<CaseRow>`
    ${named}, '' as key from (select * from case_list where letter = ${letter} and number = ${number}) l ${joined}`.execute(
    trx,
  )
  return rows[0]
}

/** Waits for whoever is changing the case now, and keeps it until the transaction ends; nothing where it is not the reader's to change. */
export async function lockCase(trx: Trx, caseId: number): Promise<void> {
  await trx.selectFrom('cases').select('case_id').where('case_id', '=', caseId).forUpdate().execute()
}

type NewCaseRow = Pick<Tables['cases'], 'kind' | 'unit_id' | 'opened_by' | 'opened_at' | 'due_on'> &
  Partial<Pick<Tables['cases'], 'officer_id' | 'title' | 'words' | 'about_from' | 'about_to' | 'advise_by'>>

/** Throws the database's `cases_one_open` when the officer has an open one of the kind. */
export async function insertCase(trx: Trx, values: NewCaseRow): Promise<number> {
  const { case_id } = await trx.insertInto('cases').values(values).returning('case_id').executeTakeFirstOrThrow()
  return case_id
}

type Changes =
  | { state: 'accepted' | 'in_hand' }
  | { advice: 'uphold' | 'refuse'; advice_text: string; advised_by: number; advised_at: Date }
  | {
      state: 'answered'
      outcome: NonNullable<Tables['cases']['outcome']>
      answer: string
      answered_by: number
      answered_at: Date
    }

/** Throws when the database lets the reader change no such case: a deed that left nothing behind must not be told as done. */
export async function changeCase(trx: Trx, caseId: number, changes: Changes): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('cases')
    .set(changes)
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows !== 1n) throw new Error(`case ${caseId} was not changed`)
}

/** unit_id -> cases of all kinds whose day of answer lay in the range; units without any are left out. `unitId` null = all of the reader's. */
export async function countCasesInTime(
  trx: Trx,
  unitId: number | null,
  range: { from: string; to: string },
  today: string,
): Promise<Map<number, { due: number; in_time: number; overdue: number }>> {
  const { rows } = await sql<{ unit_id: number; due: number; in_time: number; overdue: number }>`
    select * from cases_in_time(${unitId}, ${range.from}, ${range.to}, ${today})`.execute(trx)
  return new Map(rows.map(({ unit_id, ...counts }) => [unit_id, counts]))
}
