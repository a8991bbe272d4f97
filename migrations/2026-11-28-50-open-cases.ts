/** What is open is found without reading what was answered in years; the newest answers are found from their end. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, answered] of [
    ['cases', 'answered_at'],
    ['roster_doubts', 'settled_at'],
    ['episode_proposals', 'decided_at'],
  ]) {
    await sql
      .raw(`create index ${table}_waiting on ${table} (due_on) where ${answered} is null;
            create index ${table}_ended on ${table} (${answered}) where ${answered} is not null`)
      .execute(db)
  }
}
