/** Remarks of a unit and integrity reports, as those see them who may. */
import { sql } from 'kysely'
import type { Trx } from './database.ts'

/** Masked remarks of the range with their local day, which only decides about release and never leaves the server. */
export async function findRemarks(trx: Trx, unitId: number, range: { from: string; to: string }) {
  return trx
    .selectFrom('remarks')
    .select(['local_day', 'masked as remark'])
    .where('unit_id', '=', unitId)
    .where('masked', 'is not', null)
    .$narrowType<{ remark: string }>()
    .where('local_day', '>=', range.from)
    .where('local_day', '<=', range.to)
    .execute()
}

export interface IntegrityRow {
  report_id: string
  unit_id: number
  unit_name: string
  month: string
  items: string[]
  remark: string | null
  officer_id: number | null
  officer_name: string | null
  /** Ratings of the officer in that month; the name is shown from five on. */
  officer_ratings: number
}

/** Integrity reports, newest month first; within a month in the order of their random id, which tells nothing. */
export async function findIntegrityReports(
  trx: Trx,
  after: { month: string; report_id: string } | null,
  limit: number,
): Promise<IntegrityRow[]> {
  const { rows } = await sql<IntegrityRow>`
    select i.report_id, i.unit_id, u.name as unit_name, i.month, i.items, i.remark, i.officer_id,
           officer_name_for_inspector(i.officer_id) as officer_name,
           case when i.officer_id is null then 0 else officer_counted_in_month(i.officer_id, i.month) end as officer_ratings
      from integrity_reports i join units u using (unit_id)
     where ${after?.month ?? null}::date is null
        or i.month < ${after?.month ?? null}::date
        or (i.month = ${after?.month ?? null}::date and i.report_id > ${after?.report_id ?? null}::uuid)
     order by i.month desc, i.report_id limit ${limit}`.execute(trx)
  return rows
}
