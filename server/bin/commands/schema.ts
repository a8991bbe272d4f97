/** `manage schema`: prints the schema of the database as its own catalogue tells it. */
import { openOwnerPool } from '../../queries/database.ts'
import { dumpSchema } from '../../queries/schema-dump.ts'
import type { Command, CommandContext } from '../command.ts'

export const summary = 'Print the schema as the database itself tells it'
export const usage = 'schema'
export const options: Command['options'] = {}
export const database: Command['database'] = 'current'

export async function run({ ownerUrl, print }: CommandContext): Promise<void> {
  const pool = openOwnerPool(ownerUrl)
  try {
    print((await dumpSchema(pool)).trimEnd())
  } finally {
    await pool.end()
  }
}
