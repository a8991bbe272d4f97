/** Holidays: the province's and each unit's own, as row security shows them to the scope of the transaction. */
import type { Tables, Trx } from './database.ts'

const columns = ['holiday_id', 'unit_id', 'day', 'kind', 'name', 'provisional', 'active', 'version'] as const

export interface HolidayRow {
  holiday_id: number
  /** Null = in the whole province. */
  unit_id: number | null
  day: string
  kind: Tables['holidays']['kind']
  name: string
  provisional: boolean
  active: boolean
  version: number
}

/** Holidays in force from `from` to `to`, both included, in order of day: the province's and those of every unit in scope. */
export async function listHolidays(trx: Trx, range: { from: string; to: string }): Promise<HolidayRow[]> {
  return trx
    .selectFrom('holidays')
    .select(columns)
    .where('active', '=', true)
    .where('day', '>=', range.from)
    .where('day', '<=', range.to)
    .orderBy('day')
    .orderBy('holiday_id')
    .execute()
}

/**
 * The holiday, when it is in scope; else null. With `lock` it stays as it is until the transaction ends; only whoever may
 * change it can lock it.
 */
export async function findHoliday(trx: Trx, holidayId: number, lock = false): Promise<HolidayRow | null> {
  const row = await trx
    .selectFrom('holidays')
    .select(columns)
    .where('holiday_id', '=', holidayId)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst()
  return row ?? null
}

/** Throws the database's `holidays_day` when that day is in the list of this unit (or province) already. */
export async function insertHoliday(
  trx: Trx,
  values: Pick<HolidayRow, 'unit_id' | 'day' | 'kind' | 'name' | 'provisional'>,
): Promise<HolidayRow> {
  return trx.insertInto('holidays').values(values).returning(columns).executeTakeFirstOrThrow()
}

/** The holiday after the change; `values` must name at least one column. */
export async function updateHoliday(
  trx: Trx,
  holidayId: number,
  values: Partial<Pick<HolidayRow, 'kind' | 'name' | 'provisional' | 'active'>>,
): Promise<HolidayRow> {
  return trx
    .updateTable('holidays')
    .set(values)
    .where('holiday_id', '=', holidayId)
    .returning(columns)
    .executeTakeFirstOrThrow()
}
