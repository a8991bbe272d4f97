/** Public boards: what their leaders keep, under row security, and the one function that anybody may read them through. */
import { sql } from 'kysely'
import type { CountClient, Tables, Trx } from './database.ts'

export interface KeptMonth {
  month: string
  closed_on: string
  n: number | null
  satisfied: number | null
  visits: number | null
  set_aside: number | null
}

export interface PublicBoard {
  name: string
  kind: Tables['units']['kind']
  hotline: string | null
  duty_leader_name: string | null
  duty_leader_phone: string | null
  hours: unknown
  slogan: Record<string, string>
  procedures_url: string | null
  month: KeptMonth | null
  answers: { asked: string; done: string }[]
  items: {
    commitment: string
    family: 'please' | 'always' | 'no'
    labels: Record<string, { official: string }>
  }[]
}

/** All that may be known without a log-in; null where there is no such unit or its board is not open. */
export async function findPublicBoard(trx: Trx, unitId: number, today: string): Promise<PublicBoard | null> {
  const { rows } = await sql<{ board: PublicBoard | null }>`
    select public_board(${unitId}, ${today}::date) as board`.execute(trx)
  return rows[0]?.board ?? null
}

export interface BoardRow {
  is_open: boolean
  procedures_url: string | null
  version: number
}

const untouched: BoardRow = { is_open: false, procedures_url: null, version: 0 }

/** The board's own settings; a unit that never touched it has a closed one. With `lock` until the transaction ends. */
export async function findBoard(trx: Trx, unitId: number, lock = false): Promise<BoardRow> {
  const row = await trx
    .selectFrom('boards')
    .select(['is_open', 'procedures_url', 'version'])
    .where('unit_id', '=', unitId)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst()
  return row ?? untouched
}

export async function saveBoard(
  trx: Trx,
  unitId: number,
  values: { is_open: boolean; procedures_url: string | null },
): Promise<void> {
  await trx
    .insertInto('boards')
    .values({ unit_id: unitId, ...values })
    .onConflict((conflict) => conflict.column('unit_id').doUpdateSet(values))
    .execute()
}

/** Hotline and leader on duty, which a unit's leader may change and nothing else of it. */
export async function setUnitContact(
  trx: Trx,
  unitId: number,
  contact: { hotline: string | null; duty_leader_name: string | null; duty_leader_phone: string | null },
): Promise<void> {
  const { hotline, duty_leader_name, duty_leader_phone } = contact
  await sql`select set_unit_contact(${unitId}, ${hotline}, ${duty_leader_name}, ${duty_leader_phone})`.execute(trx)
}

/** Freezes a month of the leader's own board; one that is frozen already stays as it is. */
export async function closeBoardMonth(trx: Trx, unitId: number, month: string, today: string): Promise<void> {
  await sql`select close_board_month(${unitId}, ${month}::date, ${today}::date)`.execute(trx)
}

/** Freezes a month of every open board that does not show it yet. */
export async function closeBoardMonths(client: CountClient, month: string, today: string): Promise<void> {
  await client.query('select close_board_months($1, $2)', [month, today])
}

/** The newest frozen month; undefined = none. */
export async function findBoardMonth(trx: Trx, unitId: number): Promise<KeptMonth | undefined> {
  return trx
    .selectFrom('board_months')
    .select(['month', 'closed_on', 'n', 'satisfied', 'visits', 'set_aside'])
    .where('unit_id', '=', unitId)
    .orderBy('month', 'desc')
    .limit(1)
    .executeTakeFirst()
}

const answerColumns = ['answer_id', 'unit_id', 'asked', 'done', 'written_on', 'shown', 'version'] as const

export interface AnswerRow {
  answer_id: number
  unit_id: number
  asked: string
  done: string
  written_on: string
  shown: boolean
  version: number
}

/** The newest hundred of a unit, newest first. */
export async function listBoardAnswers(trx: Trx, unitId: number): Promise<AnswerRow[]> {
  return trx
    .selectFrom('board_answers')
    .select(answerColumns)
    .where('unit_id', '=', unitId)
    .orderBy('answer_id', 'desc')
    .limit(100)
    .execute()
}

/** One answer, locked; undefined when it is not in scope. */
export async function lockBoardAnswer(trx: Trx, answerId: number): Promise<AnswerRow | undefined> {
  return trx
    .selectFrom('board_answers')
    .select(answerColumns)
    .where('answer_id', '=', answerId)
    .forUpdate()
    .executeTakeFirst()
}

export async function insertBoardAnswer(
  trx: Trx,
  values: { unit_id: number; asked: string; done: string; written_on: string },
): Promise<AnswerRow> {
  return trx.insertInto('board_answers').values(values).returning(answerColumns).executeTakeFirstOrThrow()
}

export async function updateBoardAnswer(
  trx: Trx,
  answerId: number,
  values: { asked: string; done: string; shown: boolean },
): Promise<AnswerRow> {
  return trx
    .updateTable('board_answers')
    .set(values)
    .where('answer_id', '=', answerId)
    .returning(answerColumns)
    .executeTakeFirstOrThrow()
}
