/** `manage migrate`: brings the database to the newest schema without serving. */
import { migrateToLatest, newestMigration } from '../../queries/migrate.ts'
import type { Command, CommandContext } from '../command.ts'

export const summary = 'Bring the database to the newest schema (every start does this too)'
export const usage = 'migrate'
export const options: Command['options'] = {}
export const database: Command['database'] = 'any'

export async function run({ ownerUrl, print }: CommandContext): Promise<void> {
  const applied = await migrateToLatest(ownerUrl)
  for (const name of applied) print(`applied ${name}`)
  print(`The database is at ${newestMigration}.`)
}
