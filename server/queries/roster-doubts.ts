/** "That was not me": what officers doubt about the roster, and how it was settled. */
import { sql } from 'kysely'
import type { Tables, Trx } from './database.ts'

const columns = [
  ...(['doubt_id', 'unit_id', 'officer_id', 'counter_id', 'day', 'part', 'note', 'raised_at', 'due_on'] as const),
  ...(['outcome', 'answer', 'settled_at'] as const),
]

export interface DoubtRow {
  doubt_id: number
  unit_id: number
  officer_id: number
  counter_id: number
  day: string
  part: Tables['roster_doubts']['part']
  note: string | null
  raised_at: Date
  due_on: string
  /** Null = still to be settled. */
  outcome: Tables['roster_doubts']['outcome']
  answer: string | null
  settled_at: Date | null
}

/** Doubts in scope, open ones first, then the newest; `since` = settled ones are listed from this moment on. */
export async function listDoubts(trx: Trx, unitId: number | null, since: Date): Promise<DoubtRow[]> {
  return trx
    .selectFrom('roster_doubts')
    .select(columns)
    .$if(unitId !== null, (query) => query.where('unit_id', '=', unitId as number))
    .where((where) => where.or([where('outcome', 'is', null), where('raised_at', '>=', since)]))
    .orderBy('settled_at', (order) => order.desc().nullsFirst())
    .orderBy('raised_at', 'desc')
    .orderBy('doubt_id')
    .limit(500)
    .execute()
}

export interface DeskRow {
  counter_id: number
  counter: string
  officer: string
  own: boolean
  starts_at: Date
  ends_at: Date | null
}

/** Who was assigned at the counters of the officer who asks, since a moment; by counter, then time. */
export async function findDesk(trx: Trx, since: Date): Promise<DeskRow[]> {
  return (await sql<DeskRow>`select * from desk_of_officer(${since})`.execute(trx)).rows
}

/** Throws the database's `roster_doubts_once` when the same one is open already. */
export async function insertDoubt(
  trx: Trx,
  values: Pick<DoubtRow, 'unit_id' | 'officer_id' | 'counter_id' | 'day' | 'part' | 'note' | 'raised_at' | 'due_on'>,
): Promise<DoubtRow> {
  return trx.insertInto('roster_doubts').values(values).returning(columns).executeTakeFirstOrThrow()
}

/** The doubt, when it is in scope, locked until the transaction ends; else null. */
export async function lockDoubt(trx: Trx, doubtId: number): Promise<DoubtRow | null> {
  const row = await trx
    .selectFrom('roster_doubts')
    .select(columns)
    .where('doubt_id', '=', doubtId)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

export async function settleDoubt(
  trx: Trx,
  doubtId: number,
  values: { outcome: 'corrected' | 'stands'; answer: string | null; settled_at: Date; settled_by: number | null },
): Promise<DoubtRow> {
  return trx
    .updateTable('roster_doubts')
    .set(values)
    .where('doubt_id', '=', doubtId)
    .returning(columns)
    .executeTakeFirstOrThrow()
}
