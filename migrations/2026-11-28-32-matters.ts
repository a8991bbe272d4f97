/** A matter is nobody's own: neither it nor a leader who is no officer names one, and two nulls were taken for the same person. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter policy app_update on cases using (
      (officer_id is null or officer_id is distinct from app_officer())
      and (app_may(unit_id, 'unit_leader') or ((kind = 'review' or without_leader) and app_decides(unit_id))));
  `)
    .execute(db)
}
